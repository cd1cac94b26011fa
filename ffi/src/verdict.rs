//! Verdicts as plain structures of their callers.

use core::ffi::c_char;

use aftercall::{TaskState, Text, Verdict};

use crate::boundary::boundary;
use crate::buffer::Buffer;
use crate::constants::{
    acall_advice, acall_category, acall_effect, acall_operation_kind, acall_outcome, acall_task,
};
use crate::pointer::{self, Sized32};
use crate::reply::{Checked, HeaderList, acall_reply};
use crate::status::{Status, acall_status};

/// `code` holds the API's code. Without this flag the API gave none, or none
/// that is an integer.
pub const ACALL_VERDICT_HAS_CODE: u32 = 1;
/// The bytes of `code_text` hold JSON escapes; `acall_verdict_text` undoes them.
pub const ACALL_VERDICT_CODE_TEXT_ESCAPED: u32 = 2;
/// The bytes of `message` hold JSON escapes; `acall_verdict_text` undoes them.
pub const ACALL_VERDICT_MESSAGE_ESCAPED: u32 = 4;
/// There was a transport fault, so no HTTP status.
pub const ACALL_VERDICT_FAULT: u32 = 8;
/// The correlation id stands in the body, and its offset counts from there.
pub const ACALL_VERDICT_CORRELATION_ID_IN_BODY: u32 = 16;
/// The bytes of the correlation id hold JSON escapes.
pub const ACALL_VERDICT_CORRELATION_ID_ESCAPED: u32 = 32;
/// The amount stands in the body, and its offset counts from there.
pub const ACALL_VERDICT_AMOUNT_IN_BODY: u32 = 64;
/// The bytes of the amount hold JSON escapes.
pub const ACALL_VERDICT_AMOUNT_ESCAPED: u32 = 128;

/// Which text of a verdict.
pub type acall_text = i32;

/// The server's own words: for developers and logs, not for end users.
pub const ACALL_TEXT_MESSAGE: acall_text = 1;
/// The code as received, also where it is no integer.
pub const ACALL_TEXT_CODE: acall_text = 2;
/// The id under which support finds the call.
pub const ACALL_TEXT_CORRELATION_ID: acall_text = 3;
/// The amount charged. Absent means unknown, not free.
pub const ACALL_TEXT_AMOUNT: acall_text = 4;
/// The id of the rule that decided.
pub const ACALL_TEXT_RULE: acall_text = 5;

