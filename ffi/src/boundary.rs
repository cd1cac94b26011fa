//! The line that no panic crosses.
//!
//! Unwinding into C is undefined, and even a caught panic prints to the host's
//! standard error. So every exported body runs inside [`boundary!`], and a
//! panic hook keeps silent about a panic that it catches. Any other panic in
//! the process is left to the hook that was there before.

use core::cell::Cell;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::Once;

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
#[inline]
pub(crate) fn status(body: impl FnOnce() -> Result<(), Status>) -> acall_status {
    value(Err(Status::Panic), body).map_or_else(Status::number, |()| ACALL_OK)
}

/// Runs a body; returns `fallback` if it panics.
#[inline]
pub(crate) fn value<T>(fallback: T, body: impl FnOnce() -> T) -> T {
    silence_caught_panics();
    // Nothing of ours can be left half-changed: bodies write their outputs last.
    // One look at the thread's own storage: each costs as much as a small body.
    DEPTH.with(|depth| {
        depth.set(depth.get() + 1);
        let result = panic::catch_unwind(AssertUnwindSafe(body));
        depth.set(depth.get() - 1);
        result.unwrap_or(fallback)
    })
}

thread_local! {
    /// How many boundaries this thread is inside of.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

#[inline]
fn silence_caught_panics() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(silencing(before));
    });
}

type Hook = Box<dyn Fn(&PanicHookInfo<'_>) + Send + Sync>;

/// A hook that is deaf inside a boundary, and `before` outside.
fn silencing(before: Hook) -> Hook {
    Box::new(move |info| {
        if DEPTH.get() == 0 {
            before(info);
        }
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::status::ACALL_E_PANIC;

    #[test]
    fn a_panic_becomes_a_status_and_only_others_are_heard() {
        static HEARD: AtomicU32 = AtomicU32::new(0);
        // No other test's first call may put the usual hook back.
        silence_caught_panics();
        panic::set_hook(silencing(Box::new(|_| {
            HEARD.fetch_add(1, Ordering::Relaxed);
        })));
        assert_eq!(status(|| panic!("caught")), ACALL_E_PANIC);
        assert_eq!(value(7, || panic!("caught")), 7);
        // A boundary inside another one leaves the outer one in force.
        let nested = status(|| {
            assert_eq!(status(|| panic!("inner")), ACALL_E_PANIC);
            panic!("outer")
        });
        assert_eq!(nested, ACALL_E_PANIC);
        assert_eq!(HEARD.load(Ordering::Relaxed), 0);
        assert!(panic::catch_unwind(|| panic!("the host's own")).is_err());
        assert_eq!(HEARD.load(Ordering::Relaxed), 1);
        assert_eq!(status(|| Ok(())), ACALL_OK);
    }
}
