//! The line that no panic crosses.
//!
//! Unwinding into C is undefined, and even a caught panic prints to the host's
//! standard error. So every exported body runs inside [`boundary!`], and a
//! panic hook keeps silent. It need not ask whose panic it is: a library for C
//! has a Rust runtime of its own, in which nobody else can panic. To know
//! would cost a look at the thread's own storage in every call, as much as a
//! small body does.

use core::any::Any;
use std::panic::{self, AssertUnwindSafe};

use crate::status::{ACALL_OK, Status, acall_status};

/// Wraps the body of an exported function.
///
/// * `boundary!({ … })`: the body is a `Result<(), Status>`, the function
///   returns its number;
/// * `boundary!(flat, { … })`: likewise with a `Result<(), Complaint>`, which
///   `acall_last_error` can be asked about;
/// * `boundary!(fallback, { … })`: the body is the value to return, `fallback`
///   is returned after a panic.
macro_rules! boundary {
    (flat, $body:block) => {
        $crate::flat::last_error::kept(|| -> Result<(), $crate::flat::last_error::Complaint> {
            $body
        })
    };
    ($fallback:expr, $body:block) => {
        $crate::boundary::value($fallback, || $body)
    };
    ($body:block) => {
        $crate::boundary::status(|| -> Result<(), $crate::status::Status> { $body })
    };
}

pub(crate) use boundary;

/// Runs a body that can fail.
#[inline(always)]
pub(crate) fn status(body: impl FnOnce() -> Result<(), Status>) -> acall_status {
    value(Err(Status::Panic), body).map_or_else(Status::number, |()| ACALL_OK)
}

/// Runs a body; returns `fallback` if it panics.
///
/// This is compiled anew for every export. What it does around the body is in
/// functions that cannot unwind, so that there is nothing to clean up here.
#[inline(always)]
pub(crate) fn value<T>(fallback: T, body: impl FnOnce() -> T) -> T {
    keep_silent();
    // Nothing of ours can be left half-changed: bodies write their outputs last.
    panic::catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|payload| {
        discard(payload);
        fallback
    })
}

#[cold]
#[expect(
    improper_ctypes_definitions,
    reason = "never called from C: the ABI is one that does not unwind"
)]
extern "C" fn discard(payload: Box<dyn Any + Send>) {
    drop(payload);
}

#[cfg(not(test))]
#[inline(always)]
fn keep_silent() {
    if !HOOK.is_completed() {
        set_hook();
    }
}

#[cfg(not(test))]
static HOOK: std::sync::Once = std::sync::Once::new();

#[cfg(not(test))]
#[cold]
extern "C" fn set_hook() {
    HOOK.call_once(|| panic::set_hook(Box::new(|_| {})));
}

/// The tests of this crate share their runtime with those who run them.
/// tests/c/panic.c listens to the library itself.
#[cfg(test)]
const fn keep_silent() {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::ACALL_E_PANIC;

    #[test]
    fn a_panic_becomes_a_status() {
        assert_eq!(status(|| panic!("caught")), ACALL_E_PANIC);
        assert_eq!(value(7, || panic!("caught")), 7);
        // A boundary inside another one leaves the outer one in force.
        let nested = status(|| {
            assert_eq!(status(|| panic!("inner")), ACALL_E_PANIC);
            panic!("outer")
        });
        assert_eq!(nested, ACALL_E_PANIC);
        assert_eq!(status(|| Ok(())), ACALL_OK);
    }
}
