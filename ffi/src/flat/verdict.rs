//! A verdict as a block of bytes without pointers.
//!
//! It can stand at any address, be copied, be written to a file and be read
//! back by the same library. Inside are a mark, the numbers, and the text of
//! the rule's id.

use core::ffi::c_char;
use core::ptr::NonNull;

use aftercall::{TaskState, Text, Verdict};

use super::bytes;
use super::last_error::Complaint;
use crate::boundary::boundary;
use crate::buffer::Buffer;
use crate::pointer;
use crate::retry::judged::Said;
use crate::status::{Status, acall_status};
use crate::verdict::{
    ACALL_TEXT_AMOUNT, ACALL_TEXT_CODE, ACALL_TEXT_CORRELATION_ID, ACALL_TEXT_MESSAGE,
    ACALL_TEXT_RULE, ACALL_VERDICT_CODE_TEXT_ESCAPED, ACALL_VERDICT_FAULT, ACALL_VERDICT_HAS_CODE,
    ACALL_VERDICT_MESSAGE_ESCAPED, Numbers, Span, of_body,
};
use crate::words::{Told, present};

/// The size of a flat verdict in bytes.
pub const ACALL_FLAT_VERDICT_SIZE: i32 = 384;

/// `ACALL_VERDICT_...`, added up.
pub const ACALL_FLAT_FLAGS: i32 = 0;
/// `ACALL_OUTCOME_...`
pub const ACALL_FLAT_OUTCOME: i32 = 1;
/// `ACALL_CATEGORY_...`
pub const ACALL_FLAT_CATEGORY: i32 = 2;
/// `ACALL_ADVICE_...`
pub const ACALL_FLAT_ADVICE: i32 = 3;
/// `ACALL_EFFECT_...`
pub const ACALL_FLAT_EFFECT: i32 = 4;
/// `ACALL_CATEGORY_...`, absent where there is no second category.
pub const ACALL_FLAT_ALTERNATIVE: i32 = 5;
/// `ACALL_KIND_...`, absent where no kind may be repeated.
pub const ACALL_FLAT_REPEAT: i32 = 6;
/// The HTTP status as given, absent after a fault.
pub const ACALL_FLAT_HTTP_STATUS: i32 = 7;
/// `ACALL_ANOMALY_...`, added up.
pub const ACALL_FLAT_ANOMALIES: i32 = 8;
/// The API's code, absent where it is no integer.
pub const ACALL_FLAT_CODE: i32 = 9;
/// How long the server asks to wait, in milliseconds; absent where it does not.
pub const ACALL_FLAT_SERVER_DELAY_MS: i32 = 10;
/// Where the data begins in the body, from 0; absent where there is none.
pub const ACALL_FLAT_DATA_OFFSET: i32 = 11;
/// The length of the data in bytes; absent where there is none.
pub const ACALL_FLAT_DATA_LENGTH: i32 = 12;

/// `ACALL_TASK_...`, absent where a reply tells of no task.
pub const ACALL_FLAT_TASK: i32 = 13;

/// Fields that are none of a caller's business: where the texts are.
const MESSAGE: usize = 14;
const CODE_TEXT: usize = 16;
const CORRELATION_ID: usize = 18;
const AMOUNT: usize = 20;
const RULE_LENGTH: usize = 22;
const FIELDS: usize = 23;

/// The first eight bytes: that it is a verdict, and of which form.
const MARK: [u8; 8] = *b"acallfv\x01";
const SIZE: usize = 384;
const NUMBERS: usize = MARK.len();
const RULE: usize = NUMBERS + FIELDS * 8;

/// The longest id of a rule that a block can hold: far longer than any of a
/// built-in profile, and no others come here.
#[cfg(test)]
const LONGEST_RULE: usize = SIZE - RULE;

/// A flat verdict.
#[derive(Clone, Copy)]
pub(crate) struct Block([u8; SIZE]);

