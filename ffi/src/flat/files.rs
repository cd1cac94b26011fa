//! Clients as numbers, and files: sent and fetched piece by piece.

use core::ffi::c_char;
use std::path::PathBuf;

use aftercall::client::{Body, Multipart, Request};

use super::client::{ACALL_FLAT_BY_PROFILE, Asked, client, ended_by, of_kind, pairs, within};
use super::last_error::Complaint;
use super::{response, text};
use crate::boundary::boundary;
use crate::client::answer::Answer;
use crate::pointer::Place;
use crate::status::{Status, acall_status};

/// Sends a file with `POST` and waits for the end of the call; the file is
/// streamed, and opened again for each attempt.
///
/// `file` is its path. With a `file_field` it is that field of a form
/// (`multipart/form-data`), behind those of `fields`: one text with a line
/// `Name: value` for each, ended by CR LF or LF. With an empty one it is the body
/// (`application/octet-stream`), and `fields` must be empty. A file that cannot be
/// read is a failure with the fault `bad_request`, and nothing was sent.
/// Otherwise like `acall_flat_client_send`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_client_upload(
    client: i64,
    path: *const c_char,
    path_length: i32,
    file: *const c_char,
    file_length: i32,
    file_field: *const c_char,
    file_field_length: i32,
    fields: *const c_char,
    fields_length: i32,
    kind: i32,
    deadline_ms: i64,
    cancel: i64,
    response: *mut i64,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { Place::new(response) }.map_err(Complaint::about("response"))?;
        let client = self::client(client)?;
        // SAFETY: the caller passes NULL or a readable text.
        let path = unsafe { text(path, path_length) }.map_err(Complaint::about("path"))?;
        // SAFETY: the caller passes NULL or a readable text.
        let file = unsafe { file_path(file, file_length) }?;
        // SAFETY: the caller passes NULL or a readable text.
        let name = unsafe { text(file_field, file_field_length) }
            .map_err(Complaint::about("file_field"))?;
        // SAFETY: the caller passes NULL or a readable text.
        let fields = unsafe { text(fields, fields_length) }.map_err(Complaint::about("fields"))?;
        let fields = pairs(fields);
        let body = if !name.is_empty() {
            let form = fields.iter().fold(Multipart::new(), |form, (name, value)| {
                form.field(name, value)
            });
            Body::multipart(form.file(name, file))
        } else if fields.is_empty() {
            Body::file("application/octet-stream", file)
        } else {
            return Err(Complaint::about("fields")(Status::Argument));
        };
        let request = of_kind(Request::post(path).body(body), kind)?;
        let request = within(ended_by(request, cancel)?, deadline_ms)?;
        place.write(response::keep(Answer::of(client.send(&request))));
        Ok(())
    })
}

/// Sends a request and writes what a success brings to a file; the number
/// `ACALL_FLAT_RESPONSE_DOWNLOADED_BYTES` says how much that was.
///
/// `file` is its path. It is written beside it and moved there when it is
/// complete: after a failure the file is what it was. Otherwise like
/// `acall_flat_client_send`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_client_download(
    client: i64,
    method: *const c_char,
    method_length: i32,
    path: *const c_char,
    path_length: i32,
    headers: *const c_char,
    headers_length: i32,
    body: *const c_char,
    body_length: i32,
    file: *const c_char,
    file_length: i32,
    kind: i32,
    deadline_ms: i64,
    cancel: i64,
    response: *mut i64,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { Place::new(response) }.map_err(Complaint::about("response"))?;
        let client = self::client(client)?;
        // SAFETY: the caller passes NULL or a readable text.
        let file = unsafe { file_path(file, file_length) }?;
        let asked = Asked {
            method,
            method_length,
            path,
            path_length,
            headers,
            headers_length,
            body,
            body_length,
            kind,
            expect: ACALL_FLAT_BY_PROFILE,
            cancel,
        };
        // SAFETY: the caller's promise is passed on.
        let request = unsafe { asked.request() }?.download(file);
        let request = within(request, deadline_ms)?;
        place.write(response::keep(Answer::of(client.send(&request))));
        Ok(())
    })
}

/// The path of a file, which is not empty.
///
/// # Safety
///
/// As for [`text`].
unsafe fn file_path(file: *const c_char, length: i32) -> Result<PathBuf, Complaint> {
    // SAFETY: the caller's promise.
    let file = unsafe { text(file, length) }.map_err(Complaint::about("file"))?;
    if file.is_empty() {
        return Err(Complaint::about("file")(Status::Argument));
    }
    Ok(PathBuf::from(file))
}
