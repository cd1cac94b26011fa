//! libFuzzer's door to the property `profile`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| aftercall_fuzz::profile(input));