/// What a reply means. It belongs to the caller and owns nothing: copy it,
/// keep it, forget it. Set `struct_size` before the call (`ACALL_VERDICT_INIT`
/// does). A zeroed verdict says neither success nor failure.
///
/// Offsets count from the first byte of the reply's body, or of a header's
/// value, and are -1 where there is nothing; they mean something only together
/// with that reply. `rule` points into the profile that judged.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct acall_verdict {
    /// `sizeof(acall_verdict)`.
    pub struct_size: u32,
    /// `ACALL_VERDICT_...`, added up. Ignore bits that you do not know.
    pub flags: u32,
    /// Success or failure.
    pub outcome: acall_outcome,
    /// What kind of failure it is.
    pub category: acall_category,
    /// Whether sending the same request again can help.
    pub advice: acall_advice,
    /// What may have happened on the server.
    pub effect: acall_effect,
    /// A second category where the API's own documentation is ambiguous, else
    /// `ACALL_CATEGORY_NONE`.
    pub alternative: acall_category,
    /// The kind of operation that the API says may be repeated after this
    /// failure, though every repeat is charged; else -1.
    pub repeat: acall_operation_kind,
    /// The reply's HTTP status as given; -1 after a fault.
    pub http_status: i32,
    /// `ACALL_ANOMALY_...`, added up: what was odd about the reply.
    pub anomalies: u32,
    /// The header that holds the correlation id, by its index; else -1.
    pub correlation_id_header: i32,
    /// The header that holds the amount charged, by its index; else -1.
    pub amount_header: i32,
    /// The API's code, if `ACALL_VERDICT_HAS_CODE` is set.
    pub code: i64,
    /// How long the server asks to wait, in milliseconds; else -1.
    pub server_delay_ms: i64,
    /// The data, exactly as received. Only a success has data, and not every
    /// one: absent, `null` and empty are three different answers.
    pub data_offset: i64,
    /// Its length in bytes.
    pub data_length: i64,
    /// The server's message, for developers and logs.
    pub message_offset: i64,
    /// Its length in bytes.
    pub message_length: i64,
    /// The code as received.
    pub code_text_offset: i64,
    /// Its length in bytes.
    pub code_text_length: i64,
    /// The correlation id, within its header's value, or within the body if
    /// `ACALL_VERDICT_CORRELATION_ID_IN_BODY` is set.
    pub correlation_id_offset: i64,
    /// Its length in bytes.
    pub correlation_id_length: i64,
    /// The amount, within its header's value, or within the body if
    /// `ACALL_VERDICT_AMOUNT_IN_BODY` is set.
    pub amount_offset: i64,
    /// Its length in bytes.
    pub amount_length: i64,
    /// The length of `rule` in bytes.
    pub rule_length: i64,
    /// The id of the rule that decided, such as `code:67200005`, `http:503` or
    /// `protocol:html`. Ids are stable. No NUL follows. Valid for as long as
    /// the profile that judged.
    pub rule: *const c_char,
    /// How the task stands that a success tells of.
    pub task: acall_task,
    /// Always 0.
    pub reserved: i32,
}

// SAFETY: integers and a pointer that may be NULL, the first is the size.
unsafe impl Sized32 for acall_verdict {
    const FIRST_SIZE: usize = 48 + 13 * 8 + 8 + 8;
}

/// A part of a longer run of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) offset: i64,
    pub(crate) length: i64,
}

impl Span {
    pub(crate) const ABSENT: Self = Self {
        offset: -1,
        length: -1,
    };

    /// Where `part` lies within `whole`, if it does.
    pub(crate) fn within(whole: &[u8], part: &[u8]) -> Option<Self> {
        let offset = part.as_ptr().addr().wrapping_sub(whole.as_ptr().addr());
        if offset > whole.len() || part.len() > whole.len() - offset {
            // An empty part may lie anywhere.
            return part.is_empty().then_some(Self {
                offset: 0,
                length: 0,
            });
        }
        Some(Self {
            offset: i64::try_from(offset).ok()?,
            length: i64::try_from(part.len()).ok()?,
        })
    }

    #[inline(always)]
    fn of(whole: &[u8], part: Option<&[u8]>) -> Self {
        match part {
            Some(part) => Self::within(whole, part).unwrap_or(Self::ABSENT),
            None => Self::ABSENT,
        }
    }

    /// Where a text lies within the body; a flag says that it holds escapes.
    #[inline(always)]
    fn of_text(body: &[u8], text: Option<&Text<'_>>, flags: &mut u32, is_escaped: u32) -> Self {
        let Some(text) = text else {
            return Self::ABSENT;
        };
        if text.is_escaped() {
            *flags |= is_escaped;
        }
        Self::within(body, text.raw()).unwrap_or(Self::ABSENT)
    }

    /// The part of `whole`; refused if it has none there.
    pub(crate) fn of_bytes(self, whole: &[u8]) -> Result<&[u8], Status> {
        if self == Self::ABSENT {
            return Err(Status::Absent);
        }
        let start = usize::try_from(self.offset).map_err(|_| Status::Argument)?;
        let length = usize::try_from(self.length).map_err(|_| Status::Argument)?;
        let end = start.checked_add(length).ok_or(Status::Argument)?;
        whole.get(start..end).ok_or(Status::Argument)
    }
}

