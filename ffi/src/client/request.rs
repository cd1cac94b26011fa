//! Requests as C programs describe them.

use core::ffi::{c_char, c_void};
use std::path::PathBuf;
use std::sync::Arc;

use aftercall::client::{Body, Multipart, Request};
use aftercall::{Expect, OperationKind};

use super::cancel::{self, acall_cancel};
use crate::constants::{acall_expect, acall_operation_kind};
use crate::pointer::{self, Sized32};
use crate::reply::acall_header;
use crate::retry::policy::{self, acall_policy};
use crate::status::Status;

/// `kind` says what the operation does. Without this flag the profile's path
/// patterns do, and else the method: `GET`, `HEAD` and `OPTIONS` are queries, the
/// rest mutations.
pub const ACALL_REQUEST_HAS_KIND: u32 = 1;
/// `expect` says what is expected, `ACALL_EXPECT_ENVELOPE` too. Without this flag
/// that zero leaves it to the profile, and else to an envelope.
pub const ACALL_REQUEST_HAS_EXPECT: u32 = 2;

/// What a caller wants done. Set every byte to zero, then `struct_size`, then
/// what you have: zero is the default of every field, and `ACALL_REQUEST_INIT`
/// does the first two. The library only reads it, and only during a call.
/// Texts are UTF-8 and need no NUL; their pointers may be NULL if their
/// lengths are 0.
///
/// There is one body at most: `body`; or `fields` alone, sent as a form; or `file`
/// alone, streamed as it is; or `file` with `file_field`, sent with `fields` as
/// `multipart/form-data`.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct acall_request {
    /// `sizeof(acall_request)`.
    pub struct_size: u32,
    /// `ACALL_REQUEST_...`, added up.
    pub flags: u32,
    /// The method; `GET` if there is none.
    pub method: *const c_char,
    /// Its length in bytes.
    pub method_length: usize,
    /// A path of the API, such as `/search/patent`, perhaps with a query; or a
    /// whole URL of another host, which then gets no credential.
    pub path: *const c_char,
    /// Its length in bytes.
    pub path_length: usize,
    /// Parameters that are escaped and added to the query.
    pub query: *const acall_header,
    /// How many there are.
    pub query_count: usize,
    /// Headers; those that the client sets itself cannot be set.
    pub headers: *const acall_header,
    /// How many there are.
    pub header_count: usize,
    /// A body of any bytes; not NULL with length 0 for an empty one.
    pub body: *const c_void,
    /// Its length in bytes.
    pub body_length: usize,
    /// What `body` or `file` is; `application/json` and
    /// `application/octet-stream` if this says nothing.
    pub content_type: *const c_char,
    /// Its length in bytes.
    pub content_type_length: usize,
    /// The path of a file to send; it is opened for each attempt.
    pub file: *const c_char,
    /// Its length in bytes.
    pub file_length: usize,
    /// The name of the form's field that the file is.
    pub file_field: *const c_char,
    /// Its length in bytes.
    pub file_field_length: usize,
    /// Fields of a form.
    pub fields: *const acall_header,
    /// How many there are.
    pub field_count: usize,
    /// The path of a file to write a success to, which implies
    /// `ACALL_EXPECT_RAW`. It is written beside it and moved there when it is
    /// complete.
    pub download: *const c_char,
    /// Its length in bytes.
    pub download_length: usize,
    /// Sent with every attempt, so that a mutation may be repeated whose
    /// answer was lost. Only where the server heeds it.
    pub idempotency_key: *const c_char,
    /// Its length in bytes.
    pub idempotency_key_length: usize,
    /// What the operation does, with `ACALL_REQUEST_HAS_KIND`; else 0.
    pub kind: acall_operation_kind,
    /// What is expected: `ACALL_EXPECT_RAW`, or with `ACALL_REQUEST_HAS_EXPECT`
    /// also `ACALL_EXPECT_ENVELOPE`.
    pub expect: acall_expect,
    /// How long the call may take in all, in milliseconds; 0 for the client's.
    pub deadline_ms: i64,
    /// How long an attempt may take, in milliseconds; 0 for the client's.
    pub attempt_timeout_ms: i64,
    /// How many bytes of body are taken, on the wire and decoded; of a
    /// download, how many in its file; 0 for the client's.
    pub max_body_bytes: i64,
    /// When attempts are repeated; NULL for the client's.
    pub policy: *const acall_policy,
    /// Ends the call when it is used; NULL for none.
    pub cancel: *const acall_cancel,
}

