//! The client as a handle.

use core::ffi::c_char;

use aftercall::Text;
use aftercall::client::{Client, ClientBuilder};

use super::answer::Answer;
use super::poll::{self, acall_poll_options};
use super::request::{self, acall_request};
use super::response::acall_response;
use super::settings::{self, acall_client_options};
use crate::boundary::boundary;
use crate::buffer::Buffer;
use crate::error::{Detail, Errand, acall_error};
use crate::pointer::{self, Place};
use crate::status::{Status, acall_status};

/// Sends requests to one API with one credential, and repeats them as its
/// policy allows. Make one and keep it: its calls share connections, tokens,
/// the retry budget and the hold. Pointers to it are pointers to `const`
/// because any number of threads may send at once.
#[derive(Debug)]
pub struct acall_client {
    _opaque: [u8; 0],
}

/// The client behind a handle.
///
/// # Safety
///
/// `handle` is NULL, or came from this file and is not freed for as long as
/// the reference lives.
unsafe fn client<'a>(handle: *const acall_client) -> Result<&'a Client, Status> {
    // SAFETY: a handle is the address of a `Client`; the rest is promised.
    unsafe { pointer::reference(handle.cast()) }
}

/// Makes a client from settings in JSON: `json_length` bytes, at most 4 MiB,
/// without a NUL. The library keeps no pointer to them. `options` may be NULL.
///
/// The settings, with their defaults: `base_url` (needed; `https`, or `http` to
/// this machine); `api_key`, or `client_id` and `client_secret`; `token_path`
/// `/oauth/token`; `allow_plain_http` false; `profile` `eureka`; `policy`, a
/// policy's JSON; `deadline_ms` 180000; `attempt_timeout_ms` 60000;
/// `connect_timeout_ms` 5000; `idle_timeout_ms` 15000; `max_idle_connections` 32;
/// `max_body_bytes` 67108864; `max_download_bytes` 4294967296; `proxy`,
/// `no_proxy`, `proxy_from_environment` false; `ca_pem` or `ca_file`; `gzip`
/// true; `user_agent`.
///
/// `*client` is set on success and belongs to the caller, who frees it with
/// `acall_client_free`. `error` may be NULL; else `*error` is set to NULL on
/// success, and otherwise to what was wrong and where, without any credential,
/// which the caller frees with `acall_error_free`. Nothing is sent. Any thread.
/// Errors: `ACALL_E_CLIENT`, `_NULL`, `_ARGUMENT`, `_UTF8`, `_ABI_MISMATCH`.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_client_from_json(
    json: *const c_char,
    json_length: usize,
    options: *const acall_client_options,
    client: *mut *mut acall_client,
    error: *mut *mut acall_error,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a writable place.
        let errand = unsafe { Errand::new(error) }?;
        let about = |name| move |status| Detail::of_argument(name, status);
        let refuse = |detail| errand.give(detail);
        let wrong =
            |error: aftercall::Error| errand.give(Detail::of_document(Status::Client, &error));
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { Place::new(client) }
            .map_err(about("client"))
            .map_err(refuse)?;
        // SAFETY: the caller passes NULL or a readable text.
        let json = unsafe { pointer::text(json.cast(), json_length) }
            .map_err(about("json"))
            .map_err(refuse)?;
        let builder = ClientBuilder::from_json(json).map_err(wrong)?;
        // SAFETY: the caller passes NULL or options as large as they say.
        let builder = unsafe { settings::add(builder, options) }
            .map_err(about("options"))
            .map_err(refuse)?;
        let made = builder.build().map_err(wrong)?;
        place.write(Box::into_raw(Box::new(made)).cast());
        Ok(())
    })
}

