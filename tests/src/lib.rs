//! What the tests across crates share: above all the harness of the end-to-end tests.
//!
//! Everything listens on 127.0.0.1 at ports that were free when they were chosen, and every
//! process that is started ends with the value that stands for it.

pub mod aws;
pub mod batch;
pub mod binary;
pub mod checkout;
pub mod control_plane;
pub mod deployment;
pub mod dms;
pub mod emulator;
pub mod function;
pub mod generate;
mod http;
pub mod local;
pub mod mariadb;
pub mod project;
pub mod recorder;
pub mod relay;
pub mod runtime_api;
pub mod scripted;
pub mod stack;
pub mod suite;
pub mod tool;
pub mod wait;
