//! The handlers: one program each, all in one package, so that they share every compiled
//! dependency.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use clap::ValueEnum;
use esteira_manifest::{Architecture, Handler, Item};
use toml::Table;

use super::{
    Generated, Recipe, app_dependency,
    lock::{self, Strictness},
};
use crate::{
    app::App,
    cargo::{self, Built, Config},
    diagnostic::{Diagnostic, Result},
    report::Report,
    sources::Sources,
    tools,
};

/// The processor a function runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Arch {
    /// Graviton: cheaper by a fifth for the same duration.
    #[value(name = "arm64")]
    Arm64,
    /// Intel or AMD.
    #[value(name = "x86_64")]
    X86_64,
}

impl From<Architecture> for Arch {
    fn from(architecture: Architecture) -> Self {
        match architecture {
            Architecture::Arm64 => Self::Arm64,
            Architecture::X86_64 => Self::X86_64,
        }
    }
}

impl Arch {
    /// What Lambda calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::X86_64 => "x86_64",
        }
    }

    /// The one of this machine, if programs for Lambda can run on it at all.
    pub(crate) fn of_this_machine() -> Option<Self> {
        match (env::consts::OS, env::consts::ARCH) {
            ("linux", "aarch64") => Some(Self::Arm64),
            ("linux", "x86_64") => Some(Self::X86_64),
            _ => None,
        }
    }

    fn triple(self) -> &'static str {
        match self {
            Self::Arm64 => "aarch64-unknown-linux-gnu",
            Self::X86_64 => "x86_64-unknown-linux-gnu",
        }
    }
}

/// The C library of provided.al2023 is glibc 2.34; a binary that was linked against a newer one
/// does not start there. Named, so that the build machine's own does not matter.
const GLIBC: &str = "2.34";

/// A handler that has been built.
#[derive(Debug)]
pub(crate) struct Binary {
    /// The function's name in the source.
    pub(crate) handler: String,
    /// The executable, in cargo's folder.
    pub(crate) path: PathBuf,
}

/// Builds the given handlers for one processor, all in one cargo invocation.
pub(crate) fn build(
    app: &App,
    all: &[(&Item, &Handler)],
    chosen: &[&str],
    arch: Arch,
    report: &Report,
) -> Result<Vec<Binary>> {
    let zigbuild = zigbuild(app)?;
    let sources = Sources::of(app)?;
    let generated = Generated::write(app, &sources, recipe(app, &sources, all, arch))?;
    report.status(
        "Building",
        format_args!("{} handlers of {} for {}", chosen.len(), app.name(), arch.name()),
    );
    let flags = remap(&sources.root, &generated.target);
    let executables = generated.build(report, |config: &Config| {
        let mut command = for_lambda(app, arch, &zigbuild, &flags, config);
        for name in chosen {
            command.arg("--bin").arg(program(app, name));
        }
        Ok(command)
    })?;
    chosen
        .iter()
        .map(|name| {
            let found = executables.iter().find(|(target, _)| *target == program(app, name));
            let (_, path) = found
                .ok_or_else(|| Diagnostic::new(format!("cargo built no program for `{name}`")))?;
            Ok(Binary { handler: (*name).to_owned(), path: path.clone() })
        })
        .collect()
}

/// `cargo build` of programs that run in Lambda, to be told which.
fn for_lambda(
    app: &App,
    arch: Arch,
    zigbuild: &Path,
    flags: &[String],
    config: &Config,
) -> Command {
    // Under its own name and not as `cargo zigbuild`, so that it is found in our tools too.
    let mut command = cargo::tool(zigbuild, app.package.directory());
    if let Some(python) = python(zigbuild) {
        command.env(PYTHON, python);
    }
    command.arg("zigbuild").arg("--release");
    command.arg("--target").arg(format!("{}.{GLIBC}", arch.triple()));
    // Jitter entropy costs up to a second of cold start; the kernel's is enough.
    command.env("AWS_LC_SYS_NO_JITTER_ENTROPY", "1");
    cargo::add_rustflags(&mut command, flags, config, arch.triple());
    command
}

/// Builds the programs of a package that is nobody's application just as handlers are built: with
/// their linker and flags, and in their target folder, so that what both depend on is compiled
/// once. Its profile and its lock file are its own; where the lock files name the same package,
/// the versions are the same.
pub(crate) fn build_beside(
    app: &App,
    directory: &Path,
    arch: Arch,
    report: &Report,
) -> Result<BTreeMap<String, PathBuf>> {
    lock::check_beside(app, directory)?;
    let zigbuild = zigbuild(app)?;
    let sources = Sources::of(app)?;
    let target = super::target(app, &sources);
    let config = Config::read(app.package.directory());
    let mut command = for_lambda(app, arch, &zigbuild, &remap(&sources.root, &target), &config);
    command.arg("--locked").arg("--manifest-path").arg(directory.join("Cargo.toml"));
    command.arg("--target-dir").arg(&target).env("CARGO_BUILD_BUILD_DIR", &target);
    super::voice(report, &mut command);
    match cargo::build(&mut command)? {
        Built::Done(executables) => Ok(executables),
        Built::NotCompiled | Built::NotResolved => {
            let what = format!("{} cannot be built: see above", directory.display());
            Err(Diagnostic::new(what).into())
        }
    }
}

