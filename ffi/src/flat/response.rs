//! Responses as numbers.

use core::ffi::c_char;
use std::sync::Arc;

use aftercall::retry::Reason;
use aftercall::{Fault, Text, UnixTime};

use super::handles::Handles;
use super::last_error::Complaint;
use super::verdict::{Block, Place as BlockPlace};
use super::{bytes, text};
use crate::boundary::boundary;
use crate::buffer::Buffer;
use crate::client::answer::Answer;
use crate::client::poll::ACALL_POLLED_NONE;
use crate::pointer::Place;
use crate::status::{Status, acall_status};
use crate::verdict::{
    ACALL_TEXT_AMOUNT, ACALL_TEXT_CODE, ACALL_TEXT_CORRELATION_ID, ACALL_TEXT_MESSAGE,
    ACALL_TEXT_RULE, acall_text,
};
use crate::words::{Asked, acall_message_part, acall_role, part_of};

/// Whether the call succeeded: 1 or 0.
pub const ACALL_FLAT_RESPONSE_IS_SUCCESS: i32 = 0;
/// `ACALL_REASON_...`: why the call was over.
pub const ACALL_FLAT_RESPONSE_REASON: i32 = 1;
/// `ACALL_KIND_...`: what kind of operation it was.
pub const ACALL_FLAT_RESPONSE_KIND: i32 = 2;
/// `ACALL_POLLED_...`, absent where no wait for a task has ended.
pub const ACALL_FLAT_RESPONSE_POLLED: i32 = 3;
/// `ACALL_FAULT_...`, absent where a complete reply came.
pub const ACALL_FLAT_RESPONSE_FAULT: i32 = 4;
/// How many attempts were made, those for tokens included.
pub const ACALL_FLAT_RESPONSE_ATTEMPTS: i32 = 5;
/// How long the call took in milliseconds.
pub const ACALL_FLAT_RESPONSE_TOOK_MS: i32 = 6;
/// In how many milliseconds from the call's end it is worth trying again,
/// absent where nobody said so.
pub const ACALL_FLAT_RESPONSE_RETRY_AFTER_MS: i32 = 7;
/// The same as a time, in milliseconds since 1970.
pub const ACALL_FLAT_RESPONSE_RETRY_AT_UNIX_MS: i32 = 8;
/// The length of the body in bytes.
pub const ACALL_FLAT_RESPONSE_BODY_LENGTH: i32 = 9;
/// The length of the data in bytes, absent where there is none.
pub const ACALL_FLAT_RESPONSE_DATA_LENGTH: i32 = 10;
/// How many bytes a download wrote to its file, absent where it wrote none.
pub const ACALL_FLAT_RESPONSE_DOWNLOADED_BYTES: i32 = 11;

static RESPONSES: Handles<Answer> = Handles::new();

/// Keeps a response; its number is never given again.
pub(super) fn keep(answer: Answer) -> i64 {
    RESPONSES.keep(answer)
}

fn find(response: i64) -> Result<Arc<Answer>, Complaint> {
    RESPONSES
        .find(response)
        .map_err(Complaint::about("response"))
}

fn number(answer: &Answer, field: i32) -> Result<i64, Status> {
    let long = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let length = |bytes: &[u8]| i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let value = match field {
        ACALL_FLAT_RESPONSE_IS_SUCCESS => Some(answer.is_success().into()),
        ACALL_FLAT_RESPONSE_REASON => Some(Reason::number(answer.reason()).into()),
        ACALL_FLAT_RESPONSE_KIND => Some(answer.kind().number().into()),
        ACALL_FLAT_RESPONSE_POLLED => Some(answer.polled())
            .filter(|&polled| polled != ACALL_POLLED_NONE)
            .map(i64::from),
        ACALL_FLAT_RESPONSE_FAULT => answer.fault().map(Fault::number).map(i64::from),
        ACALL_FLAT_RESPONSE_ATTEMPTS => Some(long(answer.attempts().len() as u64)),
        ACALL_FLAT_RESPONSE_TOOK_MS => Some(long(answer.took_ms())),
        ACALL_FLAT_RESPONSE_RETRY_AFTER_MS => answer.retry_after_ms().map(long),
        ACALL_FLAT_RESPONSE_RETRY_AT_UNIX_MS => answer.retry_at().map(UnixTime::as_millis),
        ACALL_FLAT_RESPONSE_BODY_LENGTH => Some(length(answer.body())),
        ACALL_FLAT_RESPONSE_DATA_LENGTH => answer.data().map(length),
        ACALL_FLAT_RESPONSE_DOWNLOADED_BYTES => answer.downloaded_bytes().map(long),
        _ => return Err(Status::Argument),
    };
    value.ok_or(Status::Absent)
}

