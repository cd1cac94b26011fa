//! Messages for people without structures, and the scrubber.

use core::ffi::c_char;

use aftercall::{Message, Remedy, Text};

use super::last_error::Complaint;
use super::verdict::Block;
use super::{bytes, judge};
use crate::boundary::boundary;
use crate::buffer::Buffer;
use crate::pointer::Place;
use crate::status::acall_status;
use crate::words::{
    ACALL_REMEDY_NONE, Asked, acall_message_part, acall_remedy, acall_role, in_one_line, part_of,
    redacted,
};

/// The arguments that all functions about messages have.
struct Question {
    profile: *const c_char,
    profile_length: i32,
    verdict: *const c_char,
    headers: *const c_char,
    headers_length: i32,
    body: *const c_char,
    body_length: i32,
    role: acall_role,
    languages: *const c_char,
    languages_length: i32,
    retry_delay_ms: i64,
    now_unix_ms: i64,
    utc_offset_minutes: i32,
}

impl Question {
    /// Checks them, and says it.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL or points to as many bytes as its length says, a
    /// verdict to a whole block; all unchanged for the time of the call.
    unsafe fn say(&self, part: acall_message_part) -> Result<Message<'static>, Complaint> {
        // SAFETY: the caller passes NULL or a whole block.
        let block = unsafe { Block::read(self.verdict) }.map_err(Complaint::about("verdict"))?;
        // SAFETY: the caller passes NULL or a readable text.
        let name = unsafe { bytes(self.profile, self.profile_length) }
            .map_err(Complaint::about("profile"))?;
        let profile = judge::built_in(name).map_err(Complaint::about("profile"))?;
        // SAFETY: the caller passes NULL or readable headers.
        let headers = unsafe { bytes(self.headers, self.headers_length) }
            .map_err(Complaint::about("headers"))?;
        // SAFETY: the caller passes NULL or a readable body.
        let body =
            unsafe { bytes(self.body, self.body_length) }.map_err(Complaint::about("body"))?;
        // SAFETY: the caller passes NULL or a readable text.
        let languages = unsafe { bytes(self.languages, self.languages_length) }
            .map_err(Complaint::about("languages"))?;
        let asked = Asked {
            role: self.role,
            languages,
            retry_delay_ms: self.retry_delay_ms,
            now_unix_ms: self.now_unix_ms,
            utc_offset_minutes: self.utc_offset_minutes,
        };
        let told = block
            .told(headers, body)
            .map_err(Complaint::about("verdict"))?;
        Ok(told.say(profile, &asked, part)?)
    }
}

/// Writes one part of the message for people to `buffer`, as UTF-8 with a NUL
/// behind it: `part` is one of `ACALL_PART_...`, `verdict` a block that
/// `acall_flat_judge` has filled, `profile` the name that it was given.
///
/// `headers` and `body` are those that were judged; without them (NULL and 0)
/// `ACALL_PART_DETAIL` has none of the server's texts. `role` is one of
/// `ACALL_ROLE_...`, `languages` what `acall_negotiate_language` understands,
/// NULL and 0 for English. `retry_delay_ms` is when the next try makes sense, 0
/// for what the server asked for; `now_unix_ms` the wall clock or 0, and
/// `utc_offset_minutes` the person's time zone. A length of -1 means that a NUL
/// ends the text.
///
/// `*needed` is set to the size that the buffer must have, the NUL included;
/// `needed` may be NULL. Any thread. Errors, with details from
/// `acall_last_error`: those of `acall_message`, and
/// `ACALL_E_PROFILE_UNKNOWN`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_message(
    profile: *const c_char,
    profile_length: i32,
    verdict: *const c_char,
    headers: *const c_char,
    headers_length: i32,
    body: *const c_char,
    body_length: i32,
    role: acall_role,
    languages: *const c_char,
    languages_length: i32,
    retry_delay_ms: i64,
    now_unix_ms: i64,
    utc_offset_minutes: i32,
    part: acall_message_part,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        let buffer =
            unsafe { Buffer::new(buffer, capacity, needed) }.map_err(Complaint::about("buffer"))?;
        let question = Question {
            profile,
            profile_length,
            verdict,
            headers,
            headers_length,
            body,
            body_length,
            role,
            languages,
            languages_length,
            retry_delay_ms,
            now_unix_ms,
            utc_offset_minutes,
        };
        // SAFETY: the caller's promise is passed on.
        let message = unsafe { question.say(part) }?;
        let text = part_of(&message, part).map_err(Complaint::about("part"))?;
        buffer.fill(&text).map_err(Complaint::about("buffer"))
    })
}

