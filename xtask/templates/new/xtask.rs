fn main() -> std::process::ExitCode {
    esteira_xtask::main()
}
