//! How a call ended, as a handle that owns its bytes.

use core::ffi::{c_char, c_void};

use aftercall::{Fault, Text, UnixTime};

use super::answer::Answer;
use super::poll::{ACALL_POLLED_NONE, acall_polled};
use super::size32;
use crate::boundary::boundary;
use crate::buffer::Buffer;
use crate::constants::{acall_fault, acall_operation_kind};
use crate::pointer::{self, Place, Sized32, SizedPlace};
use crate::reply::{HeaderList, acall_reply};
use crate::retry::constants::acall_reason;
use crate::retry::decision::acall_decision;
use crate::retry::or_none;
use crate::status::{Status, acall_status};
use crate::verdict::acall_verdict;

/// How a call ended, a success or a failure, with what came last and every
/// attempt. It owns its bytes, needs the client no more and never changes, so
/// any number of threads may read it. Made by `acall_client_send` and
/// `acall_client_poll`, freed with `acall_response_free`; what is borrowed from
/// it is valid until then.
#[derive(Debug)]
pub struct acall_response {
    _opaque: [u8; 0],
}

/// One attempt of a call. Set `struct_size` before the call
/// (`ACALL_ATTEMPTED_INIT` does).
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct acall_attempted {
    /// `sizeof(acall_attempted)`.
    pub struct_size: u32,
    /// Which exchange of its kind it was, from 1: attempts of the call and
    /// attempts for a token are counted apart.
    pub number: i32,
    /// What it was for; `ACALL_KIND_AUTH` for a token.
    pub kind: acall_operation_kind,
    /// `ACALL_FAULT_NONE`, or why there was no complete reply.
    pub fault: acall_fault,
    /// When it began, in milliseconds since 1970.
    pub started_unix_ms: i64,
    /// When it began, in milliseconds from the call's start.
    pub started_ms: i64,
    /// How long it took in milliseconds.
    pub took_ms: i64,
    /// What was sent as `X-Request-Id`, without a NUL; borrowed from the
    /// response.
    pub request_id: *const c_char,
    /// Its length in bytes.
    pub request_id_length: usize,
}

// SAFETY: integers and a pointer that may be NULL, the first is the size.
unsafe impl Sized32 for acall_attempted {
    const FIRST_SIZE: usize = 16 + 3 * 8 + 2 * size_of::<usize>();
}

/// # Safety
///
/// `response` is NULL, or came from `acall_client_send` and is not freed for as
/// long as the reference lives.
unsafe fn answer<'a>(response: *const acall_response) -> Result<&'a Answer, Status> {
    // SAFETY: a handle is the address of an `Answer`; the rest is promised.
    unsafe { pointer::reference(response.cast()) }
}

/// Whether the call succeeded: 1 or 0; -1 if `response` is NULL. Any thread.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_response_is_success(response: *const acall_response) -> i32 {
    boundary!(-1, {
        // SAFETY: the caller passes NULL or a response that is not freed.
        unsafe { answer(response) }.map_or(-1, |answer| i32::from(answer.is_success()))
    })
}

/// Why the call was over; `ACALL_REASON_NONE` if `response` is NULL. Any thread.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_response_reason(response: *const acall_response) -> acall_reason {
    boundary!(0, {
        // SAFETY: the caller passes NULL or a response that is not freed.
        unsafe { answer(response) }.map_or(0, |answer| answer.reason().number())
    })
}

/// What kind of operation the call was; -1 if `response` is NULL. Any thread.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_response_kind(response: *const acall_response) -> i32 {
    boundary!(-1, {
        // SAFETY: the caller passes NULL or a response that is not freed.
        unsafe { answer(response) }.map_or(-1, |answer| answer.kind().number())
    })
}

