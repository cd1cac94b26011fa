//! Policies as numbers.

use core::ffi::c_char;
use std::sync::{Arc, LazyLock};

use aftercall::Text;
use aftercall::retry::Policy;

use super::bytes;
use super::handles::Handles;
use super::last_error::Complaint;
use crate::boundary::boundary;
use crate::buffer::Buffer;
use crate::pointer;
use crate::status::{Status, acall_status};

static POLICIES: Handles<Policy> = Handles::new();
static STANDARD: LazyLock<Arc<Policy>> = LazyLock::new(Arc::default);

/// The policy of a number; 0 is the standard one.
pub(super) fn policy(number: i64) -> Result<Arc<Policy>, Status> {
    match number {
        0 => Ok(Arc::clone(&STANDARD)),
        _ => POLICIES.find(number),
    }
}

/// Reads a policy from JSON, as `acall_policy_from_json` does; the length is -1
/// if a NUL ends the text.
///
/// `*policy` is set on success to a number that stands for the policy, in any
/// thread, until `acall_flat_policy_free`. 0 is always the standard policy.
/// Errors, with details from `acall_last_error`: `ACALL_E_POLICY`, `_NULL`,
/// `_ARGUMENT`, `_UTF8`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_policy_from_json(
    json: *const c_char,
    json_length: i32,
    policy: *mut i64,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { pointer::Place::new(policy) }.map_err(Complaint::about("policy"))?;
        // SAFETY: the caller passes NULL or a readable text.
        let json = unsafe { bytes(json, json_length) }.map_err(Complaint::about("json"))?;
        let json =
            core::str::from_utf8(json).map_err(|_| Complaint::about("json")(Status::Utf8))?;
        let read = Policy::from_json(json)
            .map_err(|error| Complaint::new(Status::Policy, error.to_string()))?;
        place.write(POLICIES.keep(read));
        Ok(())
    })
}

/// Writes a policy as JSON, as `acall_policy_to_json` does. Errors, with details
/// from `acall_last_error`: `ACALL_E_BUFFER_TOO_SMALL` (nothing is written),
/// `_ARGUMENT` (no such policy), `_NULL`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_policy_to_json(
    policy: i64,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        let buffer =
            unsafe { Buffer::new(buffer, capacity, needed) }.map_err(Complaint::about("buffer"))?;
        let policy = self::policy(policy).map_err(Complaint::about("policy"))?;
        buffer
            .fill(&Text::verbatim(policy.to_json().as_bytes()))
            .map_err(Complaint::about("buffer"))
    })
}

/// Frees a policy; its number is never given again. Calls that are under way
/// with it cannot go on. Any thread. Errors, with details from
/// `acall_last_error`: `ACALL_E_ARGUMENT` (no such policy; 0 is not freed).
/// Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn acall_flat_policy_free(policy: i64) -> acall_status {
    boundary!(flat, {
        POLICIES.free(policy).map_err(Complaint::about("policy"))
    })
}