/// What a verdict says in numbers, without its headers' places and its rule.
pub(crate) struct Numbers {
    pub(crate) flags: u32,
    pub(crate) repeat: i32,
    pub(crate) alternative: i32,
    pub(crate) http_status: i32,
    pub(crate) code: i64,
    pub(crate) server_delay_ms: i64,
    pub(crate) data: Span,
    pub(crate) message: Span,
    pub(crate) code_text: Span,
}

impl Numbers {
    #[inline(always)]
    pub(crate) fn of(verdict: &Verdict<'_>, body: &[u8]) -> Self {
        let mut flags = 0;
        if verdict.code().is_some() {
            flags |= ACALL_VERDICT_HAS_CODE;
        }
        if verdict.http_status().is_none() {
            flags |= ACALL_VERDICT_FAULT;
        }
        let code_text = Span::of_text(
            body,
            verdict.code_text(),
            &mut flags,
            ACALL_VERDICT_CODE_TEXT_ESCAPED,
        );
        let message = Span::of_text(
            body,
            verdict.message(),
            &mut flags,
            ACALL_VERDICT_MESSAGE_ESCAPED,
        );
        Self {
            flags,
            repeat: verdict
                .repeat()
                .map_or(-1, aftercall::OperationKind::number),
            alternative: verdict.alternative().map_or(0, aftercall::Category::number),
            http_status: verdict.http_status().unwrap_or(-1),
            code: verdict.code().unwrap_or(0),
            server_delay_ms: verdict
                .server_delay_ms()
                .map_or(-1, |delay| i64::try_from(delay).unwrap_or(i64::MAX)),
            data: Span::of(body, verdict.data()),
            message,
            code_text,
        }
    }
}

impl acall_verdict {
    #[inline(always)]
    pub(crate) fn new(verdict: &Verdict<'_>, body: &[u8], headers: &HeaderList<'_>) -> Self {
        let numbers = Numbers::of(verdict, body);
        let mut flags = numbers.flags;
        let mut place = |text: Option<&Text<'_>>, in_body| match text {
            Some(text) => place(headers, body, text, &mut flags, in_body),
            None => (-1, Span::ABSENT),
        };
        let (correlation_id_header, correlation_id) =
            place(verdict.correlation_id(), CORRELATION_ID_FLAGS);
        let (amount_header, amount) = place(verdict.amount(), AMOUNT_FLAGS);
        let rule = verdict.rule();
        Self {
            struct_size: 0,
            flags,
            outcome: verdict.outcome().number(),
            category: verdict.category().number(),
            advice: verdict.advice().number(),
            effect: verdict.effect().number(),
            alternative: numbers.alternative,
            repeat: numbers.repeat,
            http_status: numbers.http_status,
            anomalies: verdict.anomalies().bits(),
            correlation_id_header,
            amount_header,
            code: numbers.code,
            server_delay_ms: numbers.server_delay_ms,
            data_offset: numbers.data.offset,
            data_length: numbers.data.length,
            message_offset: numbers.message.offset,
            message_length: numbers.message.length,
            code_text_offset: numbers.code_text.offset,
            code_text_length: numbers.code_text.length,
            correlation_id_offset: correlation_id.offset,
            correlation_id_length: correlation_id.length,
            amount_offset: amount.offset,
            amount_length: amount.length,
            rule_length: i64::try_from(rule.len()).unwrap_or(i64::MAX),
            // A verdict that was just judged borrows its rule from the profile.
            rule: rule.as_ptr().cast(),
            task: verdict.task().map_or(0, TaskState::number),
            reserved: 0,
        }
    }

    /// The id of the rule, out of the profile that judged.
    pub(crate) fn rule_text<'a>(&self) -> Result<Text<'a>, Status> {
        if self.rule.is_null() {
            return Err(Status::Absent);
        }
        let length = usize::try_from(self.rule_length).map_err(|_| Status::Argument)?;
        // SAFETY: `rule` was set by `acall_judge`, and the caller has not freed
        // the profile that it points into.
        let rule = unsafe { pointer::bytes(self.rule.cast(), length) }?;
        Ok(Text::verbatim(rule))
    }

    /// One of the verdict's texts, out of the reply that it was made from.
    pub(crate) fn text<'a>(
        &self,
        which: acall_text,
        reply: &Checked<'a>,
    ) -> Result<Text<'a>, Status> {
        let span = |offset, length| Span { offset, length };
        let has = |flag| self.flags & flag != 0;
        let body = reply.body();
        Ok(match which {
            ACALL_TEXT_MESSAGE => of_body(
                span(self.message_offset, self.message_length).of_bytes(body)?,
                has(ACALL_VERDICT_MESSAGE_ESCAPED),
            ),
            ACALL_TEXT_CODE => of_body(
                span(self.code_text_offset, self.code_text_length).of_bytes(body)?,
                has(ACALL_VERDICT_CODE_TEXT_ESCAPED),
            ),
            ACALL_TEXT_CORRELATION_ID if has(ACALL_VERDICT_CORRELATION_ID_IN_BODY) => of_body(
                span(self.correlation_id_offset, self.correlation_id_length).of_bytes(body)?,
                has(ACALL_VERDICT_CORRELATION_ID_ESCAPED),
            ),
            ACALL_TEXT_AMOUNT if has(ACALL_VERDICT_AMOUNT_IN_BODY) => of_body(
                span(self.amount_offset, self.amount_length).of_bytes(body)?,
                has(ACALL_VERDICT_AMOUNT_ESCAPED),
            ),
            ACALL_TEXT_CORRELATION_ID => of_header(
                &reply.headers,
                self.correlation_id_header,
                span(self.correlation_id_offset, self.correlation_id_length),
            )?,
            ACALL_TEXT_AMOUNT => of_header(
                &reply.headers,
                self.amount_header,
                span(self.amount_offset, self.amount_length),
            )?,
            ACALL_TEXT_RULE => self.rule_text()?,
            _ => return Err(Status::Argument),
        })
    }
}