/// How the wait for a task ended: `ACALL_POLLED_...`; `ACALL_POLLED_NONE` after
/// `acall_client_send`, and if the last poll brought no success. Any thread.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_response_polled(response: *const acall_response) -> acall_polled {
    boundary!(ACALL_POLLED_NONE, {
        // SAFETY: the caller passes NULL or a response that is not freed.
        unsafe { answer(response) }.map_or(ACALL_POLLED_NONE, |answer| answer.polled())
    })
}

/// How many attempts were made, those for tokens included; -1 if `response` is
/// NULL. Any thread. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_response_attempts(response: *const acall_response) -> i32 {
    boundary!(-1, {
        // SAFETY: the caller passes NULL or a response that is not freed.
        unsafe { answer(response) }.map_or(-1, |answer| {
            i32::try_from(answer.attempts().len()).unwrap_or(i32::MAX)
        })
    })
}

/// How long the call took in milliseconds; -1 if `response` is NULL. Any thread.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_response_took_ms(response: *const acall_response) -> i64 {
    boundary!(-1, {
        // SAFETY: the caller passes NULL or a response that is not freed.
        unsafe { answer(response) }.map_or(-1, |answer| or_none(Some(answer.took_ms())))
    })
}

/// In how many milliseconds from the call's end it is worth trying again; -1
/// if nobody said so, or `response` is NULL. Any thread. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_response_retry_after_ms(response: *const acall_response) -> i64 {
    boundary!(-1, {
        // SAFETY: the caller passes NULL or a response that is not freed.
        unsafe { answer(response) }.map_or(-1, |answer| or_none(answer.retry_after_ms()))
    })
}

/// When it is worth trying again, in milliseconds since 1970 by the clock at
/// the call's start; otherwise like `acall_response_retry_after_ms`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_response_retry_at_unix_ms(response: *const acall_response) -> i64 {
    boundary!(-1, {
        // SAFETY: the caller passes NULL or a response that is not freed.
        let answer = unsafe { answer(response) };
        answer.map_or(-1, |answer| {
            answer.retry_at().map_or(-1, UnixTime::as_millis)
        })
    })
}

/// How many bytes went into the download's file; -1 if there is none, or
/// `response` is NULL. Any thread. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_response_downloaded_bytes(response: *const acall_response) -> i64 {
    boundary!(-1, {
        // SAFETY: the caller passes NULL or a response that is not freed.
        unsafe { answer(response) }.map_or(-1, |answer| or_none(answer.downloaded_bytes()))
    })
}

/// What the last reply meant; of a call that was stopped before it sent
/// anything, what it would have failed of. `verdict` belongs to the caller and
/// is written only on success. Its places are those of `acall_response_body`
/// and of the headers of `acall_response_reply`; its `rule` is borrowed from
/// the response. Any thread. Errors: `ACALL_E_NULL`, `_ARGUMENT`,
/// `_ABI_MISMATCH`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_response_verdict(
    response: *const acall_response,
    verdict: *mut acall_verdict,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a response that is not freed.
        let answer = unsafe { answer(response) }?;
        // SAFETY: the caller passes NULL or a verdict as large as it says.
        let place = unsafe { SizedPlace::new(verdict) }?;
        place.write(answer.c_verdict());
        Ok(())
    })
}

/// The last decision. `decision` belongs to the caller and is written only on
/// success. Any thread. Errors: `ACALL_E_NULL`, `_ARGUMENT`, `_ABI_MISMATCH`.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_response_decision(
    response: *const acall_response,
    decision: *mut acall_decision,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a response that is not freed.
        let answer = unsafe { answer(response) }?;
        // SAFETY: the caller passes NULL or a decision as large as it says.
        let place = unsafe { SizedPlace::new(decision) }?;
        let last = answer.decision().ok_or(Status::Absent)?;
        place.write(acall_decision::of_attempt(last, answer.last_number()));
        Ok(())
    })
}