/// Fills a field of a fixed width, such as a COBOL `PIC X(n)`, with one part of
/// the message for people: as many whole characters as fit, then spaces, no
/// NUL. `*needed` is set to the length of the whole text. Otherwise, and in its
/// errors but `ACALL_E_BUFFER_TOO_SMALL`, like `acall_flat_message`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_message_fixed(
    profile: *const c_char,
    profile_length: i32,
    verdict: *const c_char,
    headers: *const c_char,
    headers_length: i32,
    body: *const c_char,
    body_length: i32,
    role: acall_role,
    languages: *const c_char,
    languages_length: i32,
    retry_delay_ms: i64,
    now_unix_ms: i64,
    utc_offset_minutes: i32,
    part: acall_message_part,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        let buffer =
            unsafe { Buffer::new(buffer, capacity, needed) }.map_err(Complaint::about("buffer"))?;
        let question = Question {
            profile,
            profile_length,
            verdict,
            headers,
            headers_length,
            body,
            body_length,
            role,
            languages,
            languages_length,
            retry_delay_ms,
            now_unix_ms,
            utc_offset_minutes,
        };
        // SAFETY: the caller's promise is passed on.
        let message = unsafe { question.say(part) }?;
        let text = part_of(&message, part).map_err(Complaint::about("part"))?;
        buffer.fill_fixed(&text).map_err(Complaint::about("buffer"))
    })
}

/// What a person can do: `*remedy` is set to one of `ACALL_REMEDY_...`, on
/// success only. Arguments and errors are those of `acall_flat_message`.
/// Any thread. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_message_remedy(
    profile: *const c_char,
    profile_length: i32,
    verdict: *const c_char,
    role: acall_role,
    remedy: *mut acall_remedy,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { Place::new(remedy) }.map_err(Complaint::about("remedy"))?;
        let question = Question {
            profile,
            profile_length,
            verdict,
            headers: core::ptr::null(),
            headers_length: 0,
            body: core::ptr::null(),
            body_length: 0,
            role,
            languages: core::ptr::null(),
            languages_length: 0,
            retry_delay_ms: 0,
            now_unix_ms: 0,
            utc_offset_minutes: 0,
        };
        // SAFETY: the caller's promise is passed on.
        let message = unsafe { question.say(0) }?;
        place.write(message.action().map_or(ACALL_REMEDY_NONE, Remedy::number));
        Ok(())
    })
}

/// Writes a text to `buffer` without what looks like a secret: `acall_redact`
/// with flat lengths, and with details from `acall_last_error`. `text_length` is
/// -1 if a NUL ends the text. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_redact(
    text: *const c_char,
    text_length: i32,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        let buffer =
            unsafe { Buffer::new(buffer, capacity, needed) }.map_err(Complaint::about("buffer"))?;
        // SAFETY: the caller passes NULL or a readable text.
        let text = unsafe { bytes(text, text_length) }.map_err(Complaint::about("text"))?;
        buffer
            .fill(&Text::verbatim(redacted(text).as_bytes()))
            .map_err(Complaint::about("buffer"))
    })
}

/// Writes a text to `buffer` so that it stays in one line: `acall_one_line`
/// with flat lengths. Otherwise like `acall_flat_redact`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_one_line(
    text: *const c_char,
    text_length: i32,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        let buffer =
            unsafe { Buffer::new(buffer, capacity, needed) }.map_err(Complaint::about("buffer"))?;
        // SAFETY: the caller passes NULL or a readable text.
        let text = unsafe { bytes(text, text_length) }.map_err(Complaint::about("text"))?;
        buffer
            .fill(&Text::verbatim(in_one_line(text).as_bytes()))
            .map_err(Complaint::about("buffer"))
    })
}
