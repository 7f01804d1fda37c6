//! Fuzzes `routing_reply`; what it promises stands in `src/roads.rs`.
#![no_main]

#[path = "../src/roads.rs"]
#[allow(dead_code, reason = "each target uses its own")]
mod roads;

libfuzzer_sys::fuzz_target!(|input: &[u8]| roads::routing_reply(input));
