//! `cargo esteira` and `cargo xtask`.

fn main() -> std::process::ExitCode {
    esteira_xtask::main()
}
