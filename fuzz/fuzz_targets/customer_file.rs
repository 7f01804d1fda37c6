//! Fuzzes `customer_file`; what it promises stands in `src/lib.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| salessync_fuzz::customer_file(input));
