//! What every function that can fail returns.

use core::ffi::{CStr, c_char};
use core::ptr;

use crate::boundary::boundary;

/// What a function answers: `ACALL_OK`, or the reason why nothing was done.
/// Numbers are never reused. Later versions may add some: treat an unknown
/// one as a failure.
pub type acall_status = i32;

/// Done.
pub const ACALL_OK: acall_status = 0;
/// A pointer that must not be NULL is NULL.
pub const ACALL_E_NULL: acall_status = 1;
/// An argument is out of its range: a negative or huge length, an unknown
/// number or flag, a misaligned pointer, a verdict of another reply.
pub const ACALL_E_ARGUMENT: acall_status = 2;
/// A text that must be UTF-8 is not. Bodies and headers may hold any bytes.
pub const ACALL_E_UTF8: acall_status = 3;
/// The buffer is too small; `*needed` says how large it must be.
pub const ACALL_E_BUFFER_TOO_SMALL: acall_status = 4;
/// `struct_size` is not one that this library knows, or a field that only a
/// newer library knows is set.
pub const ACALL_E_ABI_MISMATCH: acall_status = 5;
/// A defect of the library; the process and other calls are not affected.
pub const ACALL_E_PANIC: acall_status = 6;
/// What was asked for is not there.
pub const ACALL_E_ABSENT: acall_status = 7;
/// The profile is not JSON, or says something that no profile can say.
pub const ACALL_E_PROFILE: acall_status = 100;
/// No built-in profile has that name.
pub const ACALL_E_PROFILE_UNKNOWN: acall_status = 101;
/// The reply written as JSON is not JSON, or no reply.
pub const ACALL_E_REPLY_JSON: acall_status = 200;

/// The policy is not JSON, or wants something that is not allowed.
pub const ACALL_E_POLICY: acall_status = 300;
/// An event of a call that does not fit where the call stands: an attempt is
/// under way, or none is, or the call is over.
pub const ACALL_E_OUT_OF_TURN: acall_status = 301;
/// No call was begun in this memory, or it was copied or moved since.
pub const ACALL_E_NO_CALL: acall_status = 302;

/// A client's settings are not JSON, or say something that is not allowed.
pub const ACALL_E_CLIENT: acall_status = 400;
/// An exchange is to end now: it was cancelled, its time is over, or its reply
/// is over the limit. A transport returns at once.
pub const ACALL_E_STOPPED: acall_status = 401;

/// Why nothing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "client"),
    allow(dead_code, reason = "two are the client's")
)]
#[repr(i32)]
pub(crate) enum Status {
    Null = ACALL_E_NULL,
    Argument = ACALL_E_ARGUMENT,
    Utf8 = ACALL_E_UTF8,
    BufferTooSmall = ACALL_E_BUFFER_TOO_SMALL,
    AbiMismatch = ACALL_E_ABI_MISMATCH,
    Panic = ACALL_E_PANIC,
    Absent = ACALL_E_ABSENT,
    Profile = ACALL_E_PROFILE,
    ProfileUnknown = ACALL_E_PROFILE_UNKNOWN,
    ReplyJson = ACALL_E_REPLY_JSON,
    Policy = ACALL_E_POLICY,
    OutOfTurn = ACALL_E_OUT_OF_TURN,
    NoCall = ACALL_E_NO_CALL,
    Client = ACALL_E_CLIENT,
    Stopped = ACALL_E_STOPPED,
}

impl Status {
    pub(crate) const fn number(self) -> acall_status {
        self as acall_status
    }

    pub(crate) fn message(self) -> &'static str {
        describe(self.number())
            .and_then(|(_, message)| message.to_str().ok())
            .unwrap_or_default()
    }
}

fn describe(status: acall_status) -> Option<(&'static CStr, &'static CStr)> {
    Some(match status {
        ACALL_OK => (c"ACALL_OK", c"done"),
        ACALL_E_NULL => (c"ACALL_E_NULL", c"a required pointer is NULL"),
        ACALL_E_ARGUMENT => (c"ACALL_E_ARGUMENT", c"an argument is out of its range"),
        ACALL_E_UTF8 => (c"ACALL_E_UTF8", c"the text is not UTF-8"),
        ACALL_E_BUFFER_TOO_SMALL => (c"ACALL_E_BUFFER_TOO_SMALL", c"the buffer is too small"),
        ACALL_E_ABI_MISMATCH => (
            c"ACALL_E_ABI_MISMATCH",
            c"a structure is not one that this version of the library knows",
        ),
        ACALL_E_PANIC => (c"ACALL_E_PANIC", c"a defect of the library"),
        ACALL_E_ABSENT => (c"ACALL_E_ABSENT", c"what was asked for is not there"),
        ACALL_E_PROFILE => (c"ACALL_E_PROFILE", c"the profile is refused"),
        ACALL_E_PROFILE_UNKNOWN => (
            c"ACALL_E_PROFILE_UNKNOWN", c"no built-in profile has that name",
        ),
        ACALL_E_REPLY_JSON => (c"ACALL_E_REPLY_JSON", c"the JSON is no reply"),
        ACALL_E_POLICY => (c"ACALL_E_POLICY", c"the policy is refused"),
        ACALL_E_OUT_OF_TURN => (c"ACALL_E_OUT_OF_TURN", c"the event is out of turn"),
        ACALL_E_NO_CALL => (c"ACALL_E_NO_CALL", c"no call was begun in this memory"),
        ACALL_E_CLIENT => (c"ACALL_E_CLIENT", c"the client's settings are refused"),
        ACALL_E_STOPPED => (c"ACALL_E_STOPPED", c"the exchange is to end now"),
        _ => return None,
    })
}

/// The name of a status, such as `"ACALL_E_NULL"`; NULL for a number that is
/// none. Static, NUL-terminated. Any thread. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn acall_status_name(status: acall_status) -> *const c_char {
    boundary!(ptr::null(), {
        describe(status).map_or(ptr::null(), |(name, _)| name.as_ptr())
    })
}

/// What a status means, in English, as a clause without a full stop; NULL for
/// a number that is none. Static, NUL-terminated. Any thread. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn acall_status_message(status: acall_status) -> *const c_char {
    boundary!(ptr::null(), {
        describe(status).map_or(ptr::null(), |(_, message)| message.as_ptr())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_a_name_and_a_message() {
        for status in [
            Status::Null,
            Status::Argument,
            Status::Utf8,
            Status::BufferTooSmall,
            Status::AbiMismatch,
            Status::Panic,
            Status::Absent,
            Status::Profile,
            Status::ProfileUnknown,
            Status::ReplyJson,
            Status::Policy,
            Status::OutOfTurn,
            Status::NoCall,
            Status::Client,
            Status::Stopped,
        ] {
            let (name, message) = describe(status.number()).unwrap();
            assert!(name.to_bytes().starts_with(b"ACALL_E_"));
            assert!(!message.is_empty());
            assert_eq!(status.message().as_bytes(), message.to_bytes());
        }
        assert!(acall_status_name(-1).is_null());
        assert!(acall_status_message(8).is_null());
    }
}