/// The binary's name. cargo refuses some names for a binary (`build`, `deps`), and none with a
/// prefix; with the application's in it, those of several can be built at once.
fn program(app: &App, handler: &str) -> String {
    format!("handler-{}-{handler}", app.name())
}

fn recipe<'a>(
    app: &App,
    sources: &Sources,
    handlers: &[(&Item, &Handler)],
    arch: Arch,
) -> Recipe<'a> {
    let mut dependencies = Table::new();
    dependencies.insert("app".into(), app_dependency(app, sources, &["lambda"]).into());
    let programs = handlers
        .iter()
        .map(|(item, handler)| {
            let path = format!("src/bin/{}.rs", item.name());
            (program(app, item.name()), path, main(&handler.entry))
        })
        .collect();
    Recipe {
        name: "handlers",
        target: super::target(app, sources),
        dependencies,
        profile: profile(),
        programs,
        triples: vec![arch.triple().into()],
        strictness: Strictness::Everything,
    }
}

/// How everything that runs in Lambda is compiled.
fn profile() -> Table {
    let mut release = Table::new();
    release.insert("opt-level".into(), 3.into());
    // Across crates it makes the programs no smaller, and takes minutes for each of them that are
    // spent once for all without it.
    release.insert("lto".into(), "off".into());
    release.insert("codegen-units".into(), 1.into());
    release.insert("strip".into(), true.into());
    // A panicking record must not take its whole batch with it, so panics are caught.
    release.insert("panic".into(), "unwind".into());
    let mut profile = Table::new();
    profile.insert("release".into(), release.into());
    profile
}

/// A program that is one handler: it calls the entry point by its exported name, which reaches
/// into private modules and links nothing of the other handlers.
fn main(entry: &str) -> String {
    format!(
        "extern crate app as _;\n\n\
         unsafe extern \"Rust\" {{\n    \
             #[link_name = {entry:?}]\n    \
             safe fn entry() -> std::process::ExitCode;\n\
         }}\n\n\
         fn main() -> std::process::ExitCode {{\n    entry()\n}}\n"
    )
}

/// Flags that replace every absolute path in a binary (panic messages of registry crates, code
/// that build scripts generate) by a fixed one. cargo leaves them out of the hashes it names
/// symbols with. They are the same for all applications of a workspace: cargo compiles anew what
/// was compiled with other flags.
fn remap(root: &Path, target: &Path) -> Vec<String> {
    // The last prefix that matches wins, so what lies inside another follows it.
    [
        (Some(root.to_owned()), "/source"),
        (cargo::home(), "/cargo"),
        (cargo::rustup_home(), "/rustup"),
        (Some(target.to_owned()), "/target"),
    ]
    .into_iter()
    .filter_map(|(from, to)| Some(format!("--remap-path-prefix={}={to}", from?.display())))
    .collect()
}

/// What links for Lambda is installed.
pub(crate) fn check_linker(app: &App) -> Result<()> {
    zigbuild(app).map(drop)
}

/// `cargo-zigbuild`: on the user's PATH, else the one that this workspace has set up for itself.
fn zigbuild(app: &App) -> Result<PathBuf> {
    let name = format!("cargo-zigbuild{}", env::consts::EXE_SUFFIX);
    let own = app.generated().join("tools/zig/bin").join(&name);
    tools::on_path(&name).or_else(|| own.is_file().then_some(own)).ok_or_else(|| {
        Diagnostic::new("cargo-zigbuild, which links for Lambda, is not installed")
            .help("run `pip install cargo-zigbuild`: it brings zig along")
            .into()
    })
}

/// The variable that tells cargo-zigbuild which Python to ask for zig.
const PYTHON: &str = "CARGO_ZIGBUILD_PYTHON_PATH";

/// The Python that cargo-zigbuild was installed with, and zig with it: in a virtual environment
/// that is not active, the Python on the PATH is another one. None if the user names one.
fn python(zigbuild: &Path) -> Option<PathBuf> {
    let beside = fs::canonicalize(zigbuild).ok()?.with_file_name("python3");
    (env::var_os(PYTHON).is_none() && beside.is_file()).then_some(beside)
}

/// The standard library for the target is installed.
pub(crate) fn check_target(app: &App, arch: Arch) -> Result<()> {
    let triple = arch.triple();
    let output = cargo::tool("rustc", app.package.directory())
        .args(["--print", "target-libdir", "--target", triple])
        .output()
        .map_err(|error| Diagnostic::new(format!("cannot start rustc: {error}")))?;
    let folder = String::from_utf8_lossy(&output.stdout);
    if fs::read_dir(folder.trim()).is_ok_and(|mut files| files.next().is_some()) {
        return Ok(());
    }
    Err(Diagnostic::new(format!("the Rust target {triple} is not installed"))
        .help(format!("run `rustup target add {triple}` in {}", app.package.directory().display()))
        .into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_calls_the_entry_point_by_its_exported_name() {
        let text = main("esteira handler app::a::b");
        assert!(text.contains("#[link_name = \"esteira handler app::a::b\"]"), "{text}");
    }

    #[test]
    fn what_handlers_are_compared_with_is_compiled_as_they_are() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/bench/by_hand/Cargo.toml");
        let manifest: Table = fs::read_to_string(path).unwrap().parse().unwrap();
        assert_eq!(manifest["profile"], profile().into());
    }
}
