//! The tool behind `cargo xtask` and `cargo esteira`: a library, so that a user's own three-line
//! `xtask` can call [`main`].

mod app;
mod archive;
mod cargo;
mod cli;
mod commands;
pub mod diagnostic;
mod emit;
mod generated;
mod manifest;
mod output;
mod report;
mod sources;
pub mod stage;
mod suggest;
mod toml_file;
pub mod tools;
mod workspace;

pub use cli::main;
