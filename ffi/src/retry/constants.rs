//! The closed sets of the retry engine as numbers: literals, because the header
//! is written from them; a test compares each with the core's.

/// What to do next.
pub type acall_action = i32;

/// Nothing was decided yet. A zeroed decision says this.
pub const ACALL_ACTION_NONE: acall_action = 0;
/// Wait, then send again.
pub const ACALL_ACTION_RETRY: acall_action = 1;
/// Get a new token, then send again.
pub const ACALL_ACTION_REFRESH: acall_action = 2;
/// The call is over.
pub const ACALL_ACTION_STOP: acall_action = 3;

/// Why a call is over: the first that applies, in this order. Each is also the
/// name of the gate that stops with it.
pub type acall_reason = i32;

/// The call is not over.
pub const ACALL_REASON_NONE: acall_reason = 0;
/// It succeeded.
pub const ACALL_REASON_SUCCESS: acall_reason = 1;
/// The caller gave up.
pub const ACALL_REASON_CANCELLED: acall_reason = 2;
/// Sending the same again cannot help.
pub const ACALL_REASON_NOT_RETRYABLE: acall_reason = 3;
/// There is no new token to be had, or it was refused as well.
pub const ACALL_REASON_AUTH_FAILED: acall_reason = 4;
/// Nothing will succeed before a reset.
pub const ACALL_REASON_QUOTA_HOLD: acall_reason = 5;
/// A repeat might do, or charge for, something twice.
pub const ACALL_REASON_UNSAFE_TO_REPLAY: acall_reason = 6;
/// All attempts are used up.
pub const ACALL_REASON_ATTEMPTS_EXHAUSTED: acall_reason = 7;
/// The server asks for a longer wait than is allowed.
pub const ACALL_REASON_SERVER_DELAY_TOO_LONG: acall_reason = 8;
/// The wait would not end before the deadline.
pub const ACALL_REASON_DEADLINE: acall_reason = 9;
/// Too many repeats have failed lately.
pub const ACALL_REASON_BUDGET_EXHAUSTED: acall_reason = 10;

/// Where a delay comes from.
pub type acall_delay_source = i32;

/// The policy's backoff.
pub const ACALL_DELAY_SOURCE_BACKOFF: acall_delay_source = 0;
/// The server asked for it.
pub const ACALL_DELAY_SOURCE_SERVER: acall_delay_source = 1;

/// What a gate of a decision did.
pub type acall_gate_state = i32;

/// It was not asked: an earlier one decided.
pub const ACALL_GATE_STATE_NOT_REACHED: acall_gate_state = 0;
/// It let the call go on.
pub const ACALL_GATE_STATE_PASSED: acall_gate_state = 1;
/// It stopped the call.
pub const ACALL_GATE_STATE_STOPPED: acall_gate_state = 2;
/// It has nothing to say about a refresh.
pub const ACALL_GATE_STATE_SKIPPED: acall_gate_state = 3;

/// A policy to start from.
pub type acall_preset = i32;

/// The defaults.
pub const ACALL_PRESET_STANDARD: acall_preset = 0;
/// Repeats nothing that may be charged twice.
pub const ACALL_PRESET_COST_AVERSE: acall_preset = 1;
/// One attempt.
pub const ACALL_PRESET_NONE: acall_preset = 2;

/// How chance spreads the waits of many callers.
pub type acall_jitter = i32;

/// Not at all: everyone who failed together comes back together.
pub const ACALL_JITTER_NONE: acall_jitter = 0;
/// Anything from nothing to the whole backoff.
pub const ACALL_JITTER_FULL: acall_jitter = 1;
/// At least half of the backoff.
pub const ACALL_JITTER_EQUAL: acall_jitter = 2;
/// Up to three times the previous backoff.
pub const ACALL_JITTER_DECORRELATED: acall_jitter = 3;

/// What happens if a server asks for a longer wait than is allowed.
pub type acall_over_cap = i32;

/// Stop, and say when it would have been time.
pub const ACALL_OVER_CAP_GIVE_UP: acall_over_cap = 0;
/// Wait as long as is allowed, and come back earlier than asked.
pub const ACALL_OVER_CAP_CLAMP: acall_over_cap = 1;

/// Which mutations may be repeated.
pub type acall_retry_mutations = i32;

/// None, whatever is known of the failed attempt.
pub const ACALL_RETRY_MUTATIONS_NEVER: acall_retry_mutations = 0;
/// Those that were certainly not carried out, and those with an
/// idempotency key.
pub const ACALL_RETRY_MUTATIONS_REJECTED_ONLY: acall_retry_mutations = 1;
/// All: something may be done twice.
pub const ACALL_RETRY_MUTATIONS_ALWAYS: acall_retry_mutations = 2;

#[cfg(test)]
mod tests {
    use aftercall::retry::{
        Action, DelaySource, GateState, Jitter, OverCap, Preset, Reason, RetryMutations,
    };

    use crate::constants::written;

    #[test]
    fn every_constant_is_the_cores_number_and_none_is_missing() {
        let mut core: Vec<(String, u32)> = Vec::new();
        macro_rules! add {
            ($name:literal, $set:ident) => {
                for &member in $set::ALL {
                    let name = format!(concat!($name, "_{}"), member.name().to_uppercase());
                    core.push((name, u32::try_from(member.number()).unwrap()));
                }
            };
        }
        core.push(("ACTION_NONE".to_owned(), 0));
        add!("ACTION", Action);
        core.push(("REASON_NONE".to_owned(), 0));
        add!("REASON", Reason);
        add!("DELAY_SOURCE", DelaySource);
        add!("GATE_STATE", GateState);
        add!("PRESET", Preset);
        add!("JITTER", Jitter);
        add!("OVER_CAP", OverCap);
        add!("RETRY_MUTATIONS", RetryMutations);
        assert_eq!(written(include_str!("constants.rs")), core);
    }
}
