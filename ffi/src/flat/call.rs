//! One call's state as a block of bytes, and its events.

use core::ffi::c_char;
use std::sync::Arc;

use aftercall::retry::{Attempt, Budget, CallState, Decision, Policy, Terms, fresh_seed};

use super::block::{self, Mark};
use super::decision;
use super::last_error::Complaint;
use super::{budget, bytes, policy, verdict};
use crate::boundary::boundary;
use crate::pointer;
use crate::retry::call::operation;
use crate::retry::judged::decide;
use crate::retry::{milliseconds, or_none};
use crate::status::{Status, acall_status};

/// The size of a flat call in bytes.
pub const ACALL_FLAT_CALL_SIZE: i32 = 80;

/// Two words besides those of the state: the numbers of policy and budget.
const WORDS: usize = CallState::WORDS + 2;
const MARK: Mark = *b"acallfc\x01";
const _: () = assert!(block::size(WORDS) == 80);

/// A call that was read from a block, on its way back there.
struct Call {
    policy_number: i64,
    budget_number: i64,
    policy: Arc<Policy>,
    budget: Option<Arc<Budget>>,
    state: CallState,
    room: block::Room<WORDS>,
}

impl Call {
    /// # Safety
    ///
    /// `call` is NULL or points to a block of a call, writable for as long as
    /// the call is used.
    unsafe fn read(call: *mut c_char) -> Result<Self, Complaint> {
        // Whatever else stands there is no call.
        let [policy_number, budget_number, words @ ..] =
            // SAFETY: the caller's promise.
            unsafe { block::read::<WORDS>(call, MARK) }
                .map_err(no_call_if_wrong)
                .map_err(Complaint::about("call"))?;
        let state = CallState::from_words(words)
            .ok_or(Status::NoCall)
            .map_err(Complaint::about("call"))?;
        let (policy_number, budget_number) =
            (policy_number.cast_signed(), budget_number.cast_signed());
        // SAFETY: a marked block is a whole one.
        let room = unsafe { block::Room::new(call, ACALL_FLAT_CALL_SIZE, MARK) };
        Ok(Self {
            policy_number,
            budget_number,
            policy: policy::policy(policy_number).map_err(Complaint::about("the call's policy"))?,
            budget: budget::budget(budget_number).map_err(Complaint::about("the call's budget"))?,
            state,
            room: room.map_err(Complaint::about("call"))?,
        })
    }

    /// Lets an event happen; what it changed is written, if it succeeds.
    fn happen<T>(
        mut self,
        event: impl FnOnce(&mut CallState, Terms<'_>) -> Result<T, aftercall::Error>,
    ) -> Result<(T, CallState), Complaint> {
        let terms = Terms {
            policy: &self.policy,
            budget: self.budget.as_deref(),
            observer: None,
        };
        let result = event(&mut self.state, terms)
            .map_err(|error| Complaint::new(Status::OutOfTurn, error.to_string()))?;
        write(
            self.room, self.policy_number, self.budget_number, &self.state,
        );
        Ok((result, self.state))
    }
}

fn write(room: block::Room<WORDS>, policy: i64, budget: i64, state: &CallState) {
    let mut words = [0; WORDS];
    let (numbers, rest) = words.split_at_mut(2);
    numbers.copy_from_slice(&[policy.cast_unsigned(), budget.cast_unsigned()]);
    rest.copy_from_slice(&state.to_words());
    room.write(words);
}

fn no_call_if_wrong(status: Status) -> Status {
    match status {
        Status::Argument => Status::NoCall,
        other => other,
    }
}

fn time(now_ms: i64) -> Result<u64, Complaint> {
    milliseconds(now_ms).map_err(Complaint::about("now_ms"))
}

/// Writes a seed that no other call has to `*seed`, as `acall_fresh_seed`
/// returns it. Any thread. Errors: `ACALL_E_NULL`, `_ARGUMENT`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_fresh_seed(seed: *mut i64) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { pointer::Place::new(seed) }.map_err(Complaint::about("seed"))?;
        place.write(fresh_seed().cast_signed());
        Ok(())
    })
}

