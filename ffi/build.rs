//! Names the shared library for the dynamic linker.
//!
//! Plain cargo sets no SONAME. `nodelete` keeps the library mapped after
//! `dlclose`: thread-local destructors of the standard library would otherwise
//! run in unmapped memory when a thread ends.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libaftercall.so.0");
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
