//! Typed event pipelines on AWS.
#[allow(unused_extern_crates, reason = "doctests and expansions say `::esteira`")]
extern crate self as esteira;

pub mod manifest;
mod record;

pub use record::{Change, DecodeError, Decoded, Json, Problem, Record, Row, Skipped};
