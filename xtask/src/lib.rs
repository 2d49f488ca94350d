//! The tool behind `cargo xtask`.

pub mod diagnostic;
pub mod stage;
pub mod tools;