/// A text of a body, as the scanner saw it.
pub(crate) fn of_body(bytes: &[u8], is_escaped: bool) -> Text<'_> {
    if is_escaped {
        Text::escaped(bytes)
    } else {
        Text::verbatim(bytes)
    }
}

fn of_header<'a>(headers: &HeaderList<'a>, header: i32, span: Span) -> Result<Text<'a>, Status> {
    if header == -1 {
        return Err(Status::Absent);
    }
    let header = usize::try_from(header).map_err(|_| Status::Argument)?;
    let value = headers.value(header).ok_or(Status::Argument)?;
    Ok(Text::verbatim(span.of_bytes(value)?))
}

/// Flags that say that a text is in the body, and that it holds escapes.
const CORRELATION_ID_FLAGS: [u32; 2] = [
    ACALL_VERDICT_CORRELATION_ID_IN_BODY, ACALL_VERDICT_CORRELATION_ID_ESCAPED,
];
const AMOUNT_FLAGS: [u32; 2] = [ACALL_VERDICT_AMOUNT_IN_BODY, ACALL_VERDICT_AMOUNT_ESCAPED];

/// The header in whose value a text lies, and where; -1 if it lies in the body,
/// which its flags then say.
#[inline(never)]
fn place(
    headers: &HeaderList<'_>,
    body: &[u8],
    text: &Text<'_>,
    flags: &mut u32,
    [is_in_body, is_escaped]: [u32; 2],
) -> (i32, Span) {
    let part = text.raw();
    let mut header = 0;
    while let Some(value) = headers.value(header) {
        if let Some(span) = Span::within(value, part) {
            return (i32::try_from(header).unwrap_or(-1), span);
        }
        header += 1;
    }
    let Some(span) = Span::within(body, part) else {
        return (-1, Span::ABSENT);
    };
    *flags |= is_in_body;
    if text.is_escaped() {
        *flags |= is_escaped;
    }
    (-1, span)
}