/// One number of a response: `field` is one of `ACALL_FLAT_RESPONSE_...`.
/// `*value` is written only on success. Any thread. Errors, with details from
/// `acall_last_error`: `ACALL_E_ABSENT`, `_ARGUMENT` (no such response or field),
/// `_NULL`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_response_int(
    response: i64,
    field: i32,
    value: *mut i64,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { Place::new(value) }.map_err(Complaint::about("value"))?;
        let answer = find(response)?;
        place.write(number(&answer, field).map_err(Complaint::about("field"))?);
        Ok(())
    })
}

/// Copies what the last reply meant into a block of at least
/// `ACALL_FLAT_VERDICT_SIZE` bytes, which is read with `acall_flat_verdict_int`:
/// outcome, category, advice, code and so on. The texts are with
/// `acall_flat_response_text`. Any thread. Errors, with details from
/// `acall_last_error`: `ACALL_E_BUFFER_TOO_SMALL`, `_NULL`, `_ARGUMENT` (also no
/// such response). Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_response_verdict(
    response: i64,
    verdict: *mut c_char,
    verdict_capacity: i32,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a block as large as it says.
        let place = unsafe { BlockPlace::new(verdict, verdict_capacity) }
            .map_err(Complaint::about("verdict"))?;
        let answer = find(response)?;
        place.write(&Block::new(&answer.in_place(), answer.judged_body(), &[]));
        Ok(())
    })
}

type Fill = for<'t> fn(Buffer<i32>, &'t Text<'_>) -> Result<(), Status>;

/// Writes what a response says of itself.
///
/// # Safety
///
/// As for [`Buffer::new`].
unsafe fn write(
    response: i64,
    (buffer, capacity, needed): (*mut c_char, i32, *mut i32),
    say: impl FnOnce(&Answer) -> Result<String, Complaint>,
    fill: Fill,
) -> Result<(), Complaint> {
    // SAFETY: the caller's promise.
    let buffer =
        unsafe { Buffer::new(buffer, capacity, needed) }.map_err(Complaint::about("buffer"))?;
    let said = say(&*find(response)?)?;
    fill(buffer, &Text::verbatim(said.as_bytes())).map_err(Complaint::about("buffer"))
}

/// One of the texts of the last reply.
fn text_of(answer: &Answer, which: acall_text) -> Result<String, Complaint> {
    let verdict = answer.in_place();
    let text = match which {
        ACALL_TEXT_MESSAGE => verdict.message().map(Text::to_str),
        ACALL_TEXT_CODE => verdict.code_text().map(Text::to_str),
        ACALL_TEXT_CORRELATION_ID => verdict.correlation_id().map(Text::to_str),
        ACALL_TEXT_AMOUNT => verdict.amount().map(Text::to_str),
        ACALL_TEXT_RULE => Some(verdict.rule().into()),
        _ => return Err(Complaint::about("which")(Status::Argument)),
    };
    let text = text.ok_or(Status::Absent);
    Ok(text.map_err(Complaint::about("which"))?.into_owned())
}

/// Writes one of the last reply's texts to `buffer`, as UTF-8 with a NUL behind
/// it: `which` is one of `ACALL_TEXT_...`. They are the server's own words, and
/// not for end users. `*needed` is set to the size that the buffer must have, the
/// NUL included, or to 0 if there is no text; `needed` may be NULL. Any thread.
///
/// Errors, with details from `acall_last_error`: `ACALL_E_ABSENT`,
/// `ACALL_E_BUFFER_TOO_SMALL` (nothing is written), `_NULL`, `_ARGUMENT` (also no
/// such response). Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_response_text(
    response: i64,
    which: acall_text,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        let to = (buffer, capacity, needed);
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        unsafe { write(response, to, |answer| text_of(answer, which), Buffer::fill) }
    })
}

/// Fills a field of a fixed width with the same text: as many whole characters
/// as fit, then spaces, no NUL. `*needed` is set to the length of the whole text.
/// Otherwise, and in its errors but `ACALL_E_BUFFER_TOO_SMALL`, like
/// `acall_flat_response_text`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_response_text_fixed(
    response: i64,
    which: acall_text,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        let to = (buffer, capacity, needed);
        let say = |answer: &Answer| text_of(answer, which);
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        unsafe { write(response, to, say, Buffer::fill_fixed) }
    })
}

