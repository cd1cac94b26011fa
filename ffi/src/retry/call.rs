//! One call's state, in memory of its caller.

use core::ffi::c_void;
use core::ptr::{self, NonNull};

use aftercall::retry::{
    Attempt, Budget, CallState, Decision, Operation, Policy, Terms, fresh_seed,
};
use aftercall::{OperationKind, Text};

use super::budget::{self, acall_budget};
use super::decision::acall_decision;
use super::judged::{self, Said};
use super::policy::{self, acall_policy};
use super::{milliseconds, or_none, out_of_turn};
use crate::boundary::boundary;
use crate::constants::acall_operation_kind;
use crate::pointer::{self, Place, Sized32, SizedPlace};
use crate::reply::acall_reply;
use crate::status::{Status, acall_status};
use crate::verdict::acall_verdict;

/// A new token can be got during the call.
pub const ACALL_CALL_CAN_REFRESH: u32 = 1;
/// Every attempt carries the same idempotency key, so the server knows a
/// repeat for what it is.
pub const ACALL_CALL_IDEMPOTENCY_KEY: u32 = 2;
/// `seed` is the seed of the call's jitter. Without this flag the call gets one
/// of its own from `acall_fresh_seed`: calls with the same seed wait equally
/// long.
pub const ACALL_CALL_SEEDED: u32 = 4;
/// Every draw of the jitter is `seed` / 2^53, for tests: `seed` is at most 2^53.
pub const ACALL_CALL_FIXED_DRAW: u32 = 8;

/// What an observer is told.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct acall_observed {
    /// The size of the library's own structure, so that it can grow.
    pub struct_size: u32,
    /// The number of the attempt that was decided about, from 1; 0 if the call
    /// was over before its first.
    pub attempt: i32,
    /// When, in milliseconds of the call's clock.
    pub now_ms: i64,
    /// The verdict as it was given to `acall_call_on_reply`; NULL if the call
    /// ended without one. From a client it has no places (-1): there is no
    /// body to look into yet.
    pub verdict: *const acall_verdict,
    /// What was decided, of the library's own size.
    pub decision: *const acall_decision,
}

/// Sees every decision of a call, in the thread that decides, after the
/// decision was made and written. What it is shown is valid until it returns.
/// It must return: no `longjmp`, no exception. It may call the library.
pub type acall_observer =
    Option<unsafe extern "C" fn(observed: *const acall_observed, userdata: *mut c_void)>;

/// What a call is to be decided by. Set every byte to zero, then `struct_size`,
/// then what you have: `ACALL_CALL_OPTIONS_INIT` does the first two. The library
/// reads it in `acall_call_begin` only; what it points to must outlive the call.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct acall_call_options {
    /// `sizeof(acall_call_options)`.
    pub struct_size: u32,
    /// `ACALL_CALL_...`, added up.
    pub flags: u32,
    /// What the operation does: `ACALL_KIND_MUTATION` unless you know better.
    pub kind: acall_operation_kind,
    /// Always 0.
    pub reserved: i32,
    /// See `ACALL_CALL_SEEDED` and `ACALL_CALL_FIXED_DRAW`; else 0.
    pub seed: u64,
    /// NULL for the standard policy.
    pub policy: *const acall_policy,
    /// What repeats are paid from: the same for all calls of one host and
    /// credential. NULL for none; then nothing stops many calls from repeating
    /// against a server that is down.
    pub budget: *const acall_budget,
    /// Told of every decision; NULL for nobody.
    pub observer: acall_observer,
    /// Passed to the observer as it is.
    pub userdata: *mut c_void,
}

// SAFETY: integers and pointers that may be NULL, the first is the size.
unsafe impl Sized32 for acall_call_options {
    const FIRST_SIZE: usize = 24 + 4 * size_of::<usize>();
}

/// One logical operation that is attempted until it succeeds or must stop. The
/// memory is the caller's, anywhere, of the same size in every version; it
/// needs nothing freed. `acall_call_begin` makes it a call: at that address
/// alone, for a copy would pay back what it never paid. One thread at a time.
#[derive(Debug)]
#[repr(C)]
pub struct acall_call {
    /// What is in it is nobody's business but the library's.
    pub opaque: [u64; 24],
}