// SAFETY: integers and pointers that may be NULL, the first is the size.
unsafe impl Sized32 for acall_request {
    const FIRST_SIZE: usize = 8 + 22 * size_of::<usize>() + 8 + 3 * 8 + 2 * size_of::<usize>();
}

/// Which field of a request was wrong, and how.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) field: &'static str,
    pub(crate) status: Status,
}

fn about(field: &'static str) -> impl Fn(Status) -> Wrong {
    move |status| Wrong { field, status }
}

/// Checks a caller's request and copies what it says.
///
/// # Safety
///
/// `request` is NULL or points to as many bytes as its first field says; what its
/// own pointers point to stays as it is for the time of the call.
pub(crate) unsafe fn read(request: *const acall_request) -> Result<Request, Wrong> {
    // SAFETY: the caller's promise.
    let given = unsafe { pointer::read_options(request) }.map_err(about("request"))?;
    if given.flags & !(ACALL_REQUEST_HAS_KIND | ACALL_REQUEST_HAS_EXPECT) != 0 {
        return Err(about("flags")(Status::Argument));
    }
    // SAFETY: the caller's promise, here and for every other text.
    let text = |field, start, length| unsafe { text(field, start, length) };
    let method = text("method", given.method, given.method_length)?.unwrap_or("GET");
    let path = text("path", given.path, given.path_length)?.unwrap_or_default();
    let mut request = Request::new(method, path);
    // SAFETY: the caller's promise.
    for (name, value) in unsafe { pairs("query", given.query, given.query_count) }? {
        request = request.query(name, value);
    }
    // SAFETY: the caller's promise.
    for (name, value) in unsafe { pairs("headers", given.headers, given.header_count) }? {
        request = request.header(name, value);
    }
    // SAFETY: the caller's promise.
    if let Some(body) = unsafe { body(&given) }? {
        request = request.body(body);
    }
    if given.flags & ACALL_REQUEST_HAS_KIND != 0 {
        let kind = OperationKind::from_number(given.kind).ok_or(Status::Argument);
        request = request.kind(kind.map_err(about("kind"))?);
    } else if given.kind != 0 {
        return Err(about("kind")(Status::Argument));
    }
    let expect = Expect::from_number(given.expect)
        .ok_or(Status::Argument)
        .map_err(about("expect"))?;
    if given.flags & ACALL_REQUEST_HAS_EXPECT != 0 || expect != Expect::Envelope {
        request = request.expect(expect);
    }
    if let Some(key) = text(
        "idempotency_key", given.idempotency_key, given.idempotency_key_length,
    )? {
        request = request.idempotency_key(key);
    }
    if let Some(download) = text("download", given.download, given.download_length)? {
        request = request.download(PathBuf::from(download));
    }
    if let Some(deadline_ms) = limit("deadline_ms", given.deadline_ms)? {
        request = request.deadline_ms(deadline_ms);
    }
    if let Some(timeout_ms) = limit("attempt_timeout_ms", given.attempt_timeout_ms)? {
        request = request.attempt_timeout_ms(timeout_ms);
    }
    if let Some(bytes) = limit("max_body_bytes", given.max_body_bytes)? {
        request = request.max_body_bytes(bytes);
    }
    if !given.policy.is_null() {
        // SAFETY: the caller passes a policy that is not freed.
        let policy = unsafe { policy::policy(given.policy) }.map_err(about("policy"))?;
        request = request.policy(Arc::new(policy.clone()));
    }
    if !given.cancel.is_null() {
        // SAFETY: the caller passes a handle that is not freed.
        let cancel = unsafe { cancel::cancel(given.cancel) }.map_err(about("cancel"))?;
        request = request.cancel(cancel);
    }
    Ok(request)
}

