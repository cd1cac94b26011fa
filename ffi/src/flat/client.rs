//! Clients as numbers, and what ends their calls.

use core::ffi::c_char;
use std::sync::Arc;

use aftercall::client::{Cancel, Client, ClientBuilder, Request};
use aftercall::{Expect, Headers, OperationKind, Text};

use super::handles::Handles;
use super::headers::HeaderBlock;
use super::last_error::Complaint;
use super::{bytes, response, text};
use crate::boundary::boundary;
use crate::buffer::Buffer;
use crate::client::answer::Answer;
use crate::client::poll;
use crate::pointer::Place;
use crate::status::{Status, acall_status};

/// In place of a kind or of what is expected: the profile says it.
pub const ACALL_FLAT_BY_PROFILE: i32 = -1;

static CLIENTS: Handles<Client> = Handles::new();
static CANCELS: Handles<Cancel> = Handles::new();

/// Makes a client from settings in JSON, as `acall_client_from_json` does and
/// names them; the length is -1 if a NUL ends the text.
///
/// `*client` is set on success to a number that stands for the client, in any
/// thread, until `acall_flat_client_free`. Nothing is sent. Errors, with details
/// from `acall_last_error`: `ACALL_E_CLIENT`, `_NULL`, `_ARGUMENT`, `_UTF8`.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_client_from_json(
    json: *const c_char,
    json_length: i32,
    client: *mut i64,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { Place::new(client) }.map_err(Complaint::about("client"))?;
        // SAFETY: the caller passes NULL or a readable text.
        let json = unsafe { text(json, json_length) }.map_err(Complaint::about("json"))?;
        let made = ClientBuilder::from_json(json)
            .and_then(ClientBuilder::build)
            .map_err(|error| Complaint::new(Status::Client, error.to_string()))?;
        place.write(CLIENTS.keep(made));
        Ok(())
    })
}

/// What the ways to send have in common.
pub(super) struct Asked {
    pub(super) method: *const c_char,
    pub(super) method_length: i32,
    pub(super) path: *const c_char,
    pub(super) path_length: i32,
    pub(super) headers: *const c_char,
    pub(super) headers_length: i32,
    pub(super) body: *const c_char,
    pub(super) body_length: i32,
    pub(super) kind: i32,
    pub(super) expect: i32,
    pub(super) cancel: i64,
}

impl Asked {
    /// Checks it, and copies what it says.
    ///
    /// # Safety
    ///
    /// Each pointer is NULL or points to as many bytes as its length says,
    /// unchanged for the time of the call.
    pub(super) unsafe fn request(&self) -> Result<Request, Complaint> {
        // SAFETY: the caller passes NULL or a readable text.
        let method =
            unsafe { text(self.method, self.method_length) }.map_err(Complaint::about("method"))?;
        let method = Some(method).filter(|method| !method.is_empty());
        // SAFETY: the caller passes NULL or a readable text.
        let path =
            unsafe { text(self.path, self.path_length) }.map_err(Complaint::about("path"))?;
        let mut request = Request::new(method.unwrap_or("GET"), path);
        // SAFETY: the caller passes NULL or readable headers.
        let headers = unsafe { text(self.headers, self.headers_length) }
            .map_err(Complaint::about("headers"))?;
        for (name, value) in pairs(headers) {
            request = request.header(&name, &value);
        }
        // SAFETY: the caller passes NULL or a readable body.
        let body =
            unsafe { bytes(self.body, self.body_length) }.map_err(Complaint::about("body"))?;
        if !body.is_empty() {
            request = request.body(aftercall::client::Body::bytes("application/json", body));
        }
        request = of_kind(request, self.kind)?;
        if self.expect != ACALL_FLAT_BY_PROFILE {
            let expect = Expect::from_number(self.expect).ok_or(Status::Argument);
            request = request.expect(expect.map_err(Complaint::about("expect"))?);
        }
        ended_by(request, self.cancel)
    }
}

/// The client that a number stands for.
pub(super) fn client(number: i64) -> Result<Arc<Client>, Complaint> {
    CLIENTS.find(number).map_err(Complaint::about("client"))
}