/// One attempt that may be sent now. Set `struct_size` before the call
/// (`ACALL_ATTEMPT_INIT` does).
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct acall_attempt {
    /// `sizeof(acall_attempt)`.
    pub struct_size: u32,
    /// Which exchange of the call it is, from 1; a resend after a refresh
    /// counts as one.
    pub number: i32,
    /// How long it may take in milliseconds: the policy's attempt timeout or
    /// what is left until the deadline, whichever is less. 0 means that no time
    /// is left, -1 that there is no limit.
    pub timeout_ms: i64,
}

// SAFETY: integers, the first of which is the size.
unsafe impl Sized32 for acall_attempt {
    const FIRST_SIZE: usize = 16;
}

/// What is in the memory of a call.
#[repr(C)]
struct Live {
    /// That it was begun, and where: any other memory has another mark.
    mark: u64,
    policy: *const Policy,
    budget: *const Budget,
    observer: acall_observer,
    userdata: *mut c_void,
    state: CallState,
}

const _: () = assert!(size_of::<Live>() <= size_of::<acall_call>());
const _: () = assert!(align_of::<Live>() <= align_of::<acall_call>());

/// Nothing that zeroed, spaced out or freed memory would say.
const MARK: u64 = 0x61CA_11C0_DE5A_FE0D;

fn mark_at(call: *const acall_call) -> u64 {
    MARK ^ call.addr() as u64
}

impl Live {
    /// Where a call was begun, if it was.
    ///
    /// # Safety
    ///
    /// `call` is NULL or points to a whole `acall_call` that nobody changes.
    #[inline(always)]
    unsafe fn found(call: *const acall_call) -> Result<NonNull<Self>, Status> {
        let found = NonNull::new(call.cast_mut()).ok_or(Status::Null)?;
        if !found.is_aligned() {
            return Err(Status::Argument);
        }
        // SAFETY: not NULL and aligned, and the caller promises the memory.
        let mark = unsafe { found.cast::<u64>().read() };
        if mark != mark_at(call) {
            return Err(Status::NoCall);
        }
        Ok(found.cast())
    }

    /// The call that was begun at this address, for an event.
    ///
    /// # Safety
    ///
    /// As for [`found`](Self::found); nobody else uses the call for as long as
    /// the reference lives, and what it was begun with is still there.
    #[inline(always)]
    unsafe fn at<'a>(call: *mut acall_call) -> Result<&'a mut Self, Status> {
        // SAFETY: the caller's promise.
        let mut found = unsafe { Self::found(call) }?;
        // SAFETY: the mark was written by `acall_call_begin`, with the rest.
        Ok(unsafe { found.as_mut() })
    }

    /// The same, to look at.
    ///
    /// # Safety
    ///
    /// As for [`found`](Self::found).
    #[inline(always)]
    unsafe fn seen<'a>(call: *const acall_call) -> Result<&'a CallState, Status> {
        // SAFETY: the caller's promise.
        let found = unsafe { Self::found(call) }?;
        // SAFETY: the mark was written by `acall_call_begin`, with the rest.
        Ok(unsafe { &found.as_ref().state })
    }

    fn budget<'t>(&self) -> Option<&'t Budget> {
        // SAFETY: `acall_call_begin` has checked it, and the caller promises
        // that a budget outlives its calls.
        unsafe { self.budget.as_ref() }
    }

    fn terms<'t>(&self) -> Terms<'t> {
        Terms {
            // SAFETY: likewise for the policy, which is never NULL.
            policy: unsafe { &*self.policy },
            budget: self.budget(),
            // An observer in C is shown structures of C.
            observer: None,
        }
    }
}

/// Writes a decision to its place, and shows it to the observer: when nothing
/// here holds the call any more, for an observer may use it like anybody else.
#[inline(always)]
fn hand_out(
    live: &Live,
    decision: &Decision,
    place: SizedPlace<acall_decision>,
    verdict: *const acall_verdict,
) {
    let (observer, userdata) = (live.observer, live.userdata);
    let now_ms = live.state.latest_ms();
    let start = place.start();
    place.write(acall_decision::new(decision, &live.state));
    if observer.is_some() {
        // SAFETY: it was just written.
        let written = unsafe { pointer::read_sized(start) };
        show(written, verdict, now_ms, observer, userdata);
    }
}

