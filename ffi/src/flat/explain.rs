//! JSON in, JSON out: for every language that can pass a string.

use core::ffi::c_char;

use aftercall::Text;

use super::bytes;
use super::last_error::Complaint;
use crate::boundary::boundary;
use crate::buffer::Buffer;
use crate::status::{Status, acall_status};

/// Judges a reply that is written as JSON, decides what to do next, and says it
/// in words; writes all three as JSON to `buffer`, with a NUL behind it.
///
/// The reply is an object with `http_status` (0 if not known), `headers` (an
/// array of `[name, value]`), `body` (text) or `body_base64` (bytes),
/// `expect_kind` (`envelope` or `raw`) and `now_unix` (seconds); or with a
/// `fault` instead of status and body; `method` and `path` together say what was
/// asked. `profile` names a built-in profile,
/// `eureka` if it is left out. Only status and body, or the fault, are required.
/// `json_length` is -1 if a NUL ends the text.
///
/// Beside these fields there may be `languages`, a text such as `de-AT, en`
/// or an array of tags, and `role`, `user` or `owner`, for the words; and
/// `call`, an object that says what the reply belongs to: `policy`, as
/// `acall_policy_from_json` reads it; `kind` (`mutation`, `query` or `auth`);
/// `can_refresh` and `idempotency_key`, true or false; `seed` (64 bits, as a
/// text or a number) or `unit_random` (0 to 1) for the jitter; `budget`, the
/// tokens at the start; `at_ms`, when this attempt was sent by a clock that
/// is 0 when the call starts, and `took_ms`; and `events`, the attempts
/// before it, each an object with `at_ms`, `took_ms` and `reply`. Nothing is
/// kept from one call of this function to the next. Without `call`, or
/// without one of its fields, it is the first attempt under the default
/// policy with a full budget and the seed 0, of the kind that the profile
/// knows for `method` and `path`, else a mutation, sent at once or when the
/// wait before it is over.
///
/// The answer has the verdict's fields: `outcome`, `category`, `advice`,
/// `effect`, `code`, `code_text`, `http_status`, `message`, `data` (or
/// `data_base64` if it is not UTF-8), `correlation_id`, `amount`,
/// `server_delay_ms`, `alternative`, `repeat`, `anomalies`, `rule` and
/// `task`. Then `decision`, an object with `action` (`retry`, `refresh` or
/// `stop`), `reason` (null unless it is `stop`), `delay_ms` (null unless it
/// is `retry`), `retry_at_ms`, `budget` (the tokens after it, null without
/// one) and `explanation`, one line; and `words` with `title`, `text`,
/// `action` and `language`. Later versions may add fields. 4096 bytes and the
/// reply's own texts are room enough.
///
/// `*needed` is set to the size that the buffer must have, the NUL included;
/// `needed` may be NULL. The library keeps no pointer. Any thread. Errors, with
/// details from `acall_last_error`: `ACALL_E_REPLY_JSON`,
/// `ACALL_E_BUFFER_TOO_SMALL` (nothing is written), `_UTF8`, `_NULL`,
/// `_ARGUMENT`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_explain_json(
    json: *const c_char,
    json_length: i32,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        let buffer =
            unsafe { Buffer::new(buffer, capacity, needed) }.map_err(Complaint::about("buffer"))?;
        // SAFETY: the caller passes NULL or a readable text.
        let json = unsafe { bytes(json, json_length) }.map_err(Complaint::about("json"))?;
        let json =
            core::str::from_utf8(json).map_err(|_| Complaint::about("json")(Status::Utf8))?;
        let answer = aftercall::explain_json(json)
            .map_err(|error| Complaint::new(Status::ReplyJson, error.to_string()))?;
        buffer
            .fill(&Text::verbatim(answer.as_bytes()))
            .map_err(Complaint::about("buffer"))
    })
}
