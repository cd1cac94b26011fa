//! Records as numbers.

use core::ffi::c_char;
use core::ptr;
use std::sync::{Mutex, PoisonError};

use aftercall::{Record, Text};

use super::handles::Handles;
use super::last_error::Complaint;
use super::verdict::{ACALL_FLAT_ALTERNATIVE, Block};
use super::{bytes, decision, judge, text};
use crate::boundary::boundary;
use crate::buffer::Buffer;
use crate::pointer;
use crate::record::{Kept, Sent, begun, problem};
use crate::status::{Status, acall_status};
use crate::verdict::{
    ACALL_TEXT_CODE, ACALL_TEXT_CORRELATION_ID, ACALL_TEXT_MESSAGE, ACALL_TEXT_RULE,
};
use crate::words::{acall_role, present};

static RECORDS: Handles<Mutex<Record>> = Handles::new();

/// What happens to the record of a number, while no other thread uses it.
fn with<T>(
    number: i64,
    happen: impl FnOnce(&mut Record) -> Result<T, Complaint>,
) -> Result<T, Complaint> {
    let found = RECORDS.find(number).map_err(Complaint::about("record"))?;
    let mut record = found.lock().unwrap_or_else(PoisonError::into_inner);
    happen(&mut record)
}

/// A flat verdict as far as a record keeps it, with the texts of the reply as
/// far as it is given.
fn kept<'a>(block: &'a Block, headers: &'a [u8], body: &'a [u8]) -> Result<Kept<'a>, Status> {
    let of = |which, from: &[u8]| {
        if from.is_empty() {
            return Ok(None);
        }
        present(block.text(which, headers, body))
    };
    let alternative = match block.number(ACALL_FLAT_ALTERNATIVE) {
        Err(Status::Absent) => 0,
        number => i32::try_from(number?).map_err(|_| Status::Argument)?,
    };
    Ok(Kept {
        said: block.said()?,
        alternative,
        rule: present(block.text(ACALL_TEXT_RULE, headers, body))?,
        code_text: of(ACALL_TEXT_CODE, body)?,
        message: of(ACALL_TEXT_MESSAGE, body)?,
        correlation_id: of(ACALL_TEXT_CORRELATION_ID, headers)?,
    })
}

/// Begins a record, as `acall_record_new` does; `profile` is the name of a
/// built-in profile as in `acall_flat_judge`. A length is -1 if a NUL ends the
/// text.
///
/// `*record` is set on success to a number that stands for the record, in any
/// thread, until `acall_flat_record_free`. Errors, with details from
/// `acall_last_error`: `ACALL_E_PROFILE_UNKNOWN`, `_NULL`, `_ARGUMENT` (also a
/// negative `started_ms`), `_UTF8`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_record_new(
    profile: *const c_char,
    profile_length: i32,
    method: *const c_char,
    method_length: i32,
    url: *const c_char,
    url_length: i32,
    started_unix_ms: i64,
    started_ms: i64,
    record: *mut i64,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { pointer::Place::new(record) }.map_err(Complaint::about("record"))?;
        // SAFETY: the caller passes NULL or a readable text.
        let name =
            unsafe { bytes(profile, profile_length) }.map_err(Complaint::about("profile"))?;
        let profile = judge::built_in(name).map_err(Complaint::about("profile"))?;
        // SAFETY: the caller passes NULL or a readable text.
        let method = unsafe { text(method, method_length) }.map_err(Complaint::about("method"))?;
        // SAFETY: the caller passes NULL or a readable text.
        let url = unsafe { text(url, url_length) }.map_err(Complaint::about("url"))?;
        let made = begun(profile, method, url, started_unix_ms, started_ms)
            .map_err(Complaint::about("started_ms"))?;
        place.write(RECORDS.keep(Mutex::new(made)));
        Ok(())
    })
}

