//! What the compiler says to a mistake, and that what is right compiles.
//!
//! The toolchain that the workspace pins owns the expected messages.

use std::{env, process::Command};

const BLESS: &str = "ESTEIRA_BLESS=1 cargo test -p esteira-tests --test ui";

#[test]
fn ui() {
    println!("to accept the messages as they are: {BLESS}");
    if env::var_os("ESTEIRA_BLESS").is_some() && env::var_os("TRYBUILD").is_none() {
        // trybuild reads its own variable, and only from the environment.
        let this = env::current_exe().expect("a test knows itself");
        let status = Command::new(this).env("TRYBUILD", "overwrite").status();
        assert!(status.expect("starts again").success());
        return;
    }
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/*.rs");
    cases.pass("ui/pass/*.rs");
}
