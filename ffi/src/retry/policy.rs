//! Retry policies as handles.

use core::ffi::c_char;
use core::ptr;
use std::sync::LazyLock;

use aftercall::Text;
use aftercall::retry::{Policy, Preset};

use super::constants::acall_preset;
use crate::boundary::boundary;
use crate::buffer::Buffer;
use crate::error::{Detail, Errand, acall_error};
use crate::pointer::{self, Place};
use crate::status::{Status, acall_status};

/// How often, how long and at what price failed attempts are repeated. Checked
/// as a whole when it is made, and never changes, so any number of threads may
/// use it at once. Presets live for ever; the others until `acall_policy_free`.
///
/// The settings, as JSON names them, with their defaults: `preset` `standard`;
/// `max_attempts` 4 (1 to 100, the first send included); `base_delay_ms` 500,
/// `throttle_base_delay_ms` 1000 (0 to 3600000, at most `max_delay_ms`);
/// `max_delay_ms` 20000 (at most 86400000); `multiplier` 2 (1 to 10);
/// `jitter` `equal`; `max_server_delay_ms` 120000 (at most 86400000);
/// `over_cap` `give_up`; `deadline_ms`, `attempt_timeout_ms` null (1 or more);
/// `retry_mutations` `rejected_only`; `repeat_billed` true; `budget` {`capacity`
/// 500 (1 to 1000000), `cost` 14, `throttle_cost` 5 (1 to the capacity)} or
/// false; `overrides`, an array of {`category`, `code`, `http_status`,
/// `advice`}.
#[derive(Debug)]
pub struct acall_policy {
    _opaque: [u8; 0],
}

static PRESETS: LazyLock<[Policy; 3]> =
    LazyLock::new(|| [Preset::Standard, Preset::CostAverse, Preset::None].map(Policy::from));

/// The policy behind a handle.
///
/// # Safety
///
/// `handle` is NULL, or came from this file and is not freed for as long as
/// the reference lives.
pub(crate) unsafe fn policy<'a>(handle: *const acall_policy) -> Result<&'a Policy, Status> {
    // SAFETY: a handle is the address of a `Policy`; the rest is promised.
    unsafe { pointer::reference(handle.cast()) }
}

/// The same, where NULL stands for the standard policy.
///
/// # Safety
///
/// As for [`policy`].
pub(crate) unsafe fn or_standard<'a>(handle: *const acall_policy) -> Result<&'a Policy, Status> {
    if handle.is_null() {
        return Ok(standard());
    }
    // SAFETY: the caller's promise.
    unsafe { policy(handle) }
}

pub(crate) fn standard() -> &'static Policy {
    let [standard, ..] = &*PRESETS;
    standard
}

/// The policy of a preset: `*policy` is set to it on success, and it is never
/// to be freed. Any thread. Errors: `ACALL_E_ARGUMENT` for a number that is no
/// preset, `_NULL`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_policy_preset(
    preset: acall_preset,
    policy: *mut *const acall_policy,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { Place::new(policy) }?;
        let preset = Preset::from_number(preset).ok_or(Status::Argument)?;
        let found = PRESETS.iter().find(|policy| policy.preset() == preset);
        place.write(ptr::from_ref(found.ok_or(Status::Argument)?).cast());
        Ok(())
    })
}

/// Reads a policy from JSON: `json_length` bytes, at most 1 MiB, without a NUL.
/// The library keeps no pointer to them. A `preset` in it fills what it leaves
/// out; `{}` is the standard policy.
///
/// `*policy` is set on success and belongs to the caller, who frees it with
/// `acall_policy_free`. `error` may be NULL; else `*error` is set to NULL on
/// success, and otherwise to what was wrong and where, what was found and what
/// is allowed, which the caller frees with `acall_error_free`. Any thread.
/// Errors: `ACALL_E_POLICY`, `_NULL`, `_ARGUMENT`, `_UTF8`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_policy_from_json(
    json: *const c_char,
    json_length: usize,
    policy: *mut *mut acall_policy,
    error: *mut *mut acall_error,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a writable place.
        let errand = unsafe { Errand::new(error) }?;
        let refuse = |status| errand.give(Detail::of_status(status));
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { Place::new(policy) }.map_err(refuse)?;
        // SAFETY: the caller passes NULL or a readable text.
        let json = unsafe { pointer::text(json.cast(), json_length) }.map_err(refuse)?;
        let read = Policy::from_json(json)
            .map_err(|error| errand.give(Detail::of_document(Status::Policy, &error)))?;
        place.write(Box::into_raw(Box::new(read)).cast());
        Ok(())
    })
}

/// Writes a policy to `buffer` as JSON, every setting written out, with a NUL
/// behind it. `*needed` is set to the size that the buffer must have, the NUL
/// included, also if `buffer` is NULL and `capacity` 0; `needed` may be NULL.
/// Any thread. Errors: `ACALL_E_BUFFER_TOO_SMALL` (nothing is written), `_NULL`,
/// `_ARGUMENT`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_policy_to_json(
    policy: *const acall_policy,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        let buffer = unsafe { Buffer::new(buffer, capacity, needed) }?;
        // SAFETY: the caller passes NULL or a policy that is not freed.
        let policy = unsafe { self::policy(policy) }?;
        buffer.fill(&Text::verbatim(policy.to_json().as_bytes()))
    })
}

/// Frees a policy that `acall_policy_from_json` made. NULL and presets are left
/// alone. No other thread and no call may still use it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_policy_free(policy: *mut acall_policy) {
    boundary!((), {
        // SAFETY: the caller passes NULL or a policy that is not freed.
        let Ok(given) = (unsafe { self::policy(policy) }) else {
            return;
        };
        if !PRESETS.iter().any(|preset| ptr::eq(preset, given)) {
            // SAFETY: every other policy was boxed by `acall_policy_from_json`.
            drop(unsafe { Box::from_raw(policy.cast::<Policy>()) });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::ACALL_OK;

    static_assertions::assert_impl_all!(Policy: Send, Sync);

    #[test]
    fn every_preset_is_there_for_ever() {
        for &preset in Preset::ALL {
            let mut handle = ptr::null();
            // SAFETY: the place is ours.
            let status = unsafe { acall_policy_preset(preset.number(), &raw mut handle) };
            assert_eq!(status, ACALL_OK);
            // SAFETY: a preset is not freed by freeing it.
            unsafe { acall_policy_free(handle.cast_mut()) };
            // SAFETY: so the handle is valid.
            assert_eq!(unsafe { policy(handle) }, Ok(&Policy::from(preset)));
        }
        assert_eq!(*standard(), Policy::default());
    }
}