/// Begins a call, as `acall_call_begin` does, in integers. `policy` and `budget`
/// are numbers of `acall_flat_policy_from_json` and `acall_flat_budget_new`, or
/// 0 for the standard policy and for no budget. `flags` are `ACALL_CALL_...`,
/// added up; `seed` is 0 without its flag.
///
/// `call` is a block of at least `ACALL_FLAT_CALL_SIZE` bytes that belongs to the
/// caller, at any address; it is written only on success and holds no pointer.
/// It may be moved; but of two copies only one may be used, for both would pay
/// back the same wait. One thread at a time.
///
/// Errors, with details from `acall_last_error`: `ACALL_E_NULL`, `_ARGUMENT`,
/// `_BUFFER_TOO_SMALL` (the block). Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_call_begin(
    policy: i64,
    budget: i64,
    kind: i32,
    flags: i32,
    seed: i64,
    now_ms: i64,
    call: *mut c_char,
    call_capacity: i32,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a block as large as it says.
        let room = unsafe { block::Room::new(call, call_capacity, MARK) }
            .map_err(Complaint::about("call"))?;
        policy::policy(policy).map_err(Complaint::about("policy"))?;
        budget::budget(budget).map_err(Complaint::about("budget"))?;
        let operation = operation(kind, flags.cast_unsigned(), seed.cast_unsigned())
            .map_err(Complaint::about("kind, flags or seed"))?;
        let state = CallState::new(operation, time(now_ms)?);
        write(room, policy, budget, &state);
        Ok(())
    })
}

/// An attempt goes out now, as in `acall_call_before_attempt`: its number, and
/// how long it may take in milliseconds, -1 for no limit. Both are written only
/// on success.
///
/// Errors, then nothing changes, with details from `acall_last_error`:
/// `ACALL_E_OUT_OF_TURN`, `_NO_CALL` (none was begun in this block), `_NULL`,
/// `_ARGUMENT` (a negative time, or a policy or budget that was freed). So it is
/// for all events. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_call_before_attempt(
    call: *mut c_char,
    now_ms: i64,
    number: *mut i32,
    timeout_ms: *mut i64,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a writable place.
        let number_place =
            unsafe { pointer::Place::new(number) }.map_err(Complaint::about("number"))?;
        // SAFETY: the caller passes NULL or a writable place.
        let timeout_place =
            unsafe { pointer::Place::new(timeout_ms) }.map_err(Complaint::about("timeout_ms"))?;
        // SAFETY: the caller passes NULL or a block of a call.
        let call = unsafe { Call::read(call) }?;
        let now_ms = time(now_ms)?;
        let (attempt, _) = call.happen(|state, terms| state.before_attempt(terms, now_ms))?;
        let Attempt {
            number, timeout_ms, ..
        } = attempt;
        number_place.write(i32::try_from(number).unwrap_or(i32::MAX));
        timeout_place.write(or_none(timeout_ms));
        Ok(())
    })
}

