//! Whatever a stream delivers, the decoder answers and does not panic.
#![no_main]

#[allow(dead_code, reason = "the other target uses the rest")]
#[path = "../../../runtime/tests/record/properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    properties::any_bytes(bytes);
});