impl Block {
    pub(crate) fn new(verdict: &Verdict<'_>, body: &[u8], headers: &[u8]) -> Self {
        let numbers = Numbers::of(verdict, body);
        let place = |text: Option<&Text<'_>>| {
            text.and_then(|text| Span::within(headers, text.raw()))
                .unwrap_or(Span::ABSENT)
        };
        let correlation_id = place(verdict.correlation_id());
        let amount = place(verdict.amount());
        let rule = verdict.rule().as_bytes();
        let fields: [i64; FIELDS] = [
            numbers.flags.into(),
            verdict.outcome().number().into(),
            verdict.category().number().into(),
            verdict.advice().number().into(),
            verdict.effect().number().into(),
            numbers.alternative.into(),
            numbers.repeat.into(),
            numbers.http_status.into(),
            verdict.anomalies().bits().into(),
            numbers.code,
            numbers.server_delay_ms,
            numbers.data.offset,
            numbers.data.length,
            verdict.task().map_or(0, TaskState::number).into(),
            numbers.message.offset,
            numbers.message.length,
            numbers.code_text.offset,
            numbers.code_text.length,
            correlation_id.offset,
            correlation_id.length,
            amount.offset,
            amount.length,
            i64::try_from(rule.len()).unwrap_or(i64::MAX),
        ];
        let mut block = [0; SIZE];
        let (head, tail) = block.split_at_mut(RULE);
        let (mark, numbers) = head.split_at_mut(NUMBERS);
        mark.copy_from_slice(&MARK);
        for (place, field) in numbers.chunks_exact_mut(8).zip(fields) {
            place.copy_from_slice(&field.to_ne_bytes());
        }
        for (place, byte) in tail.iter_mut().zip(rule) {
            *place = *byte;
        }
        Self(block)
    }

    /// Copies a caller's block.
    ///
    /// # Safety
    ///
    /// `start` is NULL or points to a block that is as large as they are.
    pub(super) unsafe fn read(start: *const c_char) -> Result<Self, Status> {
        // SAFETY: the caller's promise.
        let mark = unsafe { pointer::bytes(start.cast(), MARK.len()) }?;
        if mark != MARK {
            return Err(Status::Argument);
        }
        // SAFETY: the caller's promise; a marked block is a whole one.
        let bytes = unsafe { pointer::bytes(start.cast(), SIZE) }?;
        bytes.try_into().map(Self).map_err(|_| Status::Argument)
    }

    fn field(&self, index: usize) -> i64 {
        let start = NUMBERS + index * 8;
        self.0
            .get(start..start + 8)
            .and_then(|bytes| bytes.try_into().ok())
            .map_or(-1, i64::from_ne_bytes)
    }

    /// A number that is an `int32_t` in C, present or not.
    fn small(&self, field: i32) -> Result<i32, Status> {
        let index = usize::try_from(field).map_err(|_| Status::Argument)?;
        i32::try_from(self.field(index)).map_err(|_| Status::Argument)
    }

    /// What a message is about, with the texts of the reply as far as it is
    /// given.
    pub(super) fn told<'a>(
        &'a self,
        headers: &'a [u8],
        body: &'a [u8],
    ) -> Result<Told<'a>, Status> {
        let number = |field| self.small(field);
        let text = |which: i32, from: &[u8]| {
            if from.is_empty() {
                return Ok(None);
            }
            present(self.text(which, headers, body))
        };
        let http_status = number(ACALL_FLAT_HTTP_STATUS)?;
        Ok(Told {
            category: number(ACALL_FLAT_CATEGORY)?,
            alternative: number(ACALL_FLAT_ALTERNATIVE)?,
            rule: present(self.text(ACALL_TEXT_RULE, headers, body))?,
            server_delay_ms: self.number(ACALL_FLAT_SERVER_DELAY_MS).unwrap_or(-1),
            http_status: (!self.has(ACALL_VERDICT_FAULT)).then_some(http_status),
            code: text(ACALL_TEXT_CODE, body)?,
            message: text(ACALL_TEXT_MESSAGE, body)?,
            correlation_id: text(ACALL_TEXT_CORRELATION_ID, headers)?,
        })
    }

    /// What a decision looks at.
    pub(super) fn said(&self) -> Result<Said, Status> {
        let number = |field| self.small(field);
        Ok(Said {
            flags: u32::try_from(self.field(0)).map_err(|_| Status::Argument)?,
            outcome: number(ACALL_FLAT_OUTCOME)?,
            category: number(ACALL_FLAT_CATEGORY)?,
            advice: number(ACALL_FLAT_ADVICE)?,
            effect: number(ACALL_FLAT_EFFECT)?,
            repeat: number(ACALL_FLAT_REPEAT)?,
            http_status: number(ACALL_FLAT_HTTP_STATUS)?,
            code: self.field(9),
            server_delay_ms: self.field(10),
        })
    }

    /// The text of the code, if there is one: out of the body.
    pub(super) fn code_text<'a>(&'a self, body: &'a [u8]) -> Result<Option<Text<'a>>, Status> {
        match self.text(ACALL_TEXT_CODE, &[], body) {
            Err(Status::Absent) => Ok(None),
            text => text.map(Some),
        }
    }

    /// A number that a caller may ask for.
    pub(super) fn number(&self, field: i32) -> Result<i64, Status> {
        let index = usize::try_from(field)
            .ok()
            .filter(|&index| index < MESSAGE)
            .ok_or(Status::Argument)?;
        let value = self.field(index);
        let is_absent = match field {
            ACALL_FLAT_CODE => !self.has(ACALL_VERDICT_HAS_CODE),
            ACALL_FLAT_HTTP_STATUS => self.has(ACALL_VERDICT_FAULT),
            ACALL_FLAT_ALTERNATIVE | ACALL_FLAT_TASK => value == 0,
            ACALL_FLAT_REPEAT
            | ACALL_FLAT_SERVER_DELAY_MS
            | ACALL_FLAT_DATA_OFFSET
            | ACALL_FLAT_DATA_LENGTH => value == -1,
            _ => false,
        };
        if is_absent {
            return Err(Status::Absent);
        }
        Ok(value)
    }

    fn has(&self, flag: u32) -> bool {
        self.field(0) & i64::from(flag) != 0
    }

    fn span(&self, index: usize) -> Span {
        Span {
            offset: self.field(index),
            length: self.field(index + 1),
        }
    }

    pub(super) fn text<'a>(
        &'a self,
        which: i32,
        headers: &'a [u8],
        body: &'a [u8],
    ) -> Result<Text<'a>, Status> {
        Ok(match which {
            ACALL_TEXT_MESSAGE => of_body(
                self.span(MESSAGE).of_bytes(body)?,
                self.has(ACALL_VERDICT_MESSAGE_ESCAPED),
            ),
            ACALL_TEXT_CODE => of_body(
                self.span(CODE_TEXT).of_bytes(body)?,
                self.has(ACALL_VERDICT_CODE_TEXT_ESCAPED),
            ),
            ACALL_TEXT_CORRELATION_ID => {
                Text::verbatim(self.span(CORRELATION_ID).of_bytes(headers)?)
            }
            ACALL_TEXT_AMOUNT => Text::verbatim(self.span(AMOUNT).of_bytes(headers)?),
            ACALL_TEXT_RULE => {
                let rule = Span {
                    offset: 0,
                    length: self.field(RULE_LENGTH),
                };
                Text::verbatim(rule.of_bytes(self.0.get(RULE..).unwrap_or_default())?)
            }
            _ => return Err(Status::Argument),
        })
    }
}

