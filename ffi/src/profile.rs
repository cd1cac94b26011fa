//! Profiles as handles.

use core::ffi::c_char;
use core::ptr;
use std::sync::Arc;

use aftercall::{Finding, Profile, Text};

use crate::boundary::boundary;
use crate::buffer::Buffer;
use crate::constants::{acall_expect, acall_operation_kind};
use crate::error::{Detail, Errand, acall_error};
use crate::pointer::{self, Place};
use crate::status::{Status, acall_status};

/// Everything that is particular to one API: the names of its fields, its
/// codes, its tables. Never changes, so any number of threads may use it at
/// once. Built-in ones live for ever; the others until `acall_profile_free`.
#[derive(Debug)]
pub struct acall_profile {
    _opaque: [u8; 0],
}

/// The profile behind a handle.
///
/// # Safety
///
/// `handle` is NULL, or came from this file and is not freed for as long as
/// the reference lives.
pub(crate) unsafe fn profile<'a>(handle: *const acall_profile) -> Result<&'a Profile, Status> {
    // SAFETY: a handle is the address of a `Profile`; the rest is promised.
    unsafe { pointer::reference(handle.cast()) }
}

fn is_built_in(profile: &Profile) -> bool {
    Profile::built_in(profile.name()).is_some_and(|built_in| ptr::eq(built_in, profile))
}

/// The same, to be kept; `None` for a built-in one, which needs no keeping.
///
/// # Safety
///
/// As for [`profile`].
#[cfg(feature = "client")]
pub(crate) unsafe fn kept(handle: *const acall_profile) -> Result<Option<Arc<Profile>>, Status> {
    // SAFETY: the caller's promise.
    let given = unsafe { profile(handle) }?;
    if is_built_in(given) {
        return Ok(None);
    }
    // SAFETY: every other profile is counted; here is one more owner.
    unsafe { Arc::increment_strong_count(given) };
    // SAFETY: that owner is this one.
    Ok(Some(unsafe { Arc::from_raw(given) }))
}

const fn handle(profile: &Profile) -> *const acall_profile {
    (&raw const *profile).cast()
}

/// The built-in profile of the Eureka Open Platform REST API. Never NULL,
/// never to be freed. Any thread. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn acall_profile_eureka() -> *const acall_profile {
    boundary!(ptr::null(), { handle(Profile::eureka()) })
}

/// Finds a built-in profile by its name: `name_length` bytes, without a NUL.
///
/// `*profile` is set to it on success; it is never to be freed. Any thread.
/// Errors: `ACALL_E_PROFILE_UNKNOWN`, `_NULL`, `_ARGUMENT`, `_UTF8`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_profile_builtin(
    name: *const c_char,
    name_length: usize,
    profile: *mut *const acall_profile,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { Place::new(profile) }?;
        // SAFETY: the caller passes NULL or a readable text.
        let name = unsafe { pointer::text(name.cast(), name_length) }?;
        let found = Profile::built_in(name).ok_or(Status::ProfileUnknown)?;
        place.write(handle(found));
        Ok(())
    })
}

/// Reads a profile from JSON: `json_length` bytes, at most 16 MiB, without a
/// NUL. The library keeps no pointer to them.
///
/// `*profile` is set on success and belongs to the caller, who frees it with
/// `acall_profile_free`. `error` may be NULL; else `*error` is set to NULL on
/// success, and otherwise to what was wrong and where, which the caller frees
/// with `acall_error_free`. Any thread. Errors: `ACALL_E_PROFILE`, `_NULL`,
/// `_ARGUMENT`, `_UTF8`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_profile_from_json(
    json: *const c_char,
    json_length: usize,
    profile: *mut *mut acall_profile,
    error: *mut *mut acall_error,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a writable place.
        let errand = unsafe { Errand::new(error) }?;
        let refuse = |status| errand.give(Detail::of_status(status));
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { Place::new(profile) }.map_err(refuse)?;
        // SAFETY: the caller passes NULL or a readable text.
        let json = unsafe { pointer::text(json.cast(), json_length) }.map_err(refuse)?;
        let read = Profile::shared_from_json(json)
            .map_err(|error| errand.give(Detail::of_document(Status::Profile, &error)))?;
        place.write(Arc::into_raw(read).cast_mut().cast());
        Ok(())
    })
}

/// Says what is wrong with the JSON of a profile, and what is odd: every error
/// and every warning, in the order of the text, at most 1000 of them.
///
/// Writes a JSON array to `buffer`, with a NUL behind it: objects with
/// `severity` (`error` or `warning`), `lint` (`syntax`, `invalid`, or the name
/// of a warning), `line` and `column` from 1, `path` and `message`. `[]` if
/// there is nothing to say; without errors `acall_profile_from_json` reads the
/// text. `*needed` is set to the size that the buffer must have, the NUL
/// included, also if `buffer` is NULL and `capacity` 0; `needed` may be NULL.
/// Any thread. Errors: `ACALL_E_BUFFER_TOO_SMALL` (nothing is written), `_NULL`,
/// `_ARGUMENT`, `_UTF8`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_profile_check(
    json: *const c_char,
    json_length: usize,
    buffer: *mut c_char,
    capacity: usize,
    needed: *mut usize,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a buffer as large as it says.
        let buffer = unsafe { Buffer::new(buffer, capacity, needed) }?;
        // SAFETY: the caller passes NULL or a readable text.
        let json = unsafe { pointer::text(json.cast(), json_length) }?;
        let findings = Finding::to_json(&Profile::check(json));
        buffer.fill(&Text::verbatim(findings.as_bytes()))
    })
}

