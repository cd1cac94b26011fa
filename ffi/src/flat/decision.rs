//! Decisions as blocks of bytes.

use core::ffi::c_char;

use aftercall::Text;
use aftercall::retry::{Action, CallState, Decision, Reason};

use super::block::{self, Mark};
use super::last_error::Complaint;
use crate::boundary::boundary;
use crate::buffer::Buffer;
use crate::pointer;
use crate::retry::or_none;
use crate::status::{Status, acall_status};

/// The size of a flat decision in bytes.
pub const ACALL_FLAT_DECISION_SIZE: i32 = 136;

/// `ACALL_ACTION_...`
pub const ACALL_FLAT_DECISION_ACTION: i32 = 0;
/// `ACALL_REASON_...`, absent where the call is not over.
pub const ACALL_FLAT_DECISION_REASON: i32 = 1;
/// `ACALL_DELAY_SOURCE_...`, absent where there is no delay.
pub const ACALL_FLAT_DECISION_DELAY_SOURCE: i32 = 2;
/// How long to wait in milliseconds, absent where there is no delay.
pub const ACALL_FLAT_DECISION_DELAY_MS: i32 = 3;
/// When the server would have the request again, absent where it does not say.
pub const ACALL_FLAT_DECISION_RETRY_AT_MS: i32 = 4;
/// How many tokens the budget holds, absent where there is none.
pub const ACALL_FLAT_DECISION_BUDGET_TOKENS: i32 = 5;
/// The number of the attempt that was decided about; 0 if there was none.
pub const ACALL_FLAT_DECISION_ATTEMPT: i32 = 6;

/// One word besides those of the decision: the attempt.
const WORDS: usize = Decision::WORDS + 1;
const MARK: Mark = *b"acallfd\x01";
const _: () = assert!(block::size(WORDS) == 136);

/// A caller's room for a decision.
pub(super) struct Room(block::Room<WORDS>);

impl Room {
    /// # Safety
    ///
    /// As for [`block::Room::new`].
    pub(super) unsafe fn new(start: *mut c_char, capacity: i32) -> Result<Self, Status> {
        // SAFETY: the caller's promise.
        unsafe { block::Room::new(start, capacity, MARK) }.map(Self)
    }

    pub(super) fn write(self, decision: &Decision, state: &CallState) {
        let mut words = [0; WORDS];
        let (attempt, rest) = words.split_at_mut(1);
        attempt.fill(state.attempts().into());
        rest.copy_from_slice(&decision.to_words());
        self.0.write(words);
    }
}

/// A decision, and the attempt that it is about.
///
/// # Safety
///
/// `start` is NULL or points to a block that is as large as they are.
pub(super) unsafe fn read(start: *const c_char) -> Result<(Decision, u64), Status> {
    // SAFETY: the caller's promise.
    let [attempt, words @ ..] = unsafe { block::read::<WORDS>(start, MARK) }?;
    let decision = Decision::from_words(words).ok_or(Status::Argument)?;
    Ok((decision, attempt))
}

fn number(decision: &Decision, attempt: u64, field: i32) -> Result<i64, Status> {
    let is_retry = decision.action() == Action::Retry;
    let value = match field {
        ACALL_FLAT_DECISION_ACTION => Some(decision.action().number().into()),
        ACALL_FLAT_DECISION_REASON => decision.reason().map(Reason::number).map(i64::from),
        ACALL_FLAT_DECISION_DELAY_SOURCE => {
            is_retry.then(|| decision.delay_source().number().into())
        }
        ACALL_FLAT_DECISION_DELAY_MS => is_retry.then(|| or_none(Some(decision.delay_ms()))),
        ACALL_FLAT_DECISION_RETRY_AT_MS => decision.retry_at_ms().map(|at| or_none(Some(at))),
        ACALL_FLAT_DECISION_BUDGET_TOKENS => decision.budget_tokens().map(i64::from),
        ACALL_FLAT_DECISION_ATTEMPT => Some(or_none(Some(attempt))),
        _ => return Err(Status::Argument),
    };
    value.ok_or(Status::Absent)
}

/// One number of a flat decision: `field` is one of `ACALL_FLAT_DECISION_...`.
/// `*value` is written only on success. Any thread. Errors: `ACALL_E_ABSENT`,
/// `ACALL_E_ARGUMENT` (no such field, or no decision in the block), `_NULL`.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_decision_int(
    decision: *const c_char,
    field: i32,
    value: *mut i64,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { pointer::Place::new(value) }.map_err(Complaint::about("value"))?;
        // SAFETY: the caller passes NULL or a whole block.
        let (decision, attempt) =
            unsafe { read(decision) }.map_err(Complaint::about("decision"))?;
        place.write(number(&decision, attempt, field).map_err(Complaint::about("field"))?);
        Ok(())
    })
}

/// A decision, and where its explanation is wanted.
///
/// # Safety
///
/// As for [`Buffer::new`] and [`read`].
unsafe fn both(
    decision: *const c_char,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> Result<(Buffer<i32>, Decision), Complaint> {
    // SAFETY: the caller's promise.
    let buffer =
        unsafe { Buffer::new(buffer, capacity, needed) }.map_err(Complaint::about("buffer"))?;
    // SAFETY: the caller's promise.
    let (decision, _) = unsafe { read(decision) }.map_err(Complaint::about("decision"))?;
    Ok((buffer, decision))
}

type Fill = fn(Buffer<i32>, &Text<'_>) -> Result<(), Status>;

fn write(buffer: Buffer<i32>, text: &str, fill: Fill) -> Result<(), Complaint> {
    fill(buffer, &Text::verbatim(text.as_bytes())).map_err(Complaint::about("buffer"))
}

/// Says why this was decided, as `acall_decision_explain` does. Errors, with
/// details from `acall_last_error`: `ACALL_E_BUFFER_TOO_SMALL` (nothing is
/// written), `_NULL`, `_ARGUMENT`. Any thread. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_decision_explain(
    decision: *const c_char,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL, or a buffer as large as it says and a
        // whole block.
        let (buffer, decision) = unsafe { both(decision, buffer, capacity, needed) }?;
        write(buffer, &decision.explanation().to_string(), Buffer::fill)
    })
}

/// Fills a field of a fixed width with the same: as much as fits, then spaces,
/// no NUL. `*needed` is set to the length of the whole text. Otherwise, and in
/// its errors but `ACALL_E_BUFFER_TOO_SMALL`, like `acall_flat_decision_explain`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_decision_explain_fixed(
    decision: *const c_char,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL, or a buffer as large as it says and a
        // whole block.
        let (buffer, decision) = unsafe { both(decision, buffer, capacity, needed) }?;
        write(
            buffer,
            &decision.explanation().to_string(),
            Buffer::fill_fixed,
        )
    })
}

/// Writes the explanation as data, as `acall_decision_explain_json` does; in its
/// errors like `acall_flat_decision_explain`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_decision_explain_json(
    decision: *const c_char,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL, or a buffer as large as it says and a
        // whole block.
        let (buffer, decision) = unsafe { both(decision, buffer, capacity, needed) }?;
        write(buffer, &decision.explanation().to_json(), Buffer::fill)
    })
}
