//! What was wrong with this thread's last failed call of the flat layer.

use core::cell::RefCell;
use core::ffi::c_char;
use std::borrow::Cow;

use aftercall::Text;

use crate::boundary::{self, boundary};
use crate::buffer::Buffer;
use crate::status::{ACALL_OK, Status, acall_status};

/// Why nothing was done: a status, of which more was said when it was made. So a
/// result fits a register, however many functions hand it on.
#[derive(Debug)]
pub(crate) struct Complaint(Status);

impl Complaint {
    /// Keeps the message for [`acall_last_error`].
    #[cold]
    #[inline(never)]
    pub(crate) fn new(status: Status, message: String) -> Self {
        Self::keep(status, Cow::Owned(message))
    }

    /// A status, and which argument it is about.
    pub(crate) fn about(argument: &'static str) -> impl FnOnce(Status) -> Self {
        move |status| Self::of_argument(argument, status)
    }

    #[cold]
    #[inline(never)]
    fn of_argument(argument: &str, status: Status) -> Self {
        Self::new(status, format!("{argument}: {}", status.message()))
    }

    fn keep(status: Status, message: Cow<'static, str>) -> Self {
        // While a thread ends there is nobody left to ask.
        let _ = LAST.try_with(|last| last.replace(Some(message)));
        Self(status)
    }
}

impl From<Status> for Complaint {
    #[cold]
    #[inline(never)]
    fn from(status: Status) -> Self {
        Self::keep(status, Cow::Borrowed(status.message()))
    }
}

thread_local! {
    static LAST: RefCell<Option<Cow<'static, str>>> = const { RefCell::new(None) };
}

/// Runs the body of a flat function; a panic is a complaint, too.
pub(crate) fn kept(body: impl FnOnce() -> Result<(), Complaint>) -> acall_status {
    let said = boundary::value(None, || Some(body()));
    match said.unwrap_or_else(|| Err(Status::Panic.into())) {
        Ok(()) => ACALL_OK,
        Err(Complaint(status)) => status.number(),
    }
}

/// Says what was wrong with this thread's last call of the flat layer that
/// failed: one line of UTF-8 with a NUL behind it, for developers. After a call
/// that succeeded it still speaks of the last failure.
///
/// `*needed` is set to the size that the buffer must have, the NUL included;
/// `needed` may be NULL. Errors: `ACALL_E_ABSENT` if nothing failed yet,
/// `ACALL_E_BUFFER_TOO_SMALL` (nothing is written), `_NULL`, `_ARGUMENT`.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_last_error(
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        let buffer = unsafe { Buffer::new(buffer, capacity, needed) }?;
        LAST.try_with(|last| {
            let last = last.borrow();
            let message = last.as_ref().ok_or(Status::Absent)?;
            buffer.fill(&Text::verbatim(message.as_bytes()))
        })
        .unwrap_or(Err(Status::Absent))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last_error() -> String {
        let mut buffer = [0_u8; 100];
        let mut needed = 0;
        // SAFETY: the buffer has that size.
        let status = unsafe { acall_last_error(buffer.as_mut_ptr().cast(), 100, &raw mut needed) };
        let length = usize::try_from(needed).unwrap().saturating_sub(1);
        assert_eq!(status == ACALL_OK, needed > 0);
        String::from_utf8(buffer[..length].to_vec()).unwrap()
    }

    #[test]
    fn each_thread_has_its_own_last_error_and_success_does_not_clear_it() {
        let complain = || Err(Complaint::about("body")(Status::Null));
        assert_eq!(kept(complain), 1);
        assert_eq!(kept(|| Ok(())), 0);
        assert_eq!(last_error(), "body: a required pointer is NULL");
        std::thread::spawn(|| assert_eq!(last_error(), ""))
            .join()
            .unwrap();
        assert_eq!(kept(|| panic!("a defect")), 6);
        assert_eq!(last_error(), "a defect of the library");
    }
}