#[cold]
fn show(
    written: Result<acall_decision, Status>,
    verdict: *const acall_verdict,
    now_ms: u64,
    observer: acall_observer,
    userdata: *mut c_void,
) {
    let (Some(observer), Ok(mut decision)) = (observer, written) else {
        return;
    };
    decision.struct_size = size32::<acall_decision>();
    let observed = acall_observed {
        struct_size: size32::<acall_observed>(),
        attempt: decision.attempt,
        now_ms: or_none(Some(now_ms)),
        verdict,
        decision: &raw const decision,
    };
    // SAFETY: the caller gave a function of this type, which returns.
    unsafe { observer(&raw const observed, userdata) };
}

fn size32<T>() -> u32 {
    u32::try_from(size_of::<T>()).unwrap_or_default()
}

/// An operation as numbers describe it.
pub(crate) fn operation(kind: i32, flags: u32, seed: u64) -> Result<Operation, Status> {
    /// What every draw is a part of.
    const WHOLE: u64 = 1 << 53;
    const KNOWN: u32 = ACALL_CALL_CAN_REFRESH
        | ACALL_CALL_IDEMPOTENCY_KEY
        | ACALL_CALL_SEEDED
        | ACALL_CALL_FIXED_DRAW;
    if flags & !KNOWN != 0 {
        return Err(Status::Argument);
    }
    let has = |flag| flags & flag != 0;
    let mut operation = Operation::new(OperationKind::from_number(kind).ok_or(Status::Argument)?);
    if has(ACALL_CALL_CAN_REFRESH) {
        operation = operation.refreshable();
    }
    if has(ACALL_CALL_IDEMPOTENCY_KEY) {
        operation = operation.with_idempotency_key();
    }
    match (has(ACALL_CALL_SEEDED), has(ACALL_CALL_FIXED_DRAW)) {
        (false, false) if seed == 0 => Ok(operation.seeded(fresh_seed())),
        (true, false) => Ok(operation.seeded(seed)),
        #[allow(clippy::cast_precision_loss, reason = "up to 2^53 nothing is lost")]
        (false, true) if seed <= WHOLE => Ok(operation.with_fixed_draw(seed as f64 / WHOLE as f64)),
        _ => Err(Status::Argument),
    }
}

/// A seed that no other call has, from the operating system's randomness.
/// Any thread. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn acall_fresh_seed() -> u64 {
    boundary!(0, { fresh_seed() })
}

/// Begins a call, which starts now. `now_ms` is the time in milliseconds of any
/// monotonic clock, 0 or more, the same clock for all events of the call; one
/// that runs backwards is taken to stand still.
///
/// `call` is memory of the caller, of any content: an earlier call in it must be
/// over or abandoned, or what it paid for a wait is lost. It stays where it is
/// until the call is over. `options` is only read now; its policy and its budget
/// must outlive the call. Nothing is allocated.
///
/// Errors: `ACALL_E_NULL`, `_ARGUMENT` (an unknown kind or flag, a seed without
/// its flag, a negative time), `_ABI_MISMATCH`; then `*call` stays as it is.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_call_begin(
    call: *mut acall_call,
    options: *const acall_call_options,
    now_ms: i64,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a writable call.
        let place = unsafe { Place::<Live>::new(call.cast()) }?;
        // SAFETY: the caller passes NULL or options as large as they say.
        let given = unsafe { pointer::read_options(options) }?;
        if given.reserved != 0 {
            return Err(Status::Argument);
        }
        let operation = operation(given.kind, given.flags, given.seed)?;
        let now_ms = milliseconds(now_ms)?;
        // SAFETY: the caller passes NULL or a policy that is not freed.
        let policy = unsafe { policy::or_standard(given.policy) }?;
        let budget = if given.budget.is_null() {
            None
        } else {
            // SAFETY: the caller passes a budget that is not freed.
            Some(unsafe { budget::budget(given.budget) }?)
        };
        place.write(Live {
            mark: mark_at(call),
            policy,
            budget: budget.map_or(ptr::null(), ptr::from_ref),
            observer: given.observer,
            userdata: given.userdata,
            state: CallState::new(operation, now_ms),
        });
        Ok(())
    })
}

