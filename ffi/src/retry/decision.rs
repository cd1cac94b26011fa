//! Decisions as plain structures of their callers.

use core::ffi::c_char;

use aftercall::Text;
use aftercall::retry::{CallState, Decision, DecisionNumbers, Reason};

use super::constants::{acall_action, acall_delay_source, acall_gate_state, acall_reason};
use super::or_none;
use crate::boundary::boundary;
use crate::buffer::Buffer;
use crate::pointer::{self, Place, Sized32};
use crate::status::{Status, acall_status};

/// What to do next in a call. It belongs to the caller and owns nothing: copy
/// it, keep it, forget it. Set `struct_size` before the call
/// (`ACALL_DECISION_INIT` does). A zeroed decision says nothing.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct acall_decision {
    /// `sizeof(acall_decision)`.
    pub struct_size: u32,
    /// What to do.
    pub action: acall_action,
    /// Why the call is over; `ACALL_REASON_NONE` if it is not.
    pub reason: acall_reason,
    /// Where the delay comes from.
    pub delay_source: acall_delay_source,
    /// The number of the attempt that was decided about, from 1; 0 if the call
    /// was over before its first.
    pub attempt: i32,
    /// Always 0.
    pub reserved: i32,
    /// How long to wait before sending again, in milliseconds; 0 unless the
    /// action is `ACALL_ACTION_RETRY`.
    pub delay_ms: i64,
    /// When the server would have the request again, in milliseconds of the
    /// call's clock, after a stop; else -1.
    pub retry_at_ms: i64,
    /// How many tokens the budget holds after this decision; -1 without one.
    pub budget_tokens: i64,
    /// What the gates looked at, for `acall_decision_explain` and the others.
    /// What the numbers mean is nobody's business but the library's.
    pub members: [u8; 24],
    /// Likewise.
    pub counts: [u32; 6],
    /// Likewise.
    pub times_ms: [u64; 6],
}

// SAFETY: integers, the first of which is the size.
unsafe impl Sized32 for acall_decision {
    const FIRST_SIZE: usize = 144;
}

impl acall_decision {
    #[inline(always)]
    pub(crate) fn new(decision: &Decision, state: &CallState) -> Self {
        Self::of_attempt(decision, state.attempts())
    }

    #[inline(always)]
    pub(crate) fn of_attempt(decision: &Decision, attempt: u32) -> Self {
        let numbers = decision.to_numbers();
        Self {
            struct_size: 0,
            action: decision.action().number(),
            reason: decision.reason().map_or(0, Reason::number),
            delay_source: decision.delay_source().number(),
            attempt: i32::try_from(attempt).unwrap_or(i32::MAX),
            reserved: 0,
            delay_ms: i64::try_from(decision.delay_ms()).unwrap_or(i64::MAX),
            retry_at_ms: or_none(decision.retry_at_ms()),
            budget_tokens: or_none(decision.budget_tokens().map(u64::from)),
            members: numbers.members,
            counts: numbers.counts,
            times_ms: numbers.times_ms,
        }
    }

    /// Only a decision that was made by the library can be explained.
    fn decision(&self) -> Result<Decision, Status> {
        let numbers = DecisionNumbers {
            members: self.members,
            counts: self.counts,
            times_ms: self.times_ms,
        };
        Decision::from_numbers(&numbers).ok_or(Status::Argument)
    }
}

/// # Safety
///
/// `decision` is NULL or points to as many bytes as its first field says.
pub(crate) unsafe fn read(decision: *const acall_decision) -> Result<Decision, Status> {
    // SAFETY: the caller's promise.
    unsafe { pointer::read_sized(decision) }?.decision()
}

