//! Calling cargo from inside cargo.

use std::{
    collections::BTreeMap,
    env,
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde::Deserialize;

use crate::diagnostic::{Diagnostic, Failure, Result};

/// A cargo to be run in a directory, so that the `.cargo/config.toml` and the toolchain file of
/// that directory hold, as if the user had called it there.
pub(crate) fn command(directory: &Path) -> Command {
    // The cargo that runs us, if one does and it is the right one: that saves rustup's detour.
    let ours = env::var_os("CARGO").filter(|_| has_our_toolchain(directory));
    tool(ours.unwrap_or_else(|| "cargo".into()), directory)
}

/// Another program of the toolchain, or a cargo extension, in the same surroundings.
pub(crate) fn tool(program: impl AsRef<OsStr>, directory: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(directory);
    scrub(&mut command);
    if !has_our_toolchain(directory) {
        command.env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN");
    }
    command
}

/// Whether the toolchain file that holds in a directory is the one that holds here.
fn has_our_toolchain(directory: &Path) -> bool {
    let file = |directory: &Path| {
        directory
            .ancestors()
            .flat_map(|parent| ["rust-toolchain.toml", "rust-toolchain"].map(|n| parent.join(n)))
            .find(|file| file.is_file())
    };
    env::current_dir().is_ok_and(|here| file(&here) == file(directory))
}

/// cargo could not be started at all.
pub(crate) fn not_started(error: io::Error) -> Failure {
    Diagnostic::new(format!("cannot start cargo: {error}"))
        .help("install Rust, and have `cargo` on the PATH")
        .into()
}

/// Removes what cargo sets for the program it runs, which would otherwise look to the nested
/// cargo, and to build scripts, like a wish of the user. What a user sets (CARGO_HOME,
/// CARGO_NET_*, RUSTC_WRAPPER, …) stays, but for the target folder and the default target:
/// those of the generated packages are their own.
fn scrub(command: &mut Command) {
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(is_scrubbed) {
            command.env_remove(name);
        }
    }
}

