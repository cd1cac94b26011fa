//! Judging without structures.

use core::ffi::c_char;

use aftercall::{Expect, Profile};

use super::headers::HeaderBlock;
use super::last_error::Complaint;
use super::{bytes, verdict};
use crate::boundary::boundary;
use crate::reply::{self, Exchange};
use crate::status::{Status, acall_status};

/// Judges one reply, in integers and strings.
///
/// `profile` is the name of a built-in profile, or NULL with length 0 for
/// `eureka`. `http_status` is 0 if it is not known, `fault` is 0 or
/// `ACALL_FAULT_...`, `expect` is 0 or `ACALL_EXPECT_...`, `now_unix_ms` is the
/// wall clock or 0. `headers` is one text with a line `Name: value` for each
/// header, ended by CR LF or LF: those of the last reply alone, if there were
/// redirects. A length of -1 means that a NUL ends the text. NULL with length 0
/// is fine for headers and body.
///
/// `verdict` is a block of at least `ACALL_FLAT_VERDICT_SIZE` bytes that belongs
/// to the caller, at any address; it is written only on success, holds no
/// pointer, may be copied and kept, and is read with `acall_flat_verdict_int`
/// and `acall_flat_verdict_text`. Any thread.
///
/// Errors, with details from `acall_last_error`: `ACALL_E_NULL`, `_ARGUMENT`,
/// `_UTF8` (the profile's name), `_BUFFER_TOO_SMALL` (the block),
/// `ACALL_E_PROFILE_UNKNOWN`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_judge(
    profile: *const c_char,
    profile_length: i32,
    http_status: i32,
    fault: i32,
    expect: i32,
    now_unix_ms: i64,
    headers: *const c_char,
    headers_length: i32,
    body: *const c_char,
    body_length: i32,
    verdict: *mut c_char,
    verdict_capacity: i32,
) -> acall_status {
    boundary!(flat, {
        // SAFETY: the caller passes NULL or a block as large as it says.
        let block = unsafe { verdict::Place::new(verdict, verdict_capacity) }
            .map_err(Complaint::about("verdict"))?;
        // SAFETY: the caller passes NULL or a readable text.
        let name =
            unsafe { bytes(profile, profile_length) }.map_err(Complaint::about("profile"))?;
        let profile = built_in(name).map_err(Complaint::about("profile"))?;
        // SAFETY: the caller passes NULL or readable headers.
        let headers =
            unsafe { bytes(headers, headers_length) }.map_err(Complaint::about("headers"))?;
        // SAFETY: the caller passes NULL or a readable body.
        let body = unsafe { bytes(body, body_length) }.map_err(Complaint::about("body"))?;
        let exchange =
            Exchange::new(http_status, fault, body).map_err(Complaint::about("fault"))?;
        let expect = Expect::from_number(expect)
            .ok_or(Status::Argument)
            .map_err(Complaint::about("expect"))?;
        let list = HeaderBlock(headers);
        let reply = exchange.with(Some(&list).filter(|_| !headers.is_empty()), expect);
        let judged = aftercall::judge(profile, &reply, reply::now(now_unix_ms));
        block.write(&verdict::Block::new(&judged, exchange.body(), headers));
        Ok(())
    })
}

pub(super) fn built_in(name: &[u8]) -> Result<&'static Profile, Status> {
    if name.is_empty() {
        return Ok(Profile::eureka());
    }
    let name = core::str::from_utf8(name).map_err(|_| Status::Utf8)?;
    Profile::built_in(name).ok_or(Status::ProfileUnknown)
}
