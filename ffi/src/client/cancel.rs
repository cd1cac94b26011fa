//! Giving up from another thread.

use aftercall::client::Cancel;

use crate::boundary::boundary;
use crate::pointer::{self, Place};
use crate::status::{Status, acall_status};

/// Ends calls from any thread: their waits and their input and output, at
/// once. One handle may serve many calls; once used it stays used, so that a
/// call which begins later ends before it sends anything. Pointers to it are
/// pointers to `const` because any number of threads may use it at once.
#[derive(Debug)]
pub struct acall_cancel {
    _opaque: [u8; 0],
}

/// The handle behind a handle.
///
/// # Safety
///
/// `handle` is NULL, or came from this file and is not freed for as long as
/// the reference lives.
pub(crate) unsafe fn cancel<'a>(handle: *const acall_cancel) -> Result<&'a Cancel, Status> {
    // SAFETY: a handle is the address of a `Cancel`; the rest is promised.
    unsafe { pointer::reference(handle.cast()) }
}

/// Makes a handle that nobody has used. `*cancel` is set on success and belongs
/// to the caller, who frees it with `acall_cancel_free`. Any thread. Errors:
/// `ACALL_E_NULL`, `_ARGUMENT`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_cancel_new(cancel: *mut *mut acall_cancel) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { Place::new(cancel) }?;
        place.write(Box::into_raw(Box::new(Cancel::new())).cast());
        Ok(())
    })
}

/// Ends every call that has this handle: they stop with
/// `ACALL_REASON_CANCELLED`. To cancel twice is to cancel once. Any thread; not
/// from a signal handler. Errors: `ACALL_E_NULL`, `_ARGUMENT`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_cancel_cancel(cancel: *const acall_cancel) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a handle that is not freed.
        unsafe { self::cancel(cancel) }?.cancel();
        Ok(())
    })
}

/// Whether the handle was used: 1 or 0; -1 if `cancel` is NULL. Any thread.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_cancel_is_cancelled(cancel: *const acall_cancel) -> i32 {
    boundary!(-1, {
        // SAFETY: the caller passes NULL or a handle that is not freed.
        unsafe { self::cancel(cancel) }.map_or(-1, |cancel| i32::from(cancel.is_cancelled()))
    })
}

/// Frees a handle. NULL is fine. Calls that have it go on, and nobody can
/// cancel them any more. No other thread may still use it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_cancel_free(cancel: *mut acall_cancel) {
    boundary!((), {
        let cancel = cancel.cast::<Cancel>();
        if !cancel.is_null() && cancel.is_aligned() {
            // SAFETY: the caller hands back what `acall_cancel_new` handed out.
            drop(unsafe { Box::from_raw(cancel) });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    static_assertions::assert_impl_all!(Cancel: Send, Sync);
}
