//! The client, as C programs use it: send, and get a response that owns its
//! bytes, whether the call succeeded or not.
//!
//! * `cancel`: a handle that ends calls from any thread;
//! * `settings`: what a client is made from, besides its JSON;
//! * `observer`: decisions and log lines on their way to C functions;
//! * `transport`: a C function that carries the bytes;
//! * `request`, `response`: what goes in and what comes out; `answer` is behind
//!   the latter, and behind the flat layer's numbers;
//! * `poll`: how a task is waited for;
//! * `client`: the handle itself.
//!
//! Nothing here is in a library that was built without the feature `client`; the
//! header declares it always, so that there is one header.

pub mod cancel;

pub mod transport;

pub mod observer;

pub mod settings;

#[allow(
    clippy::module_inception,
    reason = "the client is what the folder is about"
)]
pub mod client;

pub mod request;

pub mod poll;

pub(crate) mod answer;

pub mod response;

/// Whatever a caller wants back in its callbacks. The caller promises that any
/// thread may use it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Userdata(pub(crate) *mut core::ffi::c_void);

// SAFETY: the library only passes it on, and whoever gives it to a client was
// told that any thread which uses the client does.
unsafe impl Send for Userdata {}

// SAFETY: likewise.
unsafe impl Sync for Userdata {}

impl Userdata {
    /// Not a field: closures then take hold of the whole.
    pub(crate) const fn pointer(self) -> *mut core::ffi::c_void {
        self.0
    }
}

pub(crate) fn size32<T>() -> u32 {
    u32::try_from(size_of::<T>()).unwrap_or_default()
}