pub(super) fn of_kind(request: Request, kind: i32) -> Result<Request, Complaint> {
    if kind == ACALL_FLAT_BY_PROFILE {
        return Ok(request);
    }
    let kind = OperationKind::from_number(kind).ok_or(Status::Argument);
    Ok(request.kind(kind.map_err(Complaint::about("kind"))?))
}

pub(super) fn ended_by(request: Request, cancel: i64) -> Result<Request, Complaint> {
    if cancel == 0 {
        return Ok(request);
    }
    let cancel = CANCELS.find(cancel).map_err(Complaint::about("cancel"))?;
    Ok(request.cancel(&cancel))
}

/// 0 is the client's own deadline.
pub(super) fn within(request: Request, deadline_ms: i64) -> Result<Request, Complaint> {
    match u64::try_from(deadline_ms) {
        Ok(0) => Ok(request),
        Ok(deadline_ms) => Ok(request.deadline_ms(deadline_ms)),
        Err(_) => Err(Complaint::about("deadline_ms")(Status::Argument)),
    }
}

/// The headers of a text that is UTF-8.
pub(super) fn pairs(headers: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    HeaderBlock(headers.as_bytes()).visit(&mut |name, value| {
        let text = |part: &[u8]| String::from_utf8_lossy(part).trim().to_owned();
        pairs.push((text(name), text(value)));
    });
    pairs
}

/// Sends a request and waits for the end of the call, as `acall_client_send`
/// does. Blocks the calling thread for no longer than the deadline.
///
/// `method` is `GET` if it is empty; `path` may have a query, sent as it is.
/// `headers` is one text with a line `Name: value` for each header, ended by CR
/// LF or LF; NULL with length 0 is fine for none. A body of length 0 is none;
/// it is JSON unless a header `Content-Type` says otherwise. `kind` is one of
/// `ACALL_KIND_...` and `expect` one of `ACALL_EXPECT_...`, or
/// `ACALL_FLAT_BY_PROFILE`. `idempotency_key` may be empty, `deadline_ms` is 0 for
/// the client's, `cancel` is 0 or a number of `acall_flat_cancel_new`. A length of
/// -1 means that a NUL ends the text.
///
/// `*response` is set on success to a number that stands for the response, in
/// any thread, until `acall_flat_response_free`. `ACALL_OK` says only that there
/// is one: whether the call succeeded is `ACALL_FLAT_RESPONSE_IS_SUCCESS`. Any
/// number of threads at once. Errors, with details from `acall_last_error`:
/// `ACALL_E_NULL`, `_ARGUMENT` (also no such client), `_UTF8`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_client_send(
    client: i64,
    method: *const c_char,
    method_length: i32,
    path: *const c_char,
    path_length: i32,
    headers: *const c_char,
    headers_length: i32,
    body: *const c_char,
    body_length: i32,
    kind: i32,
    expect: i32,
    idempotency_key: *const c_char,
    idempotency_key_length: i32,
    deadline_ms: i64,
    cancel: i64,
    response: *mut i64,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { Place::new(response) }.map_err(Complaint::about("response"))?;
        let client = CLIENTS.find(client).map_err(Complaint::about("client"))?;
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
            expect,
            cancel,
        };
        // SAFETY: the caller's promise is passed on.
        let mut request = unsafe { asked.request() }?;
        // SAFETY: the caller passes NULL or a readable text.
        let key = unsafe { text(idempotency_key, idempotency_key_length) }
            .map_err(Complaint::about("idempotency_key"))?;
        if !key.is_empty() {
            request = request.idempotency_key(key);
        }
        let request = within(request, deadline_ms)?;
        place.write(response::keep(Answer::of(client.send(&request))));
        Ok(())
    })
}