/// Adds an attempt, as `acall_record_note` does. `verdict` and `decision` are
/// blocks that `acall_flat_judge` and an event of the call have filled; headers
/// and body are those that were judged, and without them (NULL and 0) the
/// record has none of the server's texts. `verdict` is NULL where nothing came:
/// then no attempt is noted, only how the call went on.
///
/// Any thread. Errors, then nothing is noted, with details from
/// `acall_last_error`: `ACALL_E_NULL`, `_ARGUMENT` (also no such record),
/// `_UTF8`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_record_note(
    record: i64,
    verdict: *const c_char,
    headers: *const c_char,
    headers_length: i32,
    body: *const c_char,
    body_length: i32,
    decision: *const c_char,
    started_ms: i64,
    ended_ms: i64,
    request_id: *const c_char,
    request_id_length: i32,
) -> acall_status {
    boundary!(flat, {
        let attempt = Attempt {
            verdict,
            headers: (headers, headers_length),
            body: (body, body_length),
            decision,
            times_ms: (started_ms, ended_ms),
            request_id: (request_id, request_id_length),
            method: (ptr::null(), 0),
            path: (ptr::null(), 0),
        };
        // SAFETY: the caller passes NULL, or whole blocks and readable texts.
        unsafe { attempt.note(record) }
    })
}

/// Adds an attempt, as `acall_flat_record_note` does, and says where its
/// request went: `method` and `path` are told by the record if they are not
/// its own, as of a request for a token, and scrubbed. Both or neither; a
/// length is -1 if a NUL ends the text.
///
/// Errors, then nothing is noted, with details from `acall_last_error`: those of
/// `acall_flat_record_note`; `ACALL_E_ARGUMENT` also for one of method and path
/// without the other. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_record_note_request(
    record: i64,
    method: *const c_char,
    method_length: i32,
    path: *const c_char,
    path_length: i32,
    verdict: *const c_char,
    headers: *const c_char,
    headers_length: i32,
    body: *const c_char,
    body_length: i32,
    decision: *const c_char,
    started_ms: i64,
    ended_ms: i64,
    request_id: *const c_char,
    request_id_length: i32,
) -> acall_status {
    boundary!(flat, {
        let attempt = Attempt {
            verdict,
            headers: (headers, headers_length),
            body: (body, body_length),
            decision,
            times_ms: (started_ms, ended_ms),
            request_id: (request_id, request_id_length),
            method: (method, method_length),
            path: (path, path_length),
        };
        // SAFETY: the caller passes NULL, or whole blocks and readable texts.
        unsafe { attempt.note(record) }
    })
}

/// A text with a flat length.
type Given = (*const c_char, i32);

/// Everything that is noted, as the caller gives it.
struct Attempt {
    verdict: *const c_char,
    headers: Given,
    body: Given,
    decision: *const c_char,
    times_ms: (i64, i64),
    request_id: Given,
    method: Given,
    path: Given,
}

impl Attempt {
    /// # Safety
    ///
    /// The blocks are NULL or whole, the texts as for [`bytes`].
    unsafe fn note(&self, record: i64) -> Result<(), Complaint> {
        // SAFETY: the caller passes NULL or a whole block.
        let (decision, _) =
            unsafe { decision::read(self.decision) }.map_err(Complaint::about("decision"))?;
        let given = |(start, length): Given, name| {
            // SAFETY: the caller's promise.
            unsafe { bytes(start, length) }.map_err(Complaint::about(name))
        };
        let headers = given(self.headers, "headers")?;
        let body = given(self.body, "body")?;
        let (id, id_length) = self.request_id;
        let sent = Sent {
            started_ms: self.times_ms.0,
            ended_ms: self.times_ms.1,
            // SAFETY: the caller's promise.
            request_id: unsafe { text(id, id_length) }.map_err(Complaint::about("request_id"))?,
            // SAFETY: the caller's promise.
            request: unsafe { judge::request(self.method, self.path) }?,
        };
        let block = if self.verdict.is_null() {
            None
        } else {
            // SAFETY: not NULL, and a whole block.
            Some(unsafe { Block::read(self.verdict) }.map_err(Complaint::about("verdict"))?)
        };
        let kept = block.as_ref().map(|block| kept(block, headers, body));
        let kept = kept.transpose().map_err(Complaint::about("verdict"))?;
        with(record, |record| {
            sent.note(record, kept.as_ref(), &decision)
                .map_err(Complaint::about("verdict, started_ms or ended_ms"))
        })
    }
}