/// The attempt's reply was judged: what now? `verdict` is a block that
/// `acall_flat_judge` wrote. `body` is the body that was judged; it is looked at
/// only if the policy has overrides for codes that are words, else NULL with
/// length 0 will do.
///
/// `decision` is a block of at least `ACALL_FLAT_DECISION_SIZE` bytes that
/// belongs to the caller, at any address; it is written only on success, holds
/// no pointer, may be copied and kept, and is read with
/// `acall_flat_decision_int`. Errors: as `acall_flat_call_before_attempt`;
/// `ACALL_E_BUFFER_TOO_SMALL` (the block of the decision). Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_call_on_reply(
    call: *mut c_char,
    verdict: *const c_char,
    body: *const c_char,
    body_length: i32,
    now_ms: i64,
    decision: *mut c_char,
    decision_capacity: i32,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a block as large as it says.
        let room = unsafe { decision::Room::new(decision, decision_capacity) }
            .map_err(Complaint::about("decision"))?;
        // SAFETY: the caller passes NULL or a block of a call.
        let call = unsafe { Call::read(call) }?;
        // SAFETY: the caller passes NULL or a whole block.
        let verdict =
            unsafe { verdict::Block::read(verdict) }.map_err(Complaint::about("verdict"))?;
        // SAFETY: the caller passes NULL or a readable body.
        let body = unsafe { bytes(body, body_length) }.map_err(Complaint::about("body"))?;
        let now_ms = time(now_ms)?;
        let said = verdict.said().map_err(Complaint::about("verdict"))?;
        let word = if said.lacks_word(&call.policy) {
            verdict.code_text(body).map_err(Complaint::about("body"))?
        } else {
            None
        };
        let judged = said
            .judged(word.as_ref())
            .map_err(Complaint::about("verdict"))?;
        let (decided, state) = call.happen(|state, terms| decide(state, terms, &judged, now_ms))?;
        room.write(&decided, &state);
        Ok(())
    })
}

/// The new token that was asked for is there: the next attempt may go out.
/// Errors: as `acall_flat_call_before_attempt`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_call_on_refreshed(
    call: *mut c_char,
    now_ms: i64,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a block of a call.
        let call = unsafe { Call::read(call) }?;
        let now_ms = time(now_ms)?;
        call.happen(|state, _| state.on_refreshed(now_ms))?;
        Ok(())
    })
}

/// There is no new token to be had: the call stops. `decision` and errors as in
/// `acall_flat_call_on_reply`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_call_on_refresh_failed(
    call: *mut c_char,
    now_ms: i64,
    decision: *mut c_char,
    decision_capacity: i32,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or blocks as large as they say.
        unsafe {
            end(
                call,
                now_ms,
                decision,
                decision_capacity,
                CallState::on_refresh_failed,
            )
        }
    })
}

/// The caller gives up: the call stops, and a wait that was paid for is paid
/// back. Otherwise like `acall_flat_call_on_refresh_failed`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_call_cancel(
    call: *mut c_char,
    now_ms: i64,
    decision: *mut c_char,
    decision_capacity: i32,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or blocks as large as they say.
        unsafe { end(call, now_ms, decision, decision_capacity, CallState::cancel) }
    })
}

/// The deadline came before the next attempt could be sent, as in
/// `acall_call_expire`. Otherwise like `acall_flat_call_on_refresh_failed`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_call_expire(
    call: *mut c_char,
    now_ms: i64,
    decision: *mut c_char,
    decision_capacity: i32,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or blocks as large as they say.
        unsafe { end(call, now_ms, decision, decision_capacity, CallState::expire) }
    })
}

/// Ends a call of which no more is to be heard: a wait that was paid for and
/// not used is paid back. Nothing happens to a call that is over. Errors, with
/// details from `acall_last_error`: `ACALL_E_NO_CALL`, `_NULL`, `_ARGUMENT`.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_call_abandon(call: *mut c_char) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a block of a call.
        let call = unsafe { Call::read(call) }?;
        call.happen(|state, terms| {
            state.abandon(terms.budget);
            Ok(())
        })?;
        Ok(())
    })
}

type End = fn(&mut CallState, Terms<'_>, u64) -> Result<Decision, aftercall::Error>;

/// An event that ends a call.
///
/// # Safety
///
/// As for [`Call::read`] and [`decision::Room::new`].
unsafe fn end(
    call: *mut c_char,
    now_ms: i64,
    decision: *mut c_char,
    capacity: i32,
    event: End,
) -> Result<(), Complaint> {
    // SAFETY: the caller's promise.
    let room =
        unsafe { decision::Room::new(decision, capacity) }.map_err(Complaint::about("decision"))?;
    // SAFETY: the caller's promise.
    let call = unsafe { Call::read(call) }?;
    let now_ms = time(now_ms)?;
    let (decided, state) = call.happen(|state, terms| event(state, terms, now_ms))?;
    room.write(&decided, &state);
    Ok(())
}
