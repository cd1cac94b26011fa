//! Judging without structures.

use core::ffi::c_char;
use core::ptr;

use aftercall::{Expect, Profile};

use super::headers::HeaderBlock;
use super::last_error::Complaint;
use super::{bytes, text, verdict};
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
        let asked = Asked {
            profile: (profile, profile_length),
            reply: (http_status, fault, expect, now_unix_ms),
            headers: (headers, headers_length),
            body: (body, body_length),
            method: (ptr::null(), 0),
            path: (ptr::null(), 0),
        };
        // SAFETY: the caller passes NULL or what is as large as it says.
        unsafe { asked.judge(verdict, verdict_capacity) }
    })
}

/// Judges one reply to a known request. A profile may know how the tasks stand
/// that certain requests ask for, and have rules for certain requests.
///
/// `method`, such as `GET`, and `path`, such as `/search/patent`, say what
/// was asked, both or neither; a query behind the path is not looked at. A
/// length of -1 means that a NUL ends the text. Everything else is as in
/// `acall_flat_judge`; how a task stands, `acall_flat_verdict_int` tells.
///
/// Errors, with details from `acall_last_error`: those of `acall_flat_judge`;
/// `ACALL_E_ARGUMENT` also for one of method and path without the other, `_UTF8`
/// also for these. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_flat_judge_request(
    profile: *const c_char,
    profile_length: i32,
    method: *const c_char,
    method_length: i32,
    path: *const c_char,
    path_length: i32,
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
        let asked = Asked {
            profile: (profile, profile_length),
            reply: (http_status, fault, expect, now_unix_ms),
            headers: (headers, headers_length),
            body: (body, body_length),
            method: (method, method_length),
            path: (path, path_length),
        };
        // SAFETY: the caller passes NULL or what is as large as it says.
        unsafe { asked.judge(verdict, verdict_capacity) }
    })
}

/// A text with a flat length.
type Given = (*const c_char, i32);

/// Everything that is judged, as the caller gives it.
struct Asked {
    profile: Given,
    /// Status, fault, what was expected, and the wall clock.
    reply: (i32, i32, i32, i64),
    headers: Given,
    body: Given,
    method: Given,
    path: Given,
}

impl Asked {
    /// Writes the verdict to a block.
    ///
    /// # Safety
    ///
    /// As for [`bytes`] and [`verdict::Place::new`].
    unsafe fn judge(&self, verdict: *mut c_char, capacity: i32) -> Result<(), Complaint> {
        // SAFETY: the caller's promise.
        let block = unsafe { verdict::Place::new(verdict, capacity) }
            .map_err(Complaint::about("verdict"))?;
        let given = |(start, length): Given, name| {
            // SAFETY: the caller's promise.
            unsafe { bytes(start, length) }.map_err(Complaint::about(name))
        };
        let profile = built_in(given(self.profile, "profile")?);
        let profile = profile.map_err(Complaint::about("profile"))?;
        let headers = given(self.headers, "headers")?;
        let body = given(self.body, "body")?;
        // SAFETY: the caller's promise.
        let request = unsafe { request(self.method, self.path) }?;
        let (http_status, fault, expect, now_unix_ms) = self.reply;
        let exchange =
            Exchange::new(http_status, fault, body).map_err(Complaint::about("fault"))?;
        let expect = Expect::from_number(expect)
            .ok_or(Status::Argument)
            .map_err(Complaint::about("expect"))?;
        let list = HeaderBlock(headers);
        let mut reply = exchange.with(Some(&list).filter(|_| !headers.is_empty()), expect);
        if let Some((method, path)) = request {
            reply = reply.with_request(method, path);
        }
        let judged = aftercall::judge(profile, &reply, reply::now(now_unix_ms));
        block.write(&verdict::Block::new(&judged, exchange.body(), headers));
        Ok(())
    }
}

/// Method and path of a request, if they are given.
///
/// # Safety
///
/// As for [`text`].
pub(super) unsafe fn request<'a>(
    method: Given,
    path: Given,
) -> Result<Option<(&'a str, &'a str)>, Complaint> {
    // SAFETY: the caller's promise.
    let method = unsafe { text(method.0, method.1) }.map_err(Complaint::about("method"))?;
    // SAFETY: the caller's promise.
    let path = unsafe { text(path.0, path.1) }.map_err(Complaint::about("path"))?;
    if method.is_empty() != path.is_empty() {
        return Err(Complaint::about("method and path")(Status::Argument));
    }
    Ok(Some((method, path)).filter(|_| !path.is_empty()))
}

pub(super) fn built_in(name: &[u8]) -> Result<&'static Profile, Status> {
    if name.is_empty() {
        return Ok(Profile::eureka());
    }
    let name = core::str::from_utf8(name).map_err(|_| Status::Utf8)?;
    Profile::built_in(name).ok_or(Status::ProfileUnknown)
}
