//! Names of the retry engine's closed sets, both ways.

use core::ffi::c_char;
use core::ptr;

use super::constants::{
    acall_action, acall_delay_source, acall_gate_state, acall_jitter, acall_over_cap, acall_preset,
    acall_reason, acall_retry_mutations,
};
use crate::boundary::boundary;
use crate::name_set::NameSet;
use crate::status::acall_status;

const ACTIONS: NameSet = NameSet::new(1, b"retry\0refresh\0stop\0");
const REASONS: NameSet = NameSet::new(
    1,
    b"\
        success\0cancelled\0not_retryable\0auth_failed\0quota_hold\0unsafe_to_replay\0\
        attempts_exhausted\0server_delay_too_long\0deadline\0budget_exhausted\0",
);
const DELAY_SOURCES: NameSet = NameSet::new(0, b"backoff\0server\0");
const GATE_STATES: NameSet = NameSet::new(0, b"not_reached\0passed\0stopped\0skipped\0");
const PRESETS: NameSet = NameSet::new(0, b"standard\0cost_averse\0none\0");
const JITTERS: NameSet = NameSet::new(0, b"none\0full\0equal\0decorrelated\0");
const OVER_CAPS: NameSet = NameSet::new(0, b"give_up\0clamp\0");
const RETRY_MUTATIONS: NameSet = NameSet::new(0, b"never\0rejected_only\0always\0");

/// The name of an action, such as `"retry"`; NULL for
/// `ACALL_ACTION_NONE`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_action_name(action: acall_action) -> *const c_char {
    boundary!(ptr::null(), { ACTIONS.name(action) })
}

/// The number of an action; like `acall_outcome_from_name`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_action_from_name(
    name: *const c_char,
    length: usize,
    action: *mut acall_action,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL, or a readable name and a place.
        unsafe { ACTIONS.number(name, length, action) }
    })
}

/// The name of a reason, such as `"unsafe_to_replay"`; NULL for
/// `ACALL_REASON_NONE`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_reason_name(reason: acall_reason) -> *const c_char {
    boundary!(ptr::null(), { REASONS.name(reason) })
}

/// The number of a reason; like `acall_outcome_from_name`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_reason_from_name(
    name: *const c_char,
    length: usize,
    reason: *mut acall_reason,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL, or a readable name and a place.
        unsafe { REASONS.number(name, length, reason) }
    })
}

/// The name of a delay's source, such as `"server"`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_delay_source_name(delay_source: acall_delay_source) -> *const c_char {
    boundary!(ptr::null(), { DELAY_SOURCES.name(delay_source) })
}

/// The number of a delay's source; like `acall_outcome_from_name`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_delay_source_from_name(
    name: *const c_char,
    length: usize,
    delay_source: *mut acall_delay_source,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL, or a readable name and a place.
        unsafe { DELAY_SOURCES.number(name, length, delay_source) }
    })
}

/// The name of a gate's state, such as `"passed"`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_gate_state_name(gate_state: acall_gate_state) -> *const c_char {
    boundary!(ptr::null(), { GATE_STATES.name(gate_state) })
}

/// The number of a gate's state; like `acall_outcome_from_name`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_gate_state_from_name(
    name: *const c_char,
    length: usize,
    gate_state: *mut acall_gate_state,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL, or a readable name and a place.
        unsafe { GATE_STATES.number(name, length, gate_state) }
    })
}

/// The name of a preset, such as `"cost_averse"`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_preset_name(preset: acall_preset) -> *const c_char {
    boundary!(ptr::null(), { PRESETS.name(preset) })
}

/// The number of a preset; like `acall_outcome_from_name`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_preset_from_name(
    name: *const c_char,
    length: usize,
    preset: *mut acall_preset,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL, or a readable name and a place.
        unsafe { PRESETS.number(name, length, preset) }
    })
}

/// The name of a jitter, such as `"equal"`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_jitter_name(jitter: acall_jitter) -> *const c_char {
    boundary!(ptr::null(), { JITTERS.name(jitter) })
}

/// The number of a jitter; like `acall_outcome_from_name`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_jitter_from_name(
    name: *const c_char,
    length: usize,
    jitter: *mut acall_jitter,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL, or a readable name and a place.
        unsafe { JITTERS.number(name, length, jitter) }
    })
}

/// The name of what happens over the cap, such as `"give_up"`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_over_cap_name(over_cap: acall_over_cap) -> *const c_char {
    boundary!(ptr::null(), { OVER_CAPS.name(over_cap) })
}

/// The number of what happens over the cap; like `acall_outcome_from_name`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_over_cap_from_name(
    name: *const c_char,
    length: usize,
    over_cap: *mut acall_over_cap,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL, or a readable name and a place.
        unsafe { OVER_CAPS.number(name, length, over_cap) }
    })
}

/// The name of which mutations are repeated, such as `"rejected_only"`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_retry_mutations_name(mutations: acall_retry_mutations) -> *const c_char {
    boundary!(ptr::null(), { RETRY_MUTATIONS.name(mutations) })
}

/// The number of which mutations are repeated; like `acall_outcome_from_name`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_retry_mutations_from_name(
    name: *const c_char,
    length: usize,
    mutations: *mut acall_retry_mutations,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL, or a readable name and a place.
        unsafe { RETRY_MUTATIONS.number(name, length, mutations) }
    })
}

#[cfg(test)]
mod tests {
    use aftercall::retry::{
        Action, DelaySource, GateState, Jitter, OverCap, Preset, Reason, RetryMutations,
    };

    use super::*;
    use crate::names::tests::check_names;

    #[test]
    fn every_name_is_the_cores_and_leads_back_to_its_number() {
        check_names!(Action, acall_action_name, acall_action_from_name);
        check_names!(Reason, acall_reason_name, acall_reason_from_name);
        check_names!(
            DelaySource, acall_delay_source_name, acall_delay_source_from_name
        );
        check_names!(GateState, acall_gate_state_name, acall_gate_state_from_name);
        check_names!(Preset, acall_preset_name, acall_preset_from_name);
        check_names!(Jitter, acall_jitter_name, acall_jitter_from_name);
        check_names!(OverCap, acall_over_cap_name, acall_over_cap_from_name);
        check_names!(
            RetryMutations, acall_retry_mutations_name, acall_retry_mutations_from_name
        );
    }
}
