//! libFuzzer's door to the property `judge`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| aftercall_fuzz::judge(input));