/// What a profile knows of the operation behind a method and a path: its kind,
/// and what its reply is. What it does not list is a query if the method is
/// GET, HEAD or OPTIONS, else a mutation, and has an envelope.
///
/// `method` and `path` are UTF-8 without a NUL; a query behind the path is not
/// looked at. `*kind` and `*expect` are set on success; either may be NULL. Any
/// thread. Errors: `ACALL_E_NULL`, `_ARGUMENT`, `_UTF8`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_profile_operation(
    profile: *const acall_profile,
    method: *const c_char,
    method_length: usize,
    path: *const c_char,
    path_length: usize,
    kind: *mut acall_operation_kind,
    expect: *mut acall_expect,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a profile that is not freed.
        let profile = unsafe { self::profile(profile) }?;
        // SAFETY: the caller passes NULL or a readable text.
        let method = unsafe { pointer::text(method.cast(), method_length) }?;
        // SAFETY: the caller passes NULL or a readable text.
        let path = unsafe { pointer::text(path.cast(), path_length) }?;
        // SAFETY: the caller passes NULL or a writable place.
        let kind = unsafe { Place::optional(kind) }?;
        // SAFETY: the caller passes NULL or a writable place.
        let expect = unsafe { Place::optional(expect) }?;
        let operation = profile.operation(method, path);
        if let Some(place) = kind {
            place.write(operation.kind().number());
        }
        if let Some(place) = expect {
            place.write(operation.expect().number());
        }
        Ok(())
    })
}

/// Whether the profile's API is served from a host, which may have a port: 1,
/// else 0. Any thread. `*is_for_host` is set on success. Errors: `ACALL_E_NULL`,
/// `_ARGUMENT`, `_UTF8`. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_profile_is_for_host(
    profile: *const acall_profile,
    host: *const c_char,
    host_length: usize,
    is_for_host: *mut i32,
) -> acall_status {
    boundary!({
        // SAFETY: the caller passes NULL or a profile that is not freed.
        let profile = unsafe { self::profile(profile) }?;
        // SAFETY: the caller passes NULL or a readable text.
        let host = unsafe { pointer::text(host.cast(), host_length) }?;
        // SAFETY: the caller passes NULL or a writable place.
        let place = unsafe { Place::new(is_for_host) }?;
        place.write(i32::from(profile.is_for_host(host)));
        Ok(())
    })
}

/// Frees a profile that `acall_profile_from_json` made, with the rule texts of
/// every verdict made by it. NULL and built-in profiles are left alone. No
/// other thread may still use it. Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_profile_free(profile: *mut acall_profile) {
    boundary!((), {
        // SAFETY: the caller passes NULL or a profile that is not freed.
        let Ok(given) = (unsafe { self::profile(profile) }) else {
            return;
        };
        if !is_built_in(given) {
            // SAFETY: `acall_profile_from_json` counted one owner for its caller.
            Profile::release(unsafe { Arc::from_raw(given) });
        }
    });
}

/// The profile's name, such as `eureka`.
///
/// `*text` and `*length` are set on success. UTF-8 without a NUL, valid for as
/// long as the profile. Any thread. Errors: `ACALL_E_NULL`, `_ARGUMENT`.
/// Since 0.1.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_profile_name(
    profile: *const acall_profile,
    text: *mut *const c_char,
    length: *mut usize,
) -> acall_status {
    // SAFETY: the caller's promises are the same.
    boundary!({ unsafe { lend(profile, Profile::name, text, length) } })
}

/// The version of the profile's data; otherwise like `acall_profile_name`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn acall_profile_version(
    profile: *const acall_profile,
    text: *mut *const c_char,
    length: *mut usize,
) -> acall_status {
    // SAFETY: the caller's promises are the same.
    boundary!({ unsafe { lend(profile, Profile::version, text, length) } })
}

/// # Safety
///
/// As for [`profile`]; the places are NULL or writable.
unsafe fn lend(
    handle: *const acall_profile,
    part: for<'p> fn(&'p Profile) -> &'p str,
    text: *mut *const c_char,
    length: *mut usize,
) -> Result<(), Status> {
    // SAFETY: the caller's promise.
    let profile = unsafe { profile(handle) }?;
    // SAFETY: the caller's promise.
    let text = unsafe { Place::new(text) }?;
    // SAFETY: the caller's promise.
    let length = unsafe { Place::new(length) }?;
    let part = part(profile);
    text.write(part.as_ptr().cast());
    length.write(part.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    static_assertions::assert_impl_all!(Profile: Send, Sync);
    static_assertions::assert_impl_all!(Detail: Send, Sync);

    #[test]
    fn freeing_a_built_in_profile_leaves_it_alone() {
        let eureka = acall_profile_eureka();
        // SAFETY: the handle is valid, before and after.
        unsafe {
            acall_profile_free(eureka.cast_mut());
            acall_profile_free(ptr::null_mut());
            assert_eq!(profile(eureka).map(Profile::name), Ok("eureka"));
        }
    }
}
