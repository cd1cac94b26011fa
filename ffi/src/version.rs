//! Which library this is, and whether a program was built for it.

use core::ffi::c_char;

use crate::boundary::boundary;

/// Major version of the header.
pub const ACALL_VERSION_MAJOR: i32 = 0;
/// Minor version of the header.
pub const ACALL_VERSION_MINOR: i32 = 1;
/// Patch version of the header.
pub const ACALL_VERSION_PATCH: i32 = 0;
/// Major * 1000000 + minor * 1000 + patch.
pub const ACALL_VERSION_NUMBER: i32 = 1000;

/// The number of the C ABI that this header describes. It grows by one with
/// each release that adds to the ABI.
pub const ACALL_ABI_VERSION: i32 = 1;

/// Programs built with this ABI, or a later one up to our own, run.
const OLDEST_ABI: i32 = 1;

/// The library's version, such as `"0.1.0"`. Static, NUL-terminated, never
/// NULL. Any thread. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn acall_version_string() -> *const c_char {
    boundary!(c"".as_ptr(), {
        concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
    })
}

/// The library's version as `ACALL_VERSION_NUMBER` counts it. Any thread.
/// Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn acall_version_number() -> i32 {
    boundary!(0, { ACALL_VERSION_NUMBER })
}

/// The number of the library's ABI. Any thread. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn acall_abi_version() -> i32 {
    boundary!(0, { ACALL_ABI_VERSION })
}

/// Whether a program that was compiled with a header of this ABI runs with
/// this library: 1 or 0. Call it as `acall_abi_compatible(ACALL_ABI_VERSION)`,
/// once, if the library is loaded at run time. Any thread. Since 0.1.
#[unsafe(no_mangle)]
pub extern "C" fn acall_abi_compatible(header_abi: i32) -> i32 {
    boundary!(0, {
        i32::from((OLDEST_ABI..=ACALL_ABI_VERSION).contains(&header_abi))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_the_version_is_cargos() {
        let parts = [
            (ACALL_VERSION_MAJOR, env!("CARGO_PKG_VERSION_MAJOR")),
            (ACALL_VERSION_MINOR, env!("CARGO_PKG_VERSION_MINOR")),
            (ACALL_VERSION_PATCH, env!("CARGO_PKG_VERSION_PATCH")),
        ];
        for (number, text) in parts {
            assert_eq!(number.to_string(), text);
        }
        let [major, minor, patch] = parts.map(|(number, _)| number);
        assert_eq!(
            ACALL_VERSION_NUMBER,
            major * 1_000_000 + minor * 1000 + patch
        );
    }

    #[test]
    fn only_abis_that_this_library_still_serves_are_compatible() {
        assert_eq!(acall_abi_compatible(ACALL_ABI_VERSION), 1);
        assert_eq!(acall_abi_compatible(ACALL_ABI_VERSION + 1), 0);
        assert_eq!(acall_abi_compatible(OLDEST_ABI - 1), 0);
    }
}
