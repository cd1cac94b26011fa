//! JSON in, JSON out: for every language that can pass a string.

use core::ffi::c_char;

use aftercall::Text;

use super::bytes;
use super::last_error::Complaint;
use crate::boundary::boundary;
use crate::buffer::Buffer;
use crate::status::{Status, acall_status};

/// Judges a reply that is written as JSON, and writes the verdict as JSON to
/// `buffer`, with a NUL behind it.
///
/// The reply is an object with `http_status` (0 if not known), `headers` (an
/// array of `[name, value]`), `body` (text) or `body_base64` (bytes),
/// `expect_kind` (`envelope` or `raw`) and `now_unix` (seconds); or with a
/// `fault` instead of status and body; `method` and `path` together say what was
/// asked. `profile` names a built-in profile,
/// `eureka` if it is left out. Only status and body, or the fault, are required.
/// `json_length` is -1 if a NUL ends the text.
///
/// The verdict is an object with `outcome`, `category`, `advice`, `effect`,
/// `code`, `code_text`, `http_status`, `message`, `data` (or `data_base64` if it
/// is not UTF-8), `correlation_id`, `amount`, `server_delay_ms`, `alternative`,
/// `anomalies`, `rule` and `task`; later versions may add fields.
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
        let verdict = aftercall::explain_json(json)
            .map_err(|error| Complaint::new(Status::ReplyJson, error.to_string()))?;
        buffer
            .fill(&Text::verbatim(verdict.as_bytes()))
            .map_err(Complaint::about("buffer"))
    })
}