/// The last reply as `acall_verdict_text` takes it, with every header. `reply`
/// belongs to the caller and is written only on success; what it points to is
/// borrowed from the response. Any thread. Errors: `ACALL_E_NULL`, `_ARGUMENT`,
/// `_ABI_MISMATCH`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_response_reply(
    response: *const acall_response,
    reply: *mut acall_reply,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a response that is not freed.
        let answer = unsafe { answer(response) }?;
        // SAFETY: the caller passes NULL or a reply as large as it says.
        let place = unsafe { SizedPlace::new(reply) }?;
        let body = answer.body();
        let fault = answer.fault();
        place.write(acall_reply {
            http_status: answer.verdict().http_status().unwrap_or_default(),
            fault: fault.map_or(0, Fault::number),
            expect: answer.expected().number(),
            body: body.as_ptr().cast(),
            body_length: body.len(),
            headers: answer.headers.as_ptr(),
            header_count: answer.headers.len(),
            ..acall_reply::zeroed()
        });
        Ok(())
    })
}

/// The API's data, exactly as received; a success has it, and not every one: a
/// download's is in its file. `*data` and `*length` are set on success and
/// borrowed from the response; no NUL follows. Any thread. Errors:
/// `ACALL_E_ABSENT`, `_NULL`, `_ARGUMENT`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_response_data(
    response: *const acall_response,
    data: *mut *const c_void,
    length: *mut usize,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a response that is not freed.
        let answer = unsafe { answer(response) }?;
        // SAFETY: the caller passes NULL or writable places.
        unsafe { lend(answer.data(), data, length) }
    })
}

/// The whole body, decoded; of a failure as far as it came, and never for end
/// users. It may be empty. Otherwise like `acall_response_data`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_response_body(
    response: *const acall_response,
    body: *mut *const c_void,
    length: *mut usize,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a response that is not freed.
        let answer = unsafe { answer(response) }?;
        // SAFETY: the caller passes NULL or writable places.
        unsafe { lend(Some(answer.body()), body, length) }
    })
}

/// The first value of a header of the last reply; its name in any case. It may
/// hold any bytes. Otherwise like `acall_response_data`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_response_header(
    response: *const acall_response,
    name: *const c_char,
    name_length: usize,
    value: *mut *const c_void,
    length: *mut usize,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a response that is not freed.
        let answer = unsafe { answer(response) }?;
        // SAFETY: the caller passes NULL or a readable name.
        let name = unsafe { pointer::text(name.cast(), name_length) }?;
        // SAFETY: the caller passes NULL or writable places.
        unsafe { lend(answer.header(name), value, length) }
    })
}

/// # Safety
///
/// The places are NULL or writable.
unsafe fn lend(
    part: Option<&[u8]>,
    start: *mut *const c_void,
    length: *mut usize,
) -> Result<(), Status> {
    // SAFETY: the caller's promise.
    let start = unsafe { Place::new(start) }?;
    // SAFETY: the caller's promise.
    let length = unsafe { Place::new(length) }?;
    let part = part.ok_or(Status::Absent)?;
    start.write(part.as_ptr().cast());
    length.write(part.len());
    Ok(())
}

