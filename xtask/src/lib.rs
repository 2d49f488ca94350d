//! The tool behind `cargo xtask`.

pub(crate) mod checks;
pub mod cloudformation;
pub mod diagnostic;
pub mod graph;
pub(crate) mod hcl;
pub(crate) mod iam;
pub mod stage;
pub mod terraform;

#[cfg(test)]
mod fixture;
