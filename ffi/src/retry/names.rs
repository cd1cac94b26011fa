//! Names of the retry engine's closed sets, both ways.

use core::ffi::{CStr, c_char};
use core::ptr;

use aftercall::retry::{
    Action, DelaySource, GateState, Jitter, OverCap, Preset, Reason, RetryMutations,
};

use super::constants::{
    acall_action, acall_delay_source, acall_gate_state, acall_jitter, acall_over_cap, acall_preset,
    acall_reason, acall_retry_mutations,
};
use crate::boundary::boundary;
use crate::names::{name, number};
use crate::status::acall_status;

const ACTIONS: [&CStr; 3] = [c"retry", c"refresh", c"stop"];
const REASONS: [&CStr; 10] = [
    c"success", c"cancelled", c"not_retryable", c"auth_failed", c"quota_hold", c"unsafe_to_replay",
    c"attempts_exhausted", c"server_delay_too_long", c"deadline", c"budget_exhausted",
];
const DELAY_SOURCES: [&CStr; 2] = [c"backoff", c"server"];
const GATE_STATES: [&CStr; 4] = [c"not_reached", c"passed", c"stopped", c"skipped"];
const PRESETS: [&CStr; 3] = [c"standard", c"cost_averse", c"none"];
const JITTERS: [&CStr; 4] = [c"none", c"full", c"equal", c"decorrelated"];
const OVER_CAPS: [&CStr; 2] = [c"give_up", c"clamp"];
const RETRY_MUTATIONS: [&CStr; 3] = [c"never", c"rejected_only", c"always"];

/// The place of a member among the names of a set whose number 0 is nameless.
fn from_one(number: i32) -> Option<u32> {
    u32::try_from(number).ok()?.checked_sub(1)
}

/// The name of an action, such as `"retry"`; NULL for
/// `ACALL_ACTION_NONE`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_action_name(action: acall_action) -> *const c_char {
    boundary!(ptr::null(), { name(&ACTIONS, from_one(action)) })
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
        unsafe {
            number(name, length, action, |name| {
                Action::from_name(name).map(Action::number)
            })
        }
    })
}

/// The name of a reason, such as `"unsafe_to_replay"`; NULL for
/// `ACALL_REASON_NONE`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_reason_name(reason: acall_reason) -> *const c_char {
    boundary!(ptr::null(), { name(&REASONS, from_one(reason)) })
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
        unsafe {
            number(name, length, reason, |name| {
                Reason::from_name(name).map(Reason::number)
            })
        }
    })
}

/// The name of a delay's source, such as `"server"`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_delay_source_name(delay_source: acall_delay_source) -> *const c_char {
    boundary!(ptr::null(), {
        name(&DELAY_SOURCES, u32::try_from(delay_source).ok())
    })
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
        unsafe {
            number(name, length, delay_source, |name| {
                DelaySource::from_name(name).map(DelaySource::number)
            })
        }
    })
}

/// The name of a gate's state, such as `"passed"`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_gate_state_name(gate_state: acall_gate_state) -> *const c_char {
    boundary!(ptr::null(), {
        name(&GATE_STATES, u32::try_from(gate_state).ok())
    })
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
        unsafe {
            number(name, length, gate_state, |name| {
                GateState::from_name(name).map(GateState::number)
            })
        }
    })
}

/// The name of a preset, such as `"cost_averse"`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_preset_name(preset: acall_preset) -> *const c_char {
    boundary!(ptr::null(), { name(&PRESETS, u32::try_from(preset).ok()) })
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
        unsafe {
            number(name, length, preset, |name| {
                Preset::from_name(name).map(Preset::number)
            })
        }
    })
}

/// The name of a jitter, such as `"equal"`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_jitter_name(jitter: acall_jitter) -> *const c_char {
    boundary!(ptr::null(), { name(&JITTERS, u32::try_from(jitter).ok()) })
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
        unsafe {
            number(name, length, jitter, |name| {
                Jitter::from_name(name).map(Jitter::number)
            })
        }
    })
}

/// The name of what happens over the cap, such as `"give_up"`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_over_cap_name(over_cap: acall_over_cap) -> *const c_char {
    boundary!(ptr::null(), {
        name(&OVER_CAPS, u32::try_from(over_cap).ok())
    })
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
        unsafe {
            number(name, length, over_cap, |name| {
                OverCap::from_name(name).map(OverCap::number)
            })
        }
    })
}

/// The name of which mutations are repeated, such as `"rejected_only"`.
/// Otherwise like `acall_outcome_name`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_retry_mutations_name(mutations: acall_retry_mutations) -> *const c_char {
    boundary!(ptr::null(), {
        name(&RETRY_MUTATIONS, u32::try_from(mutations).ok())
    })
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
        unsafe {
            number(name, length, mutations, |name| {
                RetryMutations::from_name(name).map(RetryMutations::number)
            })
        }
    })
}

#[cfg(test)]
mod tests {
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