/// An attempt goes out now: the first, or the next after a wait or a refresh.
/// `attempt` belongs to the caller and is written only on success. Allocates
/// nothing.
///
/// Errors, then nothing changes: `ACALL_E_OUT_OF_TURN` (an attempt is under way,
/// a new token is awaited, the call is over), `_NO_CALL` (none was begun in this
/// memory, or it was moved), `_NULL`, `_ARGUMENT` (a negative time),
/// `_ABI_MISMATCH`. So it is for all events. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_call_before_attempt(
    call: *mut acall_call,
    now_ms: i64,
    attempt: *mut acall_attempt,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a call of its own.
        let live = unsafe { Live::at(call) }?;
        // SAFETY: the caller passes NULL or an attempt as large as it says.
        let place = unsafe { SizedPlace::new(attempt) }?;
        let now_ms = milliseconds(now_ms)?;
        let terms = live.terms();
        let Attempt {
            number, timeout_ms, ..
        } = live
            .state
            .before_attempt(terms, now_ms)
            .map_err(out_of_turn)?;
        place.write(acall_attempt {
            struct_size: 0,
            number: i32::try_from(number).unwrap_or(i32::MAX),
            timeout_ms: or_none(timeout_ms),
        });
        Ok(())
    })
}

/// The attempt's reply was judged: what now? `decision` belongs to the caller
/// and is written only on success; the observer, if there is one, is told then.
///
/// `verdict` is one that `acall_judge` wrote. `reply` is the reply that it was
/// made from, or NULL: it is looked at only if the policy has overrides for
/// codes that are words, and then NULL is refused for a verdict with such a
/// code. Allocates nothing.
///
/// Errors: as `acall_call_before_attempt`; `ACALL_E_ARGUMENT` also for a
/// verdict that nothing was judged into. Out of turn: no attempt is under way.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_call_on_reply(
    call: *mut acall_call,
    verdict: *const acall_verdict,
    reply: *const acall_reply,
    now_ms: i64,
    decision: *mut acall_decision,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a call of its own.
        let live = unsafe { Live::at(call) }?;
        // SAFETY: the caller passes NULL or a decision as large as it says.
        let place = unsafe { SizedPlace::new(decision) }?;
        let mut older = None;
        // SAFETY: the caller passes NULL or a verdict as large as it says.
        let given = unsafe { pointer::see_sized(verdict, &mut older) }?;
        let now_ms = milliseconds(now_ms)?;
        let terms = live.terms();
        let said = Said::of(given);
        let decided = if said.lacks_word(terms.policy) {
            // SAFETY: the caller passes NULL or a reply that nobody changes.
            unsafe { decide_by_word(live, given, reply, now_ms) }?
        } else {
            decide(live, &said, None, now_ms)?
        };
        hand_out(live, &decided, place, verdict);
        Ok(())
    })
}

/// The new token that was asked for is there: the next attempt may go out.
/// Errors: as `acall_call_before_attempt`. Out of turn: no new token was asked
/// for. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_call_on_refreshed(
    call: *mut acall_call,
    now_ms: i64,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a call of its own.
        let live = unsafe { Live::at(call) }?;
        let now_ms = milliseconds(now_ms)?;
        live.state.on_refreshed(now_ms).map_err(out_of_turn)
    })
}

/// There is no new token to be had: the call stops with
/// `ACALL_REASON_AUTH_FAILED`. Otherwise like `acall_call_on_refreshed`;
/// `decision` as in `acall_call_on_reply`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_call_on_refresh_failed(
    call: *mut acall_call,
    now_ms: i64,
    decision: *mut acall_decision,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a call of its own, and a place.
        unsafe { end(call, now_ms, decision, CallState::on_refresh_failed) }
    })
}