type Fill = fn(Buffer<i32>, &Text<'_>) -> Result<(), Status>;

/// Writes what a record says of itself.
///
/// # Safety
///
/// As for [`Buffer::new`].
unsafe fn write(
    record: i64,
    (buffer, capacity, needed): (*mut c_char, i32, *mut i32),
    say: &dyn Fn(&Record) -> Result<String, Complaint>,
    fill: Fill,
) -> Result<(), Complaint> {
    // SAFETY: the caller's promise.
    let buffer =
        unsafe { Buffer::new(buffer, capacity, needed) }.map_err(Complaint::about("buffer"))?;
    let said = with(record, |record| say(record))?;
    fill(buffer, &Text::verbatim(said.as_bytes())).map_err(Complaint::about("buffer"))
}

/// Writes a record as one JSON document, as `acall_record_json` does. Any
/// thread. Errors, with details from `acall_last_error`:
/// `ACALL_E_BUFFER_TOO_SMALL` (nothing is written), `_NULL`, `_ARGUMENT` (also no
/// such record). Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_record_json(
    record: i64,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        let to = (buffer, capacity, needed);
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        unsafe { write(record, to, &|record| Ok(record.to_json()), Buffer::fill) }
    })
}

/// Writes a record as one paragraph, as `acall_record_paragraph` does. Otherwise
/// like `acall_flat_record_json`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_record_paragraph(
    record: i64,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        let to = (buffer, capacity, needed);
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        unsafe { write(record, to, &|record| Ok(record.paragraph()), Buffer::fill) }
    })
}

/// Fills a field of a fixed width with the same paragraph: as many whole
/// characters as fit, then spaces, no NUL. `*needed` is set to the length of the
/// whole text. Otherwise, and in its errors but `ACALL_E_BUFFER_TOO_SMALL`, like
/// `acall_flat_record_json`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_record_paragraph_fixed(
    record: i64,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        let to = (buffer, capacity, needed);
        let say = |record: &Record| Ok(record.paragraph());
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        unsafe { write(record, to, &say, Buffer::fill_fixed) }
    })
}

/// Writes the failure as problem details, as `acall_record_problem_json` does;
/// `profile` is the name that `acall_flat_record_new` was given. A length is -1
/// if a NUL ends the text. Otherwise like `acall_flat_record_json`, and in its
/// errors `ACALL_E_PROFILE_UNKNOWN`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_record_problem_json(
    record: i64,
    profile: *const c_char,
    profile_length: i32,
    languages: *const c_char,
    languages_length: i32,
    role: acall_role,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        let say = |record: &Record| {
            // SAFETY: the caller passes NULL or a readable text.
            let name =
                unsafe { bytes(profile, profile_length) }.map_err(Complaint::about("profile"))?;
            let profile = judge::built_in(name).map_err(Complaint::about("profile"))?;
            // SAFETY: the caller passes NULL or a readable text.
            let languages = unsafe { bytes(languages, languages_length) }
                .map_err(Complaint::about("languages"))?;
            problem(record, profile, languages, role).map_err(Complaint::about("role"))
        };
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        unsafe { write(record, (buffer, capacity, needed), &say, Buffer::fill) }
    })
}

/// Writes the last attempt as attributes, as `acall_record_attributes_json`
/// does. Otherwise like `acall_flat_record_json`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_record_attributes_json(
    record: i64,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        let to = (buffer, capacity, needed);
        let say = |record: &Record| Ok(record.attributes_json());
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        unsafe { write(record, to, &say, Buffer::fill) }
    })
}

/// Frees a record; its number is never given again. Any thread. Errors, with
/// details from `acall_last_error`: `ACALL_E_ARGUMENT` (no such record).
/// Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn acall_flat_record_free(record: i64) -> acall_status {
    boundary!(flat, {
        RECORDS.free(record).map_err(Complaint::about("record"))
    })
}