/// The one body that a request has, if it has one.
///
/// # Safety
///
/// As for [`read`].
unsafe fn body(given: &acall_request) -> Result<Option<Body>, Wrong> {
    // SAFETY: the caller's promise, here and for every other text.
    let text = |field, start, length| unsafe { text(field, start, length) };
    // SAFETY: the caller's promise.
    let bytes = unsafe { pointer::bytes(given.body.cast(), given.body_length) };
    let bytes = bytes.map_err(about("body"))?;
    let content_type = text(
        "content_type", given.content_type, given.content_type_length,
    )?;
    let file = text("file", given.file, given.file_length)?;
    let file_field = text("file_field", given.file_field, given.file_field_length)?;
    // SAFETY: the caller's promise.
    let fields = unsafe { pairs("fields", given.fields, given.field_count) }?;
    let refuse = |field| Err(about(field)(Status::Argument));
    let has_bytes = !given.body.is_null();
    if has_bytes && file.is_some() {
        return refuse("file");
    }
    if !fields.is_empty() && (has_bytes || file.is_some() && file_field.is_none()) {
        return refuse("fields");
    }
    if file_field.is_some() && file.is_none() {
        return refuse("file_field");
    }
    let is_form = !fields.is_empty() || file_field.is_some();
    if content_type.is_some() && (is_form || !has_bytes && file.is_none()) {
        return refuse("content_type");
    }
    Ok(match (file, file_field) {
        (Some(file), Some(name)) => {
            let form = fields.iter().fold(Multipart::new(), |form, (name, value)| {
                form.field(name, value)
            });
            Some(Body::multipart(form.file(name, file)))
        }
        (Some(file), None) => {
            let content_type = content_type.unwrap_or("application/octet-stream");
            Some(Body::file(content_type, file))
        }
        _ if has_bytes => Some(Body::bytes(
            content_type.unwrap_or("application/json"),
            bytes,
        )),
        _ if is_form => Some(Body::form(fields)),
        _ => None,
    })
}

/// A text; `None` if it is empty.
///
/// # Safety
///
/// As for [`pointer::text`].
unsafe fn text<'a>(
    field: &'static str,
    start: *const c_char,
    length: usize,
) -> Result<Option<&'a str>, Wrong> {
    // SAFETY: the caller's promise.
    let text = unsafe { pointer::text(start.cast(), length) }.map_err(about(field))?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// Names and values, which must be UTF-8 here.
///
/// # Safety
///
/// As for [`pointer::elements`], and for the texts that they point to.
unsafe fn pairs<'a>(
    field: &'static str,
    start: *const acall_header,
    count: usize,
) -> Result<Vec<(&'a str, &'a str)>, Wrong> {
    // SAFETY: the caller's promise.
    let list = unsafe { pointer::elements(start, count) }.map_err(about(field))?;
    list.iter()
        .map(|pair| {
            // SAFETY: the caller's promise.
            let name = unsafe { pointer::text(pair.name.cast(), pair.name_length) }?;
            // SAFETY: the caller's promise.
            let value = unsafe { pointer::text(pair.value.cast(), pair.value_length) }?;
            Ok((name, value))
        })
        .collect::<Result<_, Status>>()
        .map_err(about(field))
}

/// A limit; 0 is the client's own.
fn limit(field: &'static str, given: i64) -> Result<Option<u64>, Wrong> {
    match u64::try_from(given) {
        Ok(0) => Ok(None),
        Ok(limit) => Ok(Some(limit)),
        Err(_) => Err(about(field)(Status::Argument)),
    }
}
