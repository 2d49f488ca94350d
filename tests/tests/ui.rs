//! What the compiler says to a mistake, and that what is right compiles.
//!
//! The toolchain pinned by this workspace owns the expected messages. `ESTEIRA_BLESS=1 cargo test
//! -p esteira-tests --test ui` writes them again.

#[test]
fn ui() {
    if std::env::var_os("ESTEIRA_BLESS").is_some() {
        // SAFETY-free: read by trybuild from the environment of this process only.
    }
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/*.rs");
    cases.pass("ui/pass/*.rs");
}
