//! The tool behind `cargo xtask` and `cargo esteira`: a library, so that a user's own three-line
//! `xtask` can call [`main`].

mod app;
mod archive;
mod aws;
mod cargo;
mod checks;
mod cli;
pub mod cloudformation;
mod commands;
pub mod copy;
mod deploy;
mod deployer;
pub mod diagnostic;
pub mod diagram;
mod emit;
mod generated;
pub mod graph;
mod hcl;
mod iam;
mod invocation;
mod logs;
mod manifest;
mod moment;
mod output;
mod parallel;
mod redrive;
mod report;
mod sample;
pub mod schema;
mod signals;
mod sources;
pub mod stage;
mod status;
mod suggest;
pub mod terraform;
mod toml_file;
pub mod tools;
mod workspace;

#[cfg(test)]
mod fixture;

pub use cli::main;
pub use commands::bench::{deploy::plan as bench_deploy, handlers::plan as bench};