/// One attempt, by its index from 0, those for tokens included. `attempted`,
/// `verdict` and `decision` belong to the caller and are written only on
/// success; the last two may be NULL. The verdict has no places (-1): only the
/// last reply is kept; its `rule` is borrowed from the response. Any thread.
/// Errors: `ACALL_E_ABSENT` (no such attempt), `_NULL`, `_ARGUMENT`,
/// `_ABI_MISMATCH`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_response_attempt(
    response: *const acall_response,
    index: i32,
    attempted: *mut acall_attempted,
    verdict: *mut acall_verdict,
    decision: *mut acall_decision,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a response that is not freed.
        let answer = unsafe { answer(response) }?;
        // SAFETY: the caller passes NULL or an attempt as large as it says.
        let attempted = unsafe { SizedPlace::new(attempted) }?;
        // SAFETY: the caller passes NULL or a verdict as large as it says.
        let verdict = unsafe { wanted(verdict) }?;
        // SAFETY: the caller passes NULL or a decision as large as it says.
        let decision = unsafe { wanted(decision) }?;
        let index = usize::try_from(index).map_err(|_| Status::Absent)?;
        let found = answer.attempts().get(index).ok_or(Status::Absent)?;
        let number = found.number();
        attempted.write(acall_attempted {
            struct_size: size32::<acall_attempted>(),
            number: i32::try_from(number).unwrap_or(i32::MAX),
            kind: found.kind().number(),
            fault: found.fault().map_or(0, Fault::number),
            started_unix_ms: found.started().as_millis(),
            started_ms: or_none(Some(found.started_ms())),
            took_ms: or_none(Some(found.took_ms())),
            request_id: found.request_id().as_ptr().cast(),
            request_id_length: found.request_id().len(),
        });
        if let Some(place) = verdict {
            place.write(acall_verdict::new(
                found.verdict(),
                &[],
                &HeaderList::own(&[]),
            ));
        }
        if let Some(place) = decision {
            place.write(acall_decision::of_attempt(found.decision(), number));
        }
        Ok(())
    })
}

/// A result that a caller may not want.
///
/// # Safety
///
/// As for [`SizedPlace::new`].
unsafe fn wanted<T: Sized32>(structure: *mut T) -> Result<Option<SizedPlace<T>>, Status> {
    if structure.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller's promise.
    unsafe { SizedPlace::new(structure) }.map(Some)
}

/// Says in one line of English how the call ended, such as
/// `quota: quota_hold (code:67200002, HTTP 200, 1 attempt)`: for logs and
/// developers, without a secret or anything that the server wrote.
///
/// `buffer` gets it as UTF-8 with a NUL behind it. `*needed` is set to the size
/// that the buffer must have, the NUL included, also if `buffer` is NULL and
/// `capacity` 0; `needed` may be NULL. Any thread. Errors:
/// `ACALL_E_BUFFER_TOO_SMALL` (nothing is written), `_NULL`, `_ARGUMENT`.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_response_summary(
    response: *const acall_response,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL, or a response and a buffer.
        unsafe { write(response, Answer::summary, buffer, capacity, needed) }
    })
}

/// The record of the call for support, as one JSON document of at most 256
/// KiB: every attempt, without secrets. Otherwise like
/// `acall_response_summary`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_response_record_json(
    response: *const acall_response,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> acall_status {
    boundary!({
        let json = |answer: &Answer| answer.record().to_json();
        // SAFETY: the caller passes NULL, or a response and a buffer.
        unsafe { write(response, json, buffer, capacity, needed) }
    })
}

/// The record as one paragraph of English, to paste into a ticket. Otherwise
/// like `acall_response_summary`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_response_paragraph(
    response: *const acall_response,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> acall_status {
    boundary!({
        let paragraph = |answer: &Answer| answer.record().paragraph();
        // SAFETY: the caller passes NULL, or a response and a buffer.
        unsafe { write(response, paragraph, buffer, capacity, needed) }
    })
}

/// # Safety
///
/// As for [`answer`] and [`Buffer::new`].
unsafe fn write(
    response: *const acall_response,
    text: impl FnOnce(&Answer) -> String,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> Result<(), Status> {
    // SAFETY: the caller's promise.
    let buffer = unsafe { Buffer::new(buffer, capacity, needed) }?;
    // SAFETY: the caller's promise.
    let answer = unsafe { answer(response) }?;
    buffer.fill(&Text::verbatim(text(answer).as_bytes()))
}

/// Frees a response, with everything that was borrowed from it. NULL is fine.
/// No other thread may still use it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_response_free(response: *mut acall_response) {
    boundary!((), {
        let response = response.cast::<Answer>();
        if !response.is_null() && response.is_aligned() {
            // SAFETY: the caller hands back what `acall_client_send` handed out.
            drop(unsafe { Box::from_raw(response) });
        }
    });
}
