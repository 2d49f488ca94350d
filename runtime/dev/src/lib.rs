//! Runs an application on one machine: the program that `cargo xtask dev` makes of it.
//!
//! The engine is `esteira`'s own; here is what it needs to be used: where rows come from, what
//! keeps its state, an endpoint that speaks AWS's protocols, and what shows how it goes.

mod backend;
pub mod binaries;
pub mod endpoint;
pub mod mysql;
mod run;
mod source;
mod store;
pub mod view;

pub use run::main;
