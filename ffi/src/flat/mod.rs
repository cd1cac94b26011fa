//! The flat layer: integers, strings and caller's buffers, for COBOL, Fortran,
//! old C and whatever else dislikes structures and pointers to pointers.
//!
//! * `judge`: one reply in, a block of bytes out;
//! * `verdict`: what the block says;
//! * `headers`: a reply's headers as one text;
//! * `words`: messages for people, and the scrubber;
//! * `explain`: JSON in, JSON out;
//! * `policy`, `budget`: numbers that stand for what `handles` keeps;
//! * `call`, `decision`: the events of a call, in blocks of bytes;
//! * `record`: what support needs to know of a call;
//! * `client`, `files`, `response`: the client, if the library has one;
//! * `block`: what such a block of bytes is;
//! * `last_error`: what was wrong with this thread's last failed call.

mod block;

mod handles;

mod headers;

pub mod judge;

pub mod verdict;

pub mod words;

pub mod explain;

pub mod policy;

pub mod budget;

pub mod call;

pub mod decision;

pub mod record;

#[cfg(feature = "client")]
pub mod client;

#[cfg(feature = "client")]
pub mod files;

#[cfg(feature = "client")]
pub mod response;

pub mod last_error;

use crate::pointer;
use crate::status::Status;

/// Bytes with a flat length: -1 if a NUL ends them, any other negative number
/// is refused.
///
/// # Safety
///
/// `start` is NULL or points to `length` readable bytes, or to a NUL-terminated
/// text if `length` is -1; unchanged for as long as the slice lives.
#[inline(never)]
unsafe fn bytes<'a>(start: *const core::ffi::c_char, length: i32) -> Result<&'a [u8], Status> {
    if length == -1 {
        if start.is_null() {
            return Err(Status::Null);
        }
        // SAFETY: not NULL, and the caller promises a NUL.
        return Ok(unsafe { core::ffi::CStr::from_ptr(start) }.to_bytes());
    }
    let length = usize::try_from(length).map_err(|_| Status::Argument)?;
    // SAFETY: the caller's promise.
    unsafe { pointer::bytes(start.cast(), length) }
}

/// A text that must be UTF-8, with a flat length.
///
/// # Safety
///
/// As for [`bytes`].
unsafe fn text<'a>(start: *const core::ffi::c_char, length: i32) -> Result<&'a str, Status> {
    // SAFETY: the caller's promise.
    let bytes = unsafe { bytes(start, length) }?;
    core::str::from_utf8(bytes).map_err(|_| Status::Utf8)
}