/// Says why this was decided, in one line of English: every gate in its order,
/// with the numbers it looked at, and which were not reached. For logs and
/// developers; there is nothing of the server's own words in it.
///
/// `buffer` gets the text as UTF-8 with a NUL behind it. `*needed` is set to the
/// size that the buffer must have, the NUL included, also if `buffer` is NULL
/// and `capacity` 0; `needed` may be NULL. No decision needs more than 1,000
/// bytes. Any thread.
///
/// Errors: `ACALL_E_BUFFER_TOO_SMALL` (nothing is written), `_NULL`,
/// `_ARGUMENT` (nothing was decided into it), `_ABI_MISMATCH`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_decision_explain(
    decision: *const acall_decision,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        let buffer = unsafe { Buffer::new(buffer, capacity, needed) }?;
        // SAFETY: the caller passes NULL or a decision as large as it says.
        let decision = unsafe { read(decision) }?;
        buffer.fill(&Text::verbatim(
            decision.explanation().to_string().as_bytes(),
        ))
    })
}

/// The same as data: a JSON object with `action`, `reason`, `delay_ms`,
/// `delay_source`, `retry_at_ms`, `budget`, and `gates`, an array with an object
/// for each gate: `gate`, `state` and the numbers it looked at. Later versions
/// may add fields. No decision needs more than 2,000 bytes. Otherwise like
/// `acall_decision_explain`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_decision_explain_json(
    decision: *const acall_decision,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        let buffer = unsafe { Buffer::new(buffer, capacity, needed) }?;
        // SAFETY: the caller passes NULL or a decision as large as it says.
        let decision = unsafe { read(decision) }?;
        buffer.fill(&Text::verbatim(decision.explanation().to_json().as_bytes()))
    })
}

/// What one gate of a decision did: the gate that stops with the reason `gate`.
/// `*state` is written only on success. Any thread. Errors: `ACALL_E_ARGUMENT`
/// (no such gate, or nothing was decided), `_NULL`, `_ABI_MISMATCH`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_decision_gate(
    decision: *const acall_decision,
    gate: acall_reason,
    state: *mut acall_gate_state,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { Place::new(state) }?;
        // SAFETY: the caller passes NULL or a decision as large as it says.
        let decision = unsafe { read(decision) }?;
        let found = decision
            .explanation()
            .gates()
            .find(|asked| asked.reason().number() == gate)
            .ok_or(Status::Argument)?;
        place.write(found.state().number());
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use aftercall::retry::{Action, Operation, Policy, Terms};
    use aftercall::{OperationKind, Profile, Reply, judge};

    use super::*;

    #[test]
    fn no_explanation_is_longer_than_the_manual_says() {
        let mut longest = (0, 0);
        for reason in 0..=10 {
            for advice in 0..=4 {
                let mut decision = acall_decision {
                    members: [1; 24],
                    counts: [u32::MAX; 6],
                    times_ms: [u64::MAX; 6],
                    ..acall_decision::zeroed()
                };
                // Action, reason, source, category, two advices, effect,
                // repeat, kind, mutations: the longest names of each.
                let action = if reason == 0 { 1 } else { 3 };
                let names = [action, reason, 0, 8, advice, 3, 2, 1, 0, 1];
                decision.members[..names.len()].copy_from_slice(&names);
                decision.members[20..].fill(0);
                let explained = decision.decision().unwrap();
                let explanation = explained.explanation();
                longest.0 = longest.0.max(explanation.to_string().len());
                longest.1 = longest.1.max(explanation.to_json().len());
            }
        }
        assert!(longest.0 < 1000 && longest.1 < 2000, "{longest:?}");
        assert!(longest.0 > 500 && longest.1 > 1000, "{longest:?}");
    }

    #[test]
    fn a_decision_keeps_everything_that_explains_it() {
        let policy = Policy::default();
        let terms = Terms {
            policy: &policy,
            budget: None,
            observer: None,
        };
        let mut state = CallState::new(Operation::new(OperationKind::Query), 0);
        state.before_attempt(terms, 0).unwrap();
        let verdict = judge(Profile::eureka(), &Reply::new(503, ""), None);
        let decision = state.on_reply(terms, &verdict, 20).unwrap();
        let kept = acall_decision::new(&decision, &state);
        assert_eq!(kept.action, Action::Retry.number());
        assert_eq!((kept.attempt, kept.reason, kept.budget_tokens), (1, 0, -1));
        assert_eq!(kept.decision(), Ok(decision));
        assert_eq!(
            acall_decision::zeroed().decision().err(),
            Some(Status::Argument)
        );
    }
}
