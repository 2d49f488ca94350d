//! `cargo esteira` and `cargo xtask`.
fn main() {}
