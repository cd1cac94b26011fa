//! The C ABI of `aftercall`.
//!
//! So far it says which version it is. Judging, and the header, follow.

use core::ffi::c_char;

/// The library's version, such as `0.1.0`: static, NUL-terminated, never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn acall_version_string() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}