/// Writes one of a verdict's texts to `buffer`, as UTF-8 with a NUL behind it:
/// JSON escapes are undone, bytes that are not UTF-8 become U+FFFD.
///
/// `verdict` and `reply` are those of one `acall_judge`. `which` is one of
/// `ACALL_TEXT_...`. `*needed` is set to the size that the buffer must have,
/// the NUL included, also if `buffer` is NULL and `capacity` 0; to 0 if there is
/// no text. `needed` may be NULL. The text may hold NULs of its own: its length
/// is `*needed - 1`. Any thread, as long as nobody changes the three.
///
/// Errors: `ACALL_E_BUFFER_TOO_SMALL` (nothing is written), `_ABSENT`, `_NULL`,
/// `_ARGUMENT` (also for a verdict of another reply, where that shows, and a
/// buffer that overlaps with the reply), `_ABI_MISMATCH`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_verdict_text(
    verdict: *const acall_verdict,
    reply: *const acall_reply,
    which: acall_text,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL, or a buffer as large as it says.
        let buffer = unsafe { Buffer::new(buffer, capacity, needed) }?;
        // SAFETY: the caller passes NULL, or a verdict as large as it says and a
        // reply that nobody changes.
        unsafe { put_text(buffer, Buffer::fill, verdict, reply, which) }
    })
}

/// Fills a field of a fixed width with one of a verdict's texts: as many whole
/// characters as fit, then spaces, no NUL.
///
/// `*needed` is set to the length of the whole text: if it is more than
/// `capacity`, the field holds only its beginning. Otherwise, and in its errors
/// but `ACALL_E_BUFFER_TOO_SMALL`, like `acall_verdict_text`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_verdict_text_fixed(
    verdict: *const acall_verdict,
    reply: *const acall_reply,
    which: acall_text,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL, or a buffer as large as it says.
        let buffer = unsafe { Buffer::new(buffer, capacity, needed) }?;
        // SAFETY: the caller passes NULL, or a verdict as large as it says and a
        // reply that nobody changes.
        unsafe { put_text(buffer, Buffer::fill_fixed, verdict, reply, which) }
    })
}

/// Puts a text of a verdict into a buffer, in the way that `fill` does.
///
/// # Safety
///
/// `verdict` is NULL or as large as it says; `reply` is NULL or a reply that
/// nobody changes.
unsafe fn put_text(
    buffer: Buffer<usize>,
    fill: for<'t> fn(Buffer<usize>, &'t Text<'_>) -> Result<(), Status>,
    verdict: *const acall_verdict,
    reply: *const acall_reply,
    which: acall_text,
) -> Result<(), Status> {
    // SAFETY: the caller's promise.
    let verdict = unsafe { pointer::read_sized(verdict) }?;
    // SAFETY: the caller's promise.
    let reply = unsafe { Checked::new(reply) }?;
    fill(buffer, &verdict.text(which, &reply)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_is_found_where_it_lies_and_nowhere_else() {
        let whole = b"abcdef";
        let span = Span::within(&whole[..4], &whole[1..3]).unwrap();
        assert_eq!((span.offset, span.length), (1, 2));
        assert_eq!(span.of_bytes(whole), Ok(&b"bc"[..]));
        assert_eq!(Span::within(&whole[..4], &whole[3..5]), None);
        assert_eq!(Span::within(&whole[2..], &whole[..1]), None);
        assert!(Span::within(&whole[2..], &whole[..0]).is_some());
    }

    #[test]
    fn a_span_that_does_not_fit_is_refused() {
        for (offset, length) in [(0, 7), (7, 0), (-2, 1), (1, -2), (i64::MAX, i64::MAX)] {
            let span = Span { offset, length };
            assert_eq!(span.of_bytes(b"abcdef"), Err(Status::Argument), "{span:?}");
        }
        assert_eq!(Span::ABSENT.of_bytes(b"abcdef"), Err(Status::Absent));
    }
}