/// Asks about a task until it is finished, as `acall_client_poll` does; the four
/// numbers of its pace are those of `acall_poll_options`, of which 0 is the
/// default. `*response` is that of the last poll, and
/// `ACALL_FLAT_RESPONSE_POLLED` says how the wait ended. Otherwise like
/// `acall_flat_client_send`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_client_poll(
    client: i64,
    method: *const c_char,
    method_length: i32,
    path: *const c_char,
    path_length: i32,
    headers: *const c_char,
    headers_length: i32,
    body: *const c_char,
    body_length: i32,
    kind: i32,
    expect: i32,
    first_delay_ms: i64,
    max_delay_ms: i64,
    deadline_ms: i64,
    max_unknown: i32,
    cancel: i64,
    response: *mut i64,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { Place::new(response) }.map_err(Complaint::about("response"))?;
        let client = CLIENTS.find(client).map_err(Complaint::about("client"))?;
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
            expect,
            cancel,
        };
        // SAFETY: the caller's promise is passed on.
        let request = unsafe { asked.request() }?;
        let pace = poll::checked(first_delay_ms, max_delay_ms, deadline_ms, max_unknown)
            .map_err(|wrong| Complaint::about(wrong.field)(wrong.status))?;
        place.write(response::keep(Answer::of_poll(client.poll(&request, pace))));
        Ok(())
    })
}

/// Ends the hold of a client's credential, as `acall_client_clear_hold` does.
/// Any thread. Errors, with details from `acall_last_error`: `ACALL_E_ARGUMENT`
/// (no such client). Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn acall_flat_client_clear_hold(client: i64) -> acall_status {
    boundary!(flat, {
        let client = CLIENTS.find(client).map_err(Complaint::about("client"))?;
        client.clear_hold();
        Ok(())
    })
}

/// Writes what a client has at this moment, as `acall_client_snapshot_json`
/// does. Any thread. Errors, with details from `acall_last_error`:
/// `ACALL_E_BUFFER_TOO_SMALL` (nothing is written), `_NULL`, `_ARGUMENT` (also no
/// such client). Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_client_snapshot_json(
    client: i64,
    buffer: *mut c_char,
    capacity: i32,
    needed: *mut i32,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        let buffer =
            unsafe { Buffer::new(buffer, capacity, needed) }.map_err(Complaint::about("buffer"))?;
        let client = CLIENTS.find(client).map_err(Complaint::about("client"))?;
        let snapshot = client.snapshot().to_json();
        buffer
            .fill(&Text::verbatim(snapshot.as_bytes()))
            .map_err(Complaint::about("buffer"))
    })
}

/// Frees a client; its number is never given again. Calls that are under way
/// go on, and responses stay. Any thread. Errors, with details from
/// `acall_last_error`: `ACALL_E_ARGUMENT` (no such client). Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn acall_flat_client_free(client: i64) -> acall_status {
    boundary!(flat, {
        CLIENTS.free(client).map_err(Complaint::about("client"))
    })
}

/// Makes what ends calls from any thread, as `acall_cancel_new` does. `*cancel`
/// is set on success to a number that stands for it until
/// `acall_flat_cancel_free`. Any thread. Errors, with details from
/// `acall_last_error`: `ACALL_E_NULL`, `_ARGUMENT`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_cancel_new(cancel: *mut i64) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { Place::new(cancel) }.map_err(Complaint::about("cancel"))?;
        place.write(CANCELS.keep(Cancel::new()));
        Ok(())
    })
}

/// Ends every call that has this number, and those that begin later with it.
/// Any thread. Errors, with details from `acall_last_error`: `ACALL_E_ARGUMENT`
/// (no such number). Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn acall_flat_cancel_cancel(cancel: i64) -> acall_status {
    boundary!(flat, {
        let cancel = CANCELS.find(cancel).map_err(Complaint::about("cancel"))?;
        cancel.cancel();
        Ok(())
    })
}

/// Frees a number of `acall_flat_cancel_new`, which is never given again. Calls
/// that have it go on. Otherwise like `acall_flat_cancel_cancel`.
#[unsafe(no_mangle)]
pub extern "C" fn acall_flat_cancel_free(cancel: i64) -> acall_status {
    boundary!(flat, {
        CANCELS.free(cancel).map_err(Complaint::about("cancel"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_line_by_line() {
        assert_eq!(
            pairs("Accept: a/b\r\nX-Name:é \n\nno colon\n"),
            [
                ("Accept".to_owned(), "a/b".to_owned()),
                ("X-Name".to_owned(), "é".to_owned()),
            ]
        );
    }
}