/// Copies bytes of a response, and nothing behind them.
///
/// # Safety
///
/// As for [`Buffer::new`].
unsafe fn copy(
    response: i64,
    (buffer, capacity, needed): (*mut c_char, i32, *mut i32),
    part: impl FnOnce(&Answer) -> Result<Option<&[u8]>, Complaint>,
) -> Result<(), Complaint> {
    // SAFETY: the caller's promise.
    let buffer =
        unsafe { Buffer::new(buffer, capacity, needed) }.map_err(Complaint::about("buffer"))?;
    let answer = find(response)?;
    let part = part(&answer)?
        .ok_or(Status::Absent)
        .map_err(Complaint::about("response"))?;
    buffer.copy(part).map_err(Complaint::about("buffer"))
}

/// Copies the whole body, decoded, into `buffer`: exactly its bytes, and no NUL
/// behind them; of a failure as far as it came, and never for end users.
/// `*needed` is set to their number, also if `buffer` is NULL and `capacity` 0;
/// `needed` may be NULL. Any thread. Errors, with details from
/// `acall_last_error`: `ACALL_E_BUFFER_TOO_SMALL` (nothing is written), `_NULL`,
/// `_ARGUMENT` (also no such response). Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_response_body(
    response: i64,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        let to = (buffer, capacity, needed);
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        unsafe { copy(response, to, |answer| Ok(Some(answer.body()))) }
    })
}

/// Copies the API's data, exactly as received. Otherwise like
/// `acall_flat_response_body`, and in its errors `ACALL_E_ABSENT`: there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_response_data(
    response: i64,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        let to = (buffer, capacity, needed);
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        unsafe { copy(response, to, |answer| Ok(answer.data())) }
    })
}

/// Fills a field of a fixed width with the API's data: as many whole characters
/// as fit, then spaces, no NUL; what is not UTF-8 is shown as U+FFFD. `*needed`
/// is set to the length of the whole text. Otherwise, and in its errors but
/// `ACALL_E_BUFFER_TOO_SMALL`, like `acall_flat_response_data`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_response_data_fixed(
    response: i64,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        let buffer =
            unsafe { Buffer::new(buffer, capacity, needed) }.map_err(Complaint::about("buffer"))?;
        let answer = find(response)?;
        let data = answer.data().ok_or(Status::Absent);
        let data = data.map_err(Complaint::about("response"))?;
        buffer
            .fill_fixed(&Text::verbatim(data))
            .map_err(Complaint::about("buffer"))
    })
}

/// Copies the first value of a header of the last reply; its name in any case,
/// its length -1 if a NUL ends it. Otherwise like `acall_flat_response_data`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_response_header(
    response: i64,
    name: *const c_char,
    name_length: i32,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a readable text.
        let wanted = unsafe { text(name, name_length) };
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        unsafe {
            copy(response, (buffer, capacity, needed), |answer| {
                Ok(answer.header(wanted.map_err(Complaint::about("name"))?))
            })
        }
    })
}

/// For whom a message is.
struct Reader {
    role: acall_role,
    languages: *const c_char,
    languages_length: i32,
    now_unix_ms: i64,
    utc_offset_minutes: i32,
}

impl Reader {
    /// One part of the failure in words for people.
    ///
    /// # Safety
    ///
    /// The languages are NULL or as long as their length says.
    unsafe fn told(&self, answer: &Answer, part: acall_message_part) -> Result<String, Complaint> {
        // SAFETY: the caller's promise.
        let languages = unsafe { bytes(self.languages, self.languages_length) }
            .map_err(Complaint::about("languages"))?;
        let after_ms = answer.retry_after_ms().unwrap_or(0);
        let asked = Asked {
            role: self.role,
            languages,
            retry_delay_ms: i64::try_from(after_ms).unwrap_or(i64::MAX),
            now_unix_ms: self.now_unix_ms,
            utc_offset_minutes: self.utc_offset_minutes,
        };
        let message = answer
            .message(&asked.options_of(part)?)
            .ok_or(Status::Absent);
        let message = message.map_err(Complaint::about("response"))?;
        let text = part_of(&message, part).map_err(Complaint::about("part"))?;
        Ok(text.to_str().into_owned())
    }
}

