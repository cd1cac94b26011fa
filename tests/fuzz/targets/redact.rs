//! libFuzzer's door to the property `redact`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| aftercall_fuzz::redact(input));