/// A caller's room for a block.
pub(crate) struct Place(NonNull<u8>);

impl Place {
    /// # Safety
    ///
    /// `start` is NULL or points to `capacity` bytes that are writable for as
    /// long as the place lives.
    pub(crate) unsafe fn new(start: *mut c_char, capacity: i32) -> Result<Self, Status> {
        let start = NonNull::new(start.cast::<u8>()).ok_or(Status::Null)?;
        let capacity = usize::try_from(capacity).map_err(|_| Status::Argument)?;
        if capacity < SIZE {
            return Err(Status::BufferTooSmall);
        }
        Ok(Self(start))
    }

    pub(crate) fn write(self, block: &Block) {
        // SAFETY: `new` was promised room for a block; ours lies elsewhere.
        unsafe {
            self.0
                .copy_from_nonoverlapping(NonNull::from(&block.0).cast(), SIZE)
        };
    }
}

/// One number of a flat verdict: `field` is one of `ACALL_FLAT_...`. `*value` is
/// written only on success. Any thread. Errors: `ACALL_E_ABSENT`,
/// `ACALL_E_ARGUMENT` (no such field, or no verdict in the block: nothing was
/// judged into it), `_NULL`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_verdict_int(
    verdict: *const c_char,
    field: i32,
    value: *mut i64,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { pointer::Place::new(value) }.map_err(Complaint::about("value"))?;
        // SAFETY: the caller passes NULL or a whole block.
        let block = unsafe { Block::read(verdict) }.map_err(Complaint::about("verdict"))?;
        place.write(block.number(field).map_err(Complaint::about("field"))?);
        Ok(())
    })
}

