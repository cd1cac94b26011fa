//! Waiting for tasks.

use core::ffi::c_char;
use core::ptr;

use aftercall::client::{PollOptions, Polled};

use super::request::Wrong;
use crate::boundary::boundary;
use crate::name_set::NameSet;
use crate::pointer::{self, Sized32};
use crate::status::{Status, acall_status};

/// How the wait for a task ended.
pub type acall_polled = i32;

/// There was none, or its last poll brought no success.
pub const ACALL_POLLED_NONE: acall_polled = 0;
/// The task is finished, and its result is there.
pub const ACALL_POLLED_SUCCEEDED: acall_polled = 1;
/// The task is finished without a result.
pub const ACALL_POLLED_FAILED: acall_polled = 2;
/// The API's words for it are not understood.
pub const ACALL_POLLED_UNKNOWN: acall_polled = 3;
/// It was not finished in time. It may go on.
pub const ACALL_POLLED_TIMED_OUT: acall_polled = 4;

const POLLED: NameSet = NameSet::new(1, b"succeeded\0failed\0unknown\0timed_out\0");

/// How a task is waited for. Set every byte to zero, then `struct_size`, then
/// what you have: zero is the default of every field, and
/// `ACALL_POLL_OPTIONS_INIT` does the first two.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct acall_poll_options {
    /// `sizeof(acall_poll_options)`.
    pub struct_size: u32,
    /// How many polls in a row may tell nothing that is understood; 0 for 10.
    pub max_unknown: i32,
    /// Before the second poll, in milliseconds; 0 for 2000. Each wait after it
    /// is half as long again, and up to a quarter shorter by chance.
    pub first_delay_ms: i64,
    /// The longest wait between two polls, in milliseconds; 0 for 15000.
    pub max_delay_ms: i64,
    /// How long to wait for the task in all, in milliseconds; 0 for 1800000.
    pub deadline_ms: i64,
}

// SAFETY: integers, the first is the size.
unsafe impl Sized32 for acall_poll_options {
    const FIRST_SIZE: usize = 32;
}

/// Checks a caller's options; NULL is for the defaults.
///
/// # Safety
///
/// `options` is NULL or points to as many bytes as its first field says.
pub(super) unsafe fn read(options: *const acall_poll_options) -> Result<PollOptions, Wrong> {
    if options.is_null() {
        return Ok(PollOptions::default());
    }
    // SAFETY: the caller's promise.
    let given = unsafe { pointer::read_options(options) }.map_err(|status| Wrong {
        field: "options",
        status,
    })?;
    checked(
        given.first_delay_ms, given.max_delay_ms, given.deadline_ms, given.max_unknown,
    )
}

/// Options in numbers, of which 0 is the default.
pub(crate) fn checked(
    first_delay_ms: i64,
    max_delay_ms: i64,
    deadline_ms: i64,
    max_unknown: i32,
) -> Result<PollOptions, Wrong> {
    let own = PollOptions::default();
    Ok(PollOptions {
        first_delay_ms: or("first_delay_ms", first_delay_ms, own.first_delay_ms)?,
        max_delay_ms: or("max_delay_ms", max_delay_ms, own.max_delay_ms)?,
        deadline_ms: or("deadline_ms", deadline_ms, own.deadline_ms)?,
        max_unknown: match or("max_unknown", max_unknown.into(), 0)? {
            0 => own.max_unknown,
            given => u32::try_from(given).unwrap_or(u32::MAX),
        },
    })
}

/// A number; 0 is for the default.
fn or(field: &'static str, given: i64, default: u64) -> Result<u64, Wrong> {
    match u64::try_from(given) {
        Ok(0) => Ok(default),
        Ok(given) => Ok(given),
        Err(_) => Err(Wrong {
            field,
            status: Status::Argument,
        }),
    }
}

/// How a wait ended, as a number.
pub(super) const fn number_of(polled: &Polled) -> acall_polled {
    match polled {
        Polled::Succeeded(_) => ACALL_POLLED_SUCCEEDED,
        Polled::Failed(_) => ACALL_POLLED_FAILED,
        Polled::TimedOut(_) => ACALL_POLLED_TIMED_OUT,
        _ => ACALL_POLLED_UNKNOWN,
    }
}

/// The name of a wait's end, such as `"succeeded"`; NULL for
/// `ACALL_POLLED_NONE`. Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_polled_name(polled: acall_polled) -> *const c_char {
    boundary!(ptr::null(), { POLLED.name(polled) })
}

/// The number of a wait's end; like `acall_outcome_from_name`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_polled_from_name(
    name: *const c_char,
    length: usize,
    polled: *mut acall_polled,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL, or a readable name and a place.
        unsafe { POLLED.number(name, length, polled) }
    })
}