/// Sends a request and waits for the end of the call: a success, or a failure
/// that nothing more can be done about. Blocks the calling thread for no
/// longer than the deadline.
///
/// `*response` is set on success and belongs to the caller, who frees it with
/// `acall_response_free`. `ACALL_OK` says only that there is one: whether the
/// call succeeded is `acall_response_is_success`. What cannot be sent is a
/// failure too, of the fault `ACALL_FAULT_BAD_REQUEST`. `request` is only read.
///
/// `error` may be NULL; else `*error` is set to NULL on success, and otherwise to
/// which argument was wrong, which the caller frees with `acall_error_free`. Any
/// number of threads at once. Errors: `ACALL_E_NULL`, `_ARGUMENT`, `_UTF8`,
/// `_ABI_MISMATCH`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_client_send(
    client: *const acall_client,
    request: *const acall_request,
    response: *mut *mut acall_response,
    error: *mut *mut acall_error,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a writable place.
        let errand = unsafe { Errand::new(error) }?;
        let refuse = |name| {
            let errand = &errand;
            move |status| errand.give(Detail::of_argument(name, status))
        };
        // SAFETY: the caller passes NULL or a client that is not freed.
        let client = unsafe { self::client(client) }.map_err(refuse("client"))?;
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { Place::new(response) }.map_err(refuse("response"))?;
        // SAFETY: the caller passes NULL or a request that nobody changes.
        let request = unsafe { request::read(request) }
            .map_err(|wrong| errand.give(Detail::of_argument(wrong.field, wrong.status)))?;
        place.write(Answer::of(client.send(&request)).hand_out());
        Ok(())
    })
}

/// Asks about a task until it is finished, by the profile's words for how tasks
/// stand: a task that is pending is asked about again, after growing waits with
/// some chance in them. Each poll is a call like that of `acall_client_send`, a
/// query unless the request says otherwise, and none goes on when the wait is
/// over. `options` may be NULL. Blocks the calling thread; the request's
/// `cancel` ends it, in its waits too.
///
/// `*response` is that of the last poll, and `acall_response_polled` says how
/// the wait ended. Otherwise like `acall_client_send`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_client_poll(
    client: *const acall_client,
    request: *const acall_request,
    options: *const acall_poll_options,
    response: *mut *mut acall_response,
    error: *mut *mut acall_error,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a writable place.
        let errand = unsafe { Errand::new(error) }?;
        let refuse = |name| {
            let errand = &errand;
            move |status| errand.give(Detail::of_argument(name, status))
        };
        // SAFETY: the caller passes NULL or a client that is not freed.
        let client = unsafe { self::client(client) }.map_err(refuse("client"))?;
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { Place::new(response) }.map_err(refuse("response"))?;
        // SAFETY: the caller passes NULL or a request that nobody changes.
        let request = unsafe { request::read(request) }
            .map_err(|wrong| errand.give(Detail::of_argument(wrong.field, wrong.status)))?;
        // SAFETY: the caller passes NULL or options as large as they say.
        let options = unsafe { poll::read(options) }
            .map_err(|wrong| errand.give(Detail::of_argument(wrong.field, wrong.status)))?;
        place.write(Answer::of_poll(client.poll(&request, options)).hand_out());
        Ok(())
    })
}

/// Ends the hold of the client's credential: the balance was topped up, or
/// somebody knows better for another reason. Any thread. Errors: `ACALL_E_NULL`,
/// `_ARGUMENT`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_client_clear_hold(client: *const acall_client) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a client that is not freed.
        unsafe { self::client(client) }?.clear_hold();
        Ok(())
    })
}

/// Forgets the access token, so that the next call fetches another. Otherwise
/// like `acall_client_clear_hold`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_client_forget_token(client: *const acall_client) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a client that is not freed.
        unsafe { self::client(client) }?.forget_token();
        Ok(())
    })
}

/// Writes what the client has at this moment, for metrics, as a JSON object:
/// `calls_under_way`, `calls_ended`, `attempts`, `budget`, `hold` and `token`,
/// the last three objects or null. Later versions may add fields.
///
/// `buffer` gets it with a NUL behind it. `*needed` is set to the size that the
/// buffer must have, the NUL included, also if `buffer` is NULL and `capacity`
/// 0; `needed` may be NULL. 1,000 bytes are enough. Any thread. Errors:
/// `ACALL_E_BUFFER_TOO_SMALL` (nothing is written), `_NULL`, `_ARGUMENT`.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_client_snapshot_json(
    client: *const acall_client,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        let buffer = unsafe { Buffer::new(buffer, capacity, needed) }?;
        // SAFETY: the caller passes NULL or a client that is not freed.
        let snapshot = unsafe { self::client(client) }?.snapshot().to_json();
        buffer.fill(&Text::verbatim(snapshot.as_bytes()))
    })
}

/// Frees a client. NULL is fine. Its responses stay. No other thread may still
/// use it, and none of its callbacks may free it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_client_free(client: *mut acall_client) {
    boundary!((), {
        let client = client.cast::<Client>();
        if !client.is_null() && client.is_aligned() {
            // SAFETY: the caller hands back what this file once handed out.
            drop(unsafe { Box::from_raw(client) });
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    static_assertions::assert_impl_all!(Client: Send, Sync);
}
