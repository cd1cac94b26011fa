//! What a client is made from, besides its settings as JSON.

use core::ffi::c_void;
use std::sync::Arc;

use aftercall::client::ClientBuilder;

use super::Userdata;
use super::observer::{Told, acall_log};
use super::transport::{Plug, acall_transport};
use crate::pointer::{self, Sized32};
use crate::profile::{self, acall_profile};
use crate::retry::budget::{self, acall_budget};
use crate::retry::call::acall_observer;
use crate::retry::policy::{self, acall_policy};
use crate::status::Status;

/// Asked at least every 100 ms while a call waits: not 0 cancels the call. For
/// programs whose signal handlers set a flag. Called in the threads that send,
/// by several at once. It must return: no `longjmp`, no exception.
pub type acall_interrupted = Option<unsafe extern "C" fn(userdata: *mut c_void) -> i32>;

/// What a client is made from, besides its settings. Set every byte to zero,
/// then `struct_size`, then what you have: `ACALL_CLIENT_OPTIONS_INIT` does
/// the first two. The library reads it in `acall_client_from_json` only. What
/// `profile`, `policy` and `budget` point to may be freed afterwards; the
/// functions and their userdata must outlive the client.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct acall_client_options {
    /// `sizeof(acall_client_options)`.
    pub struct_size: u32,
    /// No flag is defined yet: 0.
    pub flags: u32,
    /// How the API speaks; NULL for what the settings say.
    pub profile: *const acall_profile,
    /// When attempts are repeated; NULL for what the settings say.
    pub policy: *const acall_policy,
    /// A budget that other clients of the same host and credential share; NULL
    /// for one of the client's own.
    pub budget: *const acall_budget,
    /// What carries the bytes; NULL for what is built in.
    pub transport: acall_transport,
    /// Passed to the transport as it is.
    pub transport_userdata: *mut c_void,
    /// Told of every decision; NULL for nobody.
    pub observer: acall_observer,
    /// Passed to the observer as it is.
    pub observer_userdata: *mut c_void,
    /// Told a line for every decision; NULL for nobody.
    pub log: acall_log,
    /// Passed to the log as it is.
    pub log_userdata: *mut c_void,
    /// Asked while a call waits; NULL for nobody.
    pub interrupted: acall_interrupted,
    /// Passed to the above as it is.
    pub interrupted_userdata: *mut c_void,
}

// SAFETY: integers and pointers that may be NULL, the first is the size.
unsafe impl Sized32 for acall_client_options {
    const FIRST_SIZE: usize = 8 + 11 * size_of::<usize>();
}

/// Adds options to settings. NULL adds nothing.
///
/// # Safety
///
/// `options` is NULL or points to as many bytes as its first field says; what it
/// points to is not freed.
pub(super) unsafe fn add(
    builder: ClientBuilder,
    options: *const acall_client_options,
) -> Result<ClientBuilder, Status> {
    if options.is_null() {
        return Ok(builder);
    }
    // SAFETY: the caller's promise.
    let given = unsafe { pointer::read_options(options) }?;
    if given.flags != 0 {
        return Err(Status::Argument);
    }
    let mut builder = builder;
    if !given.profile.is_null() {
        // SAFETY: the caller's promise.
        if let Some(profile) = unsafe { profile::kept(given.profile) }? {
            builder = builder.profile(profile);
        }
    }
    if !given.policy.is_null() {
        // SAFETY: the caller's promise.
        builder = builder.policy(unsafe { policy::policy(given.policy) }?.clone());
    }
    if !given.budget.is_null() {
        // SAFETY: the caller's promise.
        builder = builder.budget(unsafe { budget::kept(given.budget) }?);
    }
    if let Some(function) = given.transport {
        builder = builder.transport(Plug {
            function,
            userdata: Userdata(given.transport_userdata),
        });
    }
    if given.observer.is_some() || given.log.is_some() {
        builder = builder.observer(Arc::new(Told {
            observer: given.observer,
            observer_userdata: Userdata(given.observer_userdata),
            log: given.log,
            log_userdata: Userdata(given.log_userdata),
        }));
    }
    if let Some(function) = given.interrupted {
        let userdata = Userdata(given.interrupted_userdata);
        // SAFETY: the caller gave a function of this type, which returns.
        let asked = move || unsafe { function(userdata.pointer()) } != 0;
        builder = builder.interrupted(Arc::new(asked));
    }
    Ok(builder)
}
