//! Whatever DMS may write of a row is read back as the row.
#![no_main]

#[allow(dead_code, reason = "the other target uses the rest")]
#[path = "../../../runtime/tests/record/properties.rs"]
mod properties;

libfuzzer_sys::fuzz_target!(|written: properties::Written| properties::round_trip(written));