fn is_scrubbed(name: &str) -> bool {
    const NAMES: [&str; 14] = [
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_PATH",
        "CARGO_MANIFEST_LINKS",
        "CARGO_CRATE_NAME",
        "CARGO_BIN_NAME",
        "CARGO_PRIMARY_PACKAGE",
        "CARGO_MAKEFLAGS",
        "CARGO_TARGET_TMPDIR",
        "CARGO_TARGET_DIR",
        "CARGO_BUILD_TARGET_DIR",
        "CARGO_BUILD_BUILD_DIR",
        "CARGO_BUILD_TARGET",
        "CARGO_UNSTABLE_BUILD_DIR",
        "OUT_DIR",
    ];
    const PREFIXES: [&str; 4] = ["CARGO_PKG_", "CARGO_BIN_EXE_", "CARGO_CFG_", "CARGO_FEATURE_"];
    NAMES.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// How a build ended, as cargo's messages tell it.
#[derive(Debug, PartialEq)]
pub(crate) enum Built {
    /// Everything was built; the executables by the name of their target.
    Done(BTreeMap<String, PathBuf>),
    /// Something does not compile; rustc has said what.
    NotCompiled,
    /// It never came to compiling: dependencies cannot be resolved or are not at hand.
    NotResolved,
}

/// Runs a building cargo command. What cargo and rustc have to say goes to stderr as they say
/// it, colours and progress bar included; only the list of artifacts is read.
pub(crate) fn build(command: &mut Command) -> Result<Built> {
    let output = command
        .args(["--message-format", "json-render-diagnostics"])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(not_started)?;
    Ok(outcome(&output.stdout, output.status.success()))
}

#[derive(Deserialize)]
struct Message {
    reason: String,
    executable: Option<PathBuf>,
    target: Option<MessageTarget>,
}

#[derive(Deserialize)]
struct MessageTarget {
    name: String,
}

fn outcome(messages: &[u8], success: bool) -> Built {
    let mut executables = BTreeMap::new();
    let mut finished = false;
    for line in messages.split(|byte| *byte == b'\n') {
        let Ok(message) = serde_json::from_slice::<Message>(line) else { continue };
        finished |= message.reason == "build-finished";
        if let (Some(executable), Some(target)) = (message.executable, message.target) {
            executables.insert(target.name, executable);
        }
    }
    match (success, finished) {
        (true, _) => Built::Done(executables),
        (false, true) => Built::NotCompiled,
        (false, false) => Built::NotResolved,
    }
}

/// The user's cargo configuration, as far as it decides what is asked of a nested cargo.
#[derive(Debug, Default)]
pub(crate) struct Config(Vec<toml::Table>);

impl Config {
    /// Reads the files that hold in a directory. One that is malformed is left to cargo to
    /// report.
    pub(crate) fn read(directory: &Path) -> Self {
        let above = directory.ancestors().map(|parent| parent.join(".cargo"));
        let files = above.chain(home()).flat_map(|folder| {
            ["config.toml", "config"].into_iter().find_map(|name| {
                fs::read_to_string(folder.join(name)).ok()?.parse::<toml::Table>().ok()
            })
        });
        Self(files.collect())
    }

    /// Whether `build.target` makes a plain `cargo build` compile for another machine.
    pub(crate) fn has_default_target(&self) -> bool {
        self.0.iter().any(|file| file.get("build").is_some_and(|b| b.get("target").is_some()))
    }

    /// Whether `target.<this triple or a cfg>.rustflags` is set.
    fn has_target_flags(&self, triple: &str) -> bool {
        self.0.iter().filter_map(|file| file.get("target")?.as_table()).flatten().any(
            |(key, value)| {
                (key == triple || key.starts_with("cfg(")) && value.get("rustflags").is_some()
            },
        )
    }
}

/// `CARGO_HOME`, where registry sources lie.
pub(crate) fn home() -> Option<PathBuf> {
    folder("CARGO_HOME", ".cargo")
}

/// `RUSTUP_HOME`, where toolchains lie.
pub(crate) fn rustup_home() -> Option<PathBuf> {
    folder("RUSTUP_HOME", ".rustup")
}

fn folder(variable: &str, default: &str) -> Option<PathBuf> {
    match env::var_os(variable).filter(|value| !value.is_empty()) {
        Some(folder) => Some(folder.into()),
        None => Some(env::home_dir()?.join(default)),
    }
}

/// Adds compiler flags to those the user has configured, for a build of `triple`.
///
/// cargo takes flags from exactly one of four places, the first that has any:
/// `CARGO_ENCODED_RUSTFLAGS`, `RUSTFLAGS`, `target.*.rustflags`, `build.rustflags`. Setting one
/// place would silence the user's flags in a later one; so ours join the place that is in use.
/// (`--config` appends to lists, and all matching `target.*` tables are joined.)
pub(crate) fn add_rustflags(
    command: &mut Command,
    flags: &[String],
    config: &Config,
    triple: &str,
) {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let of_triple = format!("CARGO_TARGET_{}_RUSTFLAGS", screaming(triple));
    if let Some(encoded) = variable("CARGO_ENCODED_RUSTFLAGS") {
        command.env("CARGO_ENCODED_RUSTFLAGS", encode(encoded.split('\x1f'), flags));
    } else if let Some(plain) = variable("RUSTFLAGS") {
        command.env_remove("RUSTFLAGS");
        command.env("CARGO_ENCODED_RUSTFLAGS", encode(plain.split_whitespace(), flags));
    } else {
        let target = config.has_target_flags(triple) || variable(&of_triple).is_some();
        let key = if target { "target.'cfg(all())'.rustflags" } else { "build.rustflags" };
        command.arg("--config").arg(format!("{key}={}", toml::Value::from(flags.to_vec())));
    }
}

fn encode<'a>(first: impl Iterator<Item = &'a str>, then: &'a [String]) -> String {
    first.chain(then.iter().map(String::as_str)).collect::<Vec<_>>().join("\x1f")
}

/// A target triple the way it stands in the names of environment variables.
pub(crate) fn screaming(triple: &str) -> String {
    triple.to_ascii_uppercase().replace(['-', '.'], "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_cargo_sets_for_its_child_is_scrubbed() {
        for name in ["CARGO_PKG_NAME", "CARGO_MANIFEST_DIR", "CARGO_TARGET_DIR", "OUT_DIR"] {
            assert!(is_scrubbed(name), "{name}");
        }
        for name in ["CARGO_HOME", "CARGO_NET_OFFLINE", "RUSTC_WRAPPER", "RUSTFLAGS", "CARGO"] {
            assert!(!is_scrubbed(name), "{name}");
        }
    }

    #[test]
    fn the_messages_tell_a_compile_error_from_an_unresolved_dependency() {
        let artifact = r#"{"reason":"compiler-artifact","executable":"/t/debug/x",
            "target":{"name":"x"}}"#
            .replace('\n', "");
        let done = outcome(artifact.as_bytes(), true);
        assert_eq!(done, Built::Done([("x".to_owned(), PathBuf::from("/t/debug/x"))].into()));
        let failed = br#"{"reason":"build-finished","success":false}"#;
        assert_eq!(outcome(failed, false), Built::NotCompiled);
        assert_eq!(outcome(b"", false), Built::NotResolved);
    }

    #[test]
    fn configured_target_flags_count_for_their_target_only() {
        let config = Config(vec![
            "[target.x86_64-unknown-linux-gnu]\nrustflags = []\n[build]\ntarget = 't'"
                .parse()
                .unwrap(),
        ]);
        assert!(config.has_target_flags("x86_64-unknown-linux-gnu"));
        assert!(!config.has_target_flags("aarch64-unknown-linux-gnu"));
        assert!(config.has_default_target());
        assert!(!Config::default().has_default_target());
    }
}
