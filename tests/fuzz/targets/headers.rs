//! libFuzzer's door to the property `headers`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| aftercall_fuzz::headers(input));