/// The caller gives up: the call stops with `ACALL_REASON_CANCELLED`. A wait
/// that was paid for and not used is paid back. Errors: as
/// `acall_call_before_attempt`. Out of turn: the call is over. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_call_cancel(
    call: *mut acall_call,
    now_ms: i64,
    decision: *mut acall_decision,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a call of its own, and a place.
        unsafe { end(call, now_ms, decision, CallState::cancel) }
    })
}

/// The deadline came before the next attempt could be sent, as after a wait
/// that took longer than it should: the call stops with
/// `ACALL_REASON_DEADLINE`, and the wait is paid back. Errors: as
/// `acall_call_before_attempt`. Out of turn: an attempt is under way, or the
/// call is over. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_call_expire(
    call: *mut acall_call,
    now_ms: i64,
    decision: *mut acall_decision,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a call of its own, and a place.
        unsafe { end(call, now_ms, decision, CallState::expire) }
    })
}

/// Ends a call of which no more is to be heard, without telling anyone: a wait
/// that was paid for and not used is paid back. Nothing happens to a call that
/// is over. Errors: `ACALL_E_NO_CALL`, `_NULL`, `_ARGUMENT`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_call_abandon(call: *mut acall_call) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a call of its own.
        let live = unsafe { Live::at(call) }?;
        let budget = live.budget();
        live.state.abandon(budget);
        Ok(())
    })
}

/// How many attempts were begun; -1 if no call was begun in this memory.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_call_attempts(call: *const acall_call) -> i32 {
    boundary!(-1, {
        // SAFETY: the caller passes NULL or a call of its own.
        unsafe { Live::seen(call) }.map_or(-1, |state| {
            i32::try_from(state.attempts()).unwrap_or(i32::MAX)
        })
    })
}

/// Whether the terminal decision was made, or the call abandoned: 1 or 0; -1 if
/// no call was begun in this memory. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_call_is_over(call: *const acall_call) -> i32 {
    boundary!(-1, {
        // SAFETY: the caller passes NULL or a call of its own.
        unsafe { Live::seen(call) }.map_or(-1, |state| i32::from(state.is_over()))
    })
}

#[inline(always)]
fn decide<'v>(
    live: &mut Live,
    said: &Said,
    code_text: Option<&'v Text<'v>>,
    now_ms: u64,
) -> Result<Decision, Status> {
    let judged = said.judged(code_text)?;
    let terms = live.terms();
    // Not by `map_err`, which is a function and copies what it does not map.
    match live.state.on_judged(terms, &judged, now_ms) {
        Ok(decision) => Ok(decision),
        Err(error) => Err(out_of_turn(error)),
    }
}

/// The same where an override looks for a code that is a word.
///
/// # Safety
///
/// As for [`judged::code_text`].
#[cold]
#[inline(never)]
unsafe fn decide_by_word(
    live: &mut Live,
    verdict: &acall_verdict,
    reply: *const acall_reply,
    now_ms: u64,
) -> Result<Decision, Status> {
    // SAFETY: the caller's promise.
    let word = unsafe { judged::code_text(verdict, reply) }?;
    let said = Said::of(verdict);
    let judged = said.judged(word.as_ref())?;
    let terms = live.terms();
    judged::decide(&mut live.state, terms, &judged, now_ms).map_err(out_of_turn)
}

type End = fn(&mut CallState, Terms<'_>, u64) -> Result<Decision, aftercall::Error>;

/// An event that ends a call.
///
/// # Safety
///
/// As for [`Live::at`] and [`SizedPlace::new`].
unsafe fn end(
    call: *mut acall_call,
    now_ms: i64,
    decision: *mut acall_decision,
    event: End,
) -> Result<(), Status> {
    // SAFETY: the caller's promise.
    let live = unsafe { Live::at(call) }?;
    // SAFETY: the caller's promise.
    let place = unsafe { SizedPlace::new(decision) }?;
    let now_ms = milliseconds(now_ms)?;
    let terms = live.terms();
    let decided = event(&mut live.state, terms, now_ms).map_err(out_of_turn)?;
    hand_out(live, &decided, place, ptr::null());
    Ok(())
}