/// Writes one part of the failure in words for people to `buffer`, as UTF-8 with
/// a NUL behind it, in the profile's words: `part` is one of `ACALL_PART_...`,
/// `role` one of `ACALL_ROLE_...`, `languages` what `acall_negotiate_language`
/// understands, NULL and 0 for English. `now_unix_ms` is the wall clock or 0, and
/// `utc_offset_minutes` the person's time zone. When to try again is the
/// response's own. A length of -1 means that a NUL ends the text.
///
/// `*needed` is set to the size that the buffer must have, the NUL included;
/// `needed` may be NULL. Any thread. Errors, with details from
/// `acall_last_error`: `ACALL_E_ABSENT` (the call succeeded),
/// `ACALL_E_BUFFER_TOO_SMALL` (nothing is written), `_NULL`, `_ARGUMENT` (also no
/// such response). Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_response_message(
    response: i64,
    role: acall_role,
    languages: *const c_char,
    languages_length: i32,
    now_unix_ms: i64,
    utc_offset_minutes: i32,
    part: acall_message_part,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        let reader = Reader {
            role,
            languages,
            languages_length,
            now_unix_ms,
            utc_offset_minutes,
        };
        // SAFETY: the caller passes NULL or a readable text.
        let say = |answer: &Answer| unsafe { reader.told(answer, part) };
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        unsafe { write(response, (buffer, capacity, needed), say, Buffer::fill) }
    })
}

/// Fills a field of a fixed width with the same: as many whole characters as
/// fit, then spaces, no NUL. `*needed` is set to the length of the whole text.
/// Otherwise, and in its errors but `ACALL_E_BUFFER_TOO_SMALL`, like
/// `acall_flat_response_message`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_response_message_fixed(
    response: i64,
    role: acall_role,
    languages: *const c_char,
    languages_length: i32,
    now_unix_ms: i64,
    utc_offset_minutes: i32,
    part: acall_message_part,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        let reader = Reader {
            role,
            languages,
            languages_length,
            now_unix_ms,
            utc_offset_minutes,
        };
        // SAFETY: the caller passes NULL or a readable text.
        let say = |answer: &Answer| unsafe { reader.told(answer, part) };
        let to = (buffer, capacity, needed);
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        unsafe { write(response, to, say, Buffer::fill_fixed) }
    })
}

/// Says in one line of English how the call ended, as `acall_response_summary`
/// does. Any thread. Errors, with details from `acall_last_error`:
/// `ACALL_E_BUFFER_TOO_SMALL` (nothing is written), `_NULL`, `_ARGUMENT` (also no
/// such response). Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_response_summary(
    response: i64,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        let say = |answer: &Answer| Ok(answer.summary());
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        unsafe { write(response, (buffer, capacity, needed), say, Buffer::fill) }
    })
}

/// Fills a field of a fixed width with the same line: as many whole characters
/// as fit, then spaces, no NUL. `*needed` is set to the length of the whole text.
/// Otherwise, and in its errors but `ACALL_E_BUFFER_TOO_SMALL`, like
/// `acall_flat_response_summary`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_response_summary_fixed(
    response: i64,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        let say = |answer: &Answer| Ok(answer.summary());
        let to = (buffer, capacity, needed);
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        unsafe { write(response, to, say, Buffer::fill_fixed) }
    })
}

/// Writes the record of the call for support as one JSON document, as
/// `acall_response_record_json` does. Otherwise like
/// `acall_flat_response_summary`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_response_record_json(
    response: i64,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        let say = |answer: &Answer| Ok(answer.record().to_json());
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        unsafe { write(response, (buffer, capacity, needed), say, Buffer::fill) }
    })
}

/// Writes the record as one paragraph, to paste into a ticket. Otherwise like
/// `acall_flat_response_summary`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_response_paragraph(
    response: i64,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        let say = |answer: &Answer| Ok(answer.record().paragraph());
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        unsafe { write(response, (buffer, capacity, needed), say, Buffer::fill) }
    })
}

/// Fills a field of a fixed width with the same paragraph. Otherwise like
/// `acall_flat_response_summary_fixed`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_response_paragraph_fixed(
    response: i64,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        let say = |answer: &Answer| Ok(answer.record().paragraph());
        let to = (buffer, capacity, needed);
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        unsafe { write(response, to, say, Buffer::fill_fixed) }
    })
}

/// Frees a response; its number is never given again. Any thread. Errors, with
/// details from `acall_last_error`: `ACALL_E_ARGUMENT` (no such response). Since
/// 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn acall_flat_response_free(response: i64) -> acall_status {
    boundary!(flat, {
        RESPONSES
            .free(response)
            .map_err(Complaint::about("response"))
    })
}
