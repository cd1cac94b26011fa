//! What is raised while a call has left the interpreter to others: by Ctrl-C,
//! or by a transport that is written in Python.
//!
//! The core knows of neither. It is told that the call is cancelled, and what
//! was raised is kept in the thread until the call is back.

use core::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use pyo3::prelude::*;

/// No call asks for signals more often: to ask, it has to wait for its turn in
/// the interpreter.
const APART: Duration = Duration::from_millis(40);

thread_local! {
    static RAISED: RefCell<Option<PyErr>> = const { RefCell::new(None) };
    static ASKED: Cell<Option<Instant>> = const { Cell::new(None) };
    /// Whether somebody in this thread takes what was raised.
    static IS_AWAITED: Cell<bool> = const { Cell::new(false) };
}

/// Runs a call outside the interpreter; raises what was raised in it.
pub(super) fn detached<T: Send>(py: Python<'_>, call: impl FnOnce() -> T + Send) -> PyResult<T> {
    raising(|| py.detach(call))
}

/// Runs a step of a call; raises what was raised in it.
pub(super) fn raising<T>(step: impl FnOnce() -> T) -> PyResult<T> {
    let was_awaited = IS_AWAITED.replace(true);
    let result = step();
    IS_AWAITED.set(was_awaited);
    match RAISED.take() {
        Some(raised) => Err(raised),
        None => Ok(result),
    }
}

/// Runs Python's signal handlers, if it is time to. True if one of them raised,
/// or something else did: then the call is to end.
pub(super) fn interrupted() -> bool {
    if RAISED.with_borrow(Option::is_some) {
        return true;
    }
    let now = Instant::now();
    let was_asked = ASKED.get().is_some_and(|asked| now < asked + APART);
    if was_asked || !IS_AWAITED.get() {
        return false;
    }
    ASKED.set(Some(now));
    Python::attach(|py| match py.check_signals() {
        Ok(()) => false,
        Err(raised) => {
            raise_later(raised);
            true
        }
    })
}

/// Keeps an exception until the call that it ends is back, or the request of a
/// batch.
pub(super) fn raise_later(raised: PyErr) {
    RAISED.set(Some(raised));
}

/// What was raised in this thread, which is one of a batch's.
pub(super) fn raised() -> Option<PyErr> {
    RAISED.take()
}
