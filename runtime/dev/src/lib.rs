//! What the local engine of esteira is made of: the sources of its records.
//!
//! None of it is linked into the tool or into a function. The program that `dev` generates uses it.

pub mod mysql;
