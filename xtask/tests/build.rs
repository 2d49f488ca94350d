//! `build`: the programs that become Lambdas. Needs cargo-zigbuild and the Rust targets.

mod fixture;

use std::{
    env,
    ffi::OsString,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use fixture::Fixture;

/// A PATH with cargo-zigbuild on it: the user's, or what `cargo xtask test` has set up. None, and
/// a counted skip, if it is nowhere.
fn path_with_zig(test: &str) -> Option<OsString> {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/esteira/tools/zig/bin");
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).chain([tools]).collect();
    if folders.iter().any(|folder| folder.join("cargo-zigbuild").is_file()) {
        return Some(env::join_paths(folders).unwrap());
    }
    let why = format!("{test}: cargo-zigbuild is not installed");
    assert!(!env::var("CI").is_ok_and(|ci| ci == "true" || ci == "1"), "{why}");
    eprintln!("skipped {why}");
    if let Some(file) = env::var_os("ESTEIRA_TEST_SKIPS") {
        let mut file = fs::OpenOptions::new().append(true).create(true).open(file).unwrap();
        writeln!(file, "{why}").unwrap();
    }
    None
}

fn lambda(fixture: &Fixture, app: &str) -> PathBuf {
    fixture.root.join(format!("target/esteira/{app}/dev/lambda"))
}

/// The newest glibc that a binary asks for, by the version names it carries.
fn glibc(binary: &[u8]) -> u32 {
    let text = String::from_utf8_lossy(binary);
    let versions = text.split("GLIBC_2.").skip(1);
    let minor = |text: &str| {
        let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        text[..end].parse().ok()
    };
    versions.filter_map(minor).max().expect("a dynamic executable names its glibc")
}

#[test]
fn zips_are_the_same_from_two_checkouts_and_run_on_lambda_s_glibc() {
    let Some(path) = path_with_zig("two checkouts") else { return };
    let variables = [("PATH", path.as_os_str())];
    let (here, there) = (Fixture::new(), Fixture::deeper());
    let run = here.run_with(".", &["build"], &variables).ended(0);
    assert!(run.stdout.contains("primeiro") && run.stdout.contains("MB"), "{}", run.stdout);
    let compiled = run.stderr.matches("Compiling esteira v").count();
    assert_eq!(compiled, 2, "once to describe and once to build, for both:\n{}", run.stderr);
    there.run_with("one", &["build"], &variables).ended(0);

    for handler in ["primeiro", "segundo"] {
        let zip =
            |fixture| fs::read(lambda(fixture, "one").join(format!("{handler}.zip"))).unwrap();
        assert!(zip(&here) == zip(&there), "{handler}.zip");
        let binary = fs::read(lambda(&here, "one").join(handler).join("bootstrap")).unwrap();
        assert!(glibc(&binary) <= 34, "{}", glibc(&binary));
        assert_eq!(binary[18], 183, "EM_AARCH64");
        let text = String::from_utf8_lossy(&binary);
        for place in [&here.root, &there.root] {
            assert!(!text.contains(place.to_str().unwrap()), "{handler} names {place:?}");
        }
    }
    // cargo has no binaries called `build`, but a handler may be.
    assert!(lambda(&here, "two").join("build.zip").exists());
}

#[test]
fn each_program_is_one_handler() {
    let Some(path) = path_with_zig("each program") else { return };
    let variables = [("PATH", path.as_os_str())];
    let fixture = Fixture::new();
    let build = |more: &[&str]| {
        let arguments = [&["build", "--app", "one", "--arch", "x86_64"], more].concat();
        fixture.run_with(".", &arguments, &variables)
    };
    build(&["--handler", "primero"]).refused(&["no handler `primero`", "mean `primeiro`?"]);
    let run = build(&["--handler", "segundo", "--json"]).ended(0);
    let data: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let built = data["applications"][0]["handlers"].as_array().unwrap();
    assert_eq!(built.len(), 1);
    assert!(built[0]["zip_bytes"].as_u64().unwrap() > 1000);
    assert!(!lambda(&fixture, "one").join("primeiro.zip").exists());

    if cfg!(all(target_arch = "x86_64", target_os = "linux")) {
        let program = lambda(&fixture, "one").join("segundo/bootstrap");
        let output = Command::new(program).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(output.stdout, b"segundo source/one/src/lib.rs\n");
    }
}

#[test]
fn a_version_that_the_application_does_not_pin_is_refused() {
    let Some(path) = path_with_zig("unpinned version") else { return };
    let fixture = Fixture::new();
    let lock = fixture.read("Cargo.lock");
    let pinned: Vec<_> = lock.split("\n\n").filter(|p| !p.contains("name = \"itoa\"")).collect();
    fixture.write("Cargo.lock", &pinned.join("\n\n").replace(" \"itoa\",\n", ""));
    fixture
        .run_with("one", &["build"], &[("PATH", path.as_os_str())])
        .refused(&["does not pin `itoa 1.", "run `cargo update --workspace`"]);
}

#[test]
#[cfg(unix)]
fn a_missing_tool_is_named() {
    let fixture = Fixture::new();
    fs::create_dir(fixture.root.join("bin")).unwrap();
    let bin = fixture.root.join("bin");
    let path = env::var_os("PATH").unwrap_or_default();
    for program in ["cargo", "rustc"] {
        let found = env::split_paths(&path).map(|p| p.join(program)).find(|p| p.is_file());
        std::os::unix::fs::symlink(found.unwrap(), bin.join(program)).unwrap();
    }
    fixture.run_with("one", &["build"], &[("PATH", bin.as_os_str())]).refused(&[
        "cargo-zigbuild",
        "is not installed",
        "pip install cargo-zigbuild",
    ]);
}
