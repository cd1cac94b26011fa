//! What was wrong with a document, and where.

use core::ffi::c_char;
use core::ptr;
use std::ffi::CString;

use crate::boundary::boundary;
use crate::pointer;
use crate::status::{ACALL_OK, Status, acall_status};

/// What was wrong with a document, and where. Made by the library, freed with
/// `acall_error_free`; never changes, so any number of threads may read it.
#[derive(Debug)]
pub struct acall_error {
    _opaque: [u8; 0],
}

/// What is behind the handle.
pub(crate) struct Detail {
    status: Status,
    message: CString,
    path: CString,
    line: i64,
    column: i64,
}

impl Detail {
    pub(crate) fn of_document(status: Status, error: &aftercall::Error) -> Self {
        Self {
            status,
            message: c_string(&error.to_string()),
            path: c_string(error.path()),
            line: i64::try_from(error.line()).unwrap_or(i64::MAX),
            column: i64::try_from(error.column()).unwrap_or(i64::MAX),
        }
    }

    /// A status, and which argument it is about.
    #[cfg(feature = "client")]
    pub(crate) fn of_argument(argument: &'static str, status: Status) -> Self {
        Self {
            message: c_string(&format!("{argument}: {}", status.message())),
            path: c_string(argument),
            ..Self::of_status(status)
        }
    }

    pub(crate) fn of_status(status: Status) -> Self {
        Self {
            status,
            message: c_string(status.message()),
            path: CString::default(),
            line: 0,
            column: 0,
        }
    }
}

/// # Safety
///
/// `error` is NULL, or came from this file and is not freed for as long as the
/// reference lives.
unsafe fn detail<'a>(error: *const acall_error) -> Result<&'a Detail, Status> {
    // SAFETY: a handle is the address of a `Detail`; the rest is promised.
    unsafe { pointer::reference(error.cast()) }
}

/// A NUL inside would end the text for a C programmer: it is shown as U+FFFD.
fn c_string(text: &str) -> CString {
    CString::new(text.replace('\0', "\u{FFFD}")).unwrap_or_default()
}

/// The status that came with the error; `ACALL_OK` if `error` is NULL. Any
/// thread. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_error_status(error: *const acall_error) -> acall_status {
    boundary!(ACALL_OK, {
        // SAFETY: the caller passes NULL or an error that is not freed.
        unsafe { detail(error) }.map_or(ACALL_OK, |error| error.status.number())
    })
}

/// One line that says what was wrong and where, for developers. UTF-8,
/// NUL-terminated, never NULL (empty if `error` is), valid until the error is
/// freed. Any thread. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_error_message(error: *const acall_error) -> *const c_char {
    boundary!(c"".as_ptr(), {
        // SAFETY: the caller passes NULL or an error that is not freed.
        unsafe { detail(error) }.map_or(c"".as_ptr(), |error| error.message.as_ptr())
    })
}

/// The way to the wrong value in the document, such as `codes[3].category`;
/// empty for the document itself. Otherwise like `acall_error_message`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_error_path(error: *const acall_error) -> *const c_char {
    boundary!(c"".as_ptr(), {
        // SAFETY: the caller passes NULL or an error that is not freed.
        unsafe { detail(error) }.map_or(c"".as_ptr(), |error| error.path.as_ptr())
    })
}

/// The line of the wrong value, from 1; 0 if the error is about no line or
/// `error` is NULL. Any thread. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_error_line(error: *const acall_error) -> i64 {
    boundary!(0, {
        // SAFETY: the caller passes NULL or an error that is not freed.
        unsafe { detail(error) }.map_or(0, |error| error.line)
    })
}

/// The column of the wrong value in characters, from 1; otherwise like
/// `acall_error_line`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_error_column(error: *const acall_error) -> i64 {
    boundary!(0, {
        // SAFETY: the caller passes NULL or an error that is not freed.
        unsafe { detail(error) }.map_or(0, |error| error.column)
    })
}

/// Frees an error. NULL is fine. No other thread may still read it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_error_free(error: *mut acall_error) {
    boundary!((), {
        let error = error.cast::<Detail>();
        if !error.is_null() && error.is_aligned() {
            // SAFETY: the caller hands back what `give` once handed out.
            drop(unsafe { Box::from_raw(error) });
        }
    });
}

/// Where a caller wants an error, if at all.
pub(crate) struct Errand(Option<pointer::Place<*mut acall_error>>);

impl Errand {
    /// NULL for "not wanted"; else the place is set to NULL.
    ///
    /// # Safety
    ///
    /// `place` is NULL or writable for as long as the errand lives.
    pub(crate) unsafe fn new(place: *mut *mut acall_error) -> Result<Self, Status> {
        if place.is_null() {
            return Ok(Self(None));
        }
        // SAFETY: the caller's promise.
        let place = unsafe { pointer::Place::new(place) }?;
        place.write(ptr::null_mut());
        Ok(Self(Some(place)))
    }

    /// Gives an error away, and its status back.
    pub(crate) fn give(&self, error: Detail) -> Status {
        let status = error.status;
        if let Some(place) = self.0 {
            place.write(Box::into_raw(Box::new(error)).cast());
        }
        status
    }
}

#[cfg(test)]
mod tests {
    use core::ffi::CStr;

    use super::*;

    #[test]
    fn no_error_is_no_trouble() {
        // SAFETY: NULL is allowed everywhere here.
        unsafe {
            assert_eq!(acall_error_status(ptr::null()), ACALL_OK);
            assert_eq!(CStr::from_ptr(acall_error_message(ptr::null())), c"");
            assert_eq!(CStr::from_ptr(acall_error_path(ptr::null())), c"");
            assert_eq!(acall_error_line(ptr::null()), 0);
            assert_eq!(acall_error_column(ptr::null()), 0);
            acall_error_free(ptr::null_mut());
        }
    }

    #[test]
    fn a_nul_in_a_message_does_not_end_it() {
        assert_eq!(c_string("a\0b").to_str(), Ok("a\u{FFFD}b"));
    }
}
