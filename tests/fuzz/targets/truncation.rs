//! libFuzzer's door to the property `truncation`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| aftercall_fuzz::truncation(input));
