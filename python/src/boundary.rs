//! Where a panic stops.
//!
//! A panic in a Rust extension reaches Python as a `BaseException` that no
//! `except Exception` catches: a worker that survives every bad reply would die
//! of it. None is known; should there be one, it is an `InternalError`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

/// Runs what may panic. Everything handed in is immutable, so nothing is left
/// half changed behind a panic.
#[inline]
pub(crate) fn guarded<T, E: From<PyErr>>(
    py: Python<'_>,
    body: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(result) => result,
        // What it carries is not shown: it was written by nobody who thought
        // of secrets.
        Err(_) => Err(internal_error(py).into()),
    }
}

/// An exception on its way to Python, in one word.
///
/// A `PyErr` is seven. A result that has room for one goes through memory, is
/// written in pieces and read as a whole, which makes the processor wait: 10 ns
/// of the 330 that judging an error body took.
pub(crate) struct Raised(Box<PyErr>);

/// What gives a value, or raises.
pub(crate) type Raising<T> = Result<T, Raised>;

impl From<PyErr> for Raised {
    #[cold]
    fn from(error: PyErr) -> Self {
        Self(Box::new(error))
    }
}

impl From<Raised> for PyErr {
    #[cold]
    fn from(raised: Raised) -> Self {
        *raised.0
    }
}

#[cold]
pub(crate) fn internal_error(py: Python<'_>) -> PyErr {
    let error = py
        .import("aftercall.errors")
        .and_then(|errors| errors.getattr("InternalError"))
        .and_then(|class| class.call0());
    match error {
        Ok(error) => PyErr::from_value(error),
        Err(_) => PyRuntimeError::new_err("a fault in aftercall itself"),
    }
}

/// Panics, so that a test can see what becomes of it.
#[cfg(feature = "panic-probe")]
#[pyfunction(name = "_panic_probe")]
pub(crate) fn panic_probe(py: Python<'_>) -> PyResult<()> {
    guarded(py, || {
        let empty: Option<()> = std::hint::black_box(None);
        #[allow(clippy::unwrap_used, reason = "this is the panic that is asked for")]
        empty.unwrap();
        Ok(())
    })
}
