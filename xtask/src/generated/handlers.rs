//! The handlers: one program each, all in one package, so that they share every compiled
//! dependency.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use clap::ValueEnum;
use esteira::manifest::{Architecture, Handler, Item};
use toml::Table;

use super::{Generated, Recipe, app_dependency, lock::Strictness};
use crate::{
    app::App,
    cargo::{self, Config},
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
    let flags = remap(&generated);
    let executables = generated.build(report, |config: &Config| {
        // Under its own name and not as `cargo zigbuild`, so that it is found in our tools too.
        let mut command = cargo::tool(&zigbuild, app.package.directory());
        if let Some(python) = python(&zigbuild) {
            command.env(PYTHON, python);
        }
        command.arg("zigbuild").arg("--release");
        command.arg("--target").arg(format!("{}.{GLIBC}", arch.triple()));
        for name in chosen {
            command.arg("--bin").arg(program(app, name));
        }
        // Jitter entropy costs up to a second of cold start; the kernel's is enough.
        command.env("AWS_LC_SYS_NO_JITTER_ENTROPY", "1");
        cargo::add_rustflags(&mut command, &flags, config, arch.triple());
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
    let mut release = Table::new();
    release.insert("opt-level".into(), 3.into());
    release.insert("lto".into(), "thin".into());
    release.insert("codegen-units".into(), 1.into());
    release.insert("strip".into(), true.into());
    // A panicking record must not take its whole batch with it, so panics are caught.
    release.insert("panic".into(), "unwind".into());
    let mut profile = Table::new();
    profile.insert("release".into(), release.into());
    Recipe {
        name: "handlers",
        dependencies,
        profile,
        programs,
        triples: vec![arch.triple().into()],
        strictness: Strictness::Everything,
    }
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
fn remap(generated: &Generated<'_>) -> Vec<String> {
    // The last prefix that matches wins, so what lies inside another follows it.
    [
        (Some(generated.sources.root.clone()), "/source"),
        (cargo::home(), "/cargo"),
        (cargo::rustup_home(), "/rustup"),
        (Some(generated.target()), "/target"),
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
}