/// Writes one of a flat verdict's texts to `buffer`, as UTF-8 with a NUL behind
/// it. `which` is one of `ACALL_TEXT_...`; headers and body are those that were
/// judged. `*needed` is set to the size that the buffer must have, the NUL
/// included, or to 0 if there is no text; `needed` may be NULL. Any thread.
///
/// Errors, with details from `acall_last_error`: `ACALL_E_ABSENT`,
/// `ACALL_E_BUFFER_TOO_SMALL` (nothing is written), `_NULL`, `_ARGUMENT` (also
/// for a verdict of another reply, where that shows). Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_verdict_text(
    verdict: *const c_char,
    which: i32,
    headers: *const c_char,
    headers_length: i32,
    body: *const c_char,
    body_length: i32,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL, or a buffer as large as it says.
        let buffer = unsafe { Buffer::new(buffer, capacity, needed) };
        // SAFETY: the caller passes NULL, or a whole block, readable headers and
        // a readable body.
        unsafe {
            put_text(
                buffer,
                Buffer::fill,
                verdict,
                which,
                headers,
                headers_length,
                body,
                body_length,
            )
        }
    })
}

/// Fills a field of a fixed width, such as a COBOL `PIC X(n)`, with one of a
/// flat verdict's texts: as many whole characters as fit, then spaces, no NUL.
/// `*needed` is set to the length of the whole text. Otherwise, and in its
/// errors but `ACALL_E_BUFFER_TOO_SMALL`, like `acall_flat_verdict_text`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_verdict_text_fixed(
    verdict: *const c_char,
    which: i32,
    headers: *const c_char,
    headers_length: i32,
    body: *const c_char,
    body_length: i32,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL, or a buffer as large as it says.
        let buffer = unsafe { Buffer::new(buffer, capacity, needed) };
        // SAFETY: the caller passes NULL, or a whole block, readable headers and
        // a readable body.
        unsafe {
            put_text(
                buffer,
                Buffer::fill_fixed,
                verdict,
                which,
                headers,
                headers_length,
                body,
                body_length,
            )
        }
    })
}

/// Puts a text of a verdict into a buffer, in the way that `fill` does.
///
/// # Safety
///
/// `verdict` is NULL or points to a whole block; `headers` and `body` are NULL
/// or as long as their lengths say.
#[expect(
    clippy::too_many_arguments,
    reason = "the flat layer's are what they are"
)]
unsafe fn put_text(
    buffer: Result<Buffer<i32>, Status>,
    fill: for<'t> fn(Buffer<i32>, &'t Text<'_>) -> Result<(), Status>,
    verdict: *const c_char,
    which: i32,
    headers: *const c_char,
    headers_length: i32,
    body: *const c_char,
    body_length: i32,
) -> Result<(), Complaint> {
    let buffer = buffer.map_err(Complaint::about("buffer"))?;
    // SAFETY: the caller's promise.
    let block = unsafe { Block::read(verdict) }.map_err(Complaint::about("verdict"))?;
    // SAFETY: the caller's promise.
    let headers = unsafe { bytes(headers, headers_length) }.map_err(Complaint::about("headers"))?;
    // SAFETY: the caller's promise.
    let body = unsafe { bytes(body, body_length) }.map_err(Complaint::about("body"))?;
    let text = block.text(which, headers, body);
    fill(buffer, &text.map_err(Complaint::about("which"))?).map_err(Complaint::about("buffer"))
}

#[cfg(test)]
mod tests {
    use aftercall::Profile;

    use super::*;

    #[test]
    fn a_block_has_room_for_every_rule_of_a_built_in_profile() {
        let longest = Profile::eureka().codes().map(|rule| rule.id().len()).max();
        assert!(longest.unwrap() < LONGEST_RULE / 2);
        assert_eq!(SIZE, usize::try_from(ACALL_FLAT_VERDICT_SIZE).unwrap());
        // A rule id repeats no more of a code than the profile's own text has.
        assert!("code:DOCUMENT_CONVERSION_FAILED+limit".len() < LONGEST_RULE);
    }

    #[test]
    fn memory_that_nothing_was_judged_into_is_no_verdict() {
        for byte in [0, b' ', 0xFF] {
            let memory = [byte; SIZE];
            // SAFETY: the memory is as large as a block.
            let block = unsafe { Block::read(memory.as_ptr().cast()) };
            assert_eq!(block.err(), Some(Status::Argument));
        }
    }
}
