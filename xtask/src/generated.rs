//! The generated packages: programs that link an application without being part of its
//! workspace.
//!
//! Each is a workspace of its own under `<target>/esteira/<app>/`. They are compiled where no editor
//! ever holds the lock, so that none blocks a synth.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use toml::{Table, Value};

use crate::{
    app::App,
    cargo::{self, Built, Config},
    diagnostic::{Diagnostic, Failure, Result},
    output,
    report::Report,
    sources::{LINK, Sources},
};

mod describe;
mod dev;
mod handlers;
mod lock;

pub(crate) use describe::describe;
pub(crate) use dev::{Program, build as build_dev};
pub(crate) use handlers::{
    Arch, Binary, build as build_handlers, build_beside, check_linker, check_target,
};
use lock::Strictness;

/// A generated package, on disk.
struct Generated<'a> {
    app: &'a App,
    sources: &'a Sources,
    directory: PathBuf,
    /// The target folder.
    target: PathBuf,
    /// The target triples that it is compiled for.
    triples: Vec<String>,
    strictness: Strictness,
}

/// What tells one generated package from another.
struct Recipe<'a> {
    /// `describe`, `dev` or `handlers`.
    name: &'a str,
    target: PathBuf,
    dependencies: Table,
    profile: Table,
    /// Its programs: name of the binary, path and text of the source.
    programs: Vec<(String, String, String)>,
    triples: Vec<String>,
    strictness: Strictness,
}

impl<'a> Generated<'a> {
    /// Writes a generated package; files that would be the same are not touched, so that cargo
    /// finds nothing to do.
    fn write(app: &'a App, sources: &'a Sources, recipe: Recipe<'_>) -> Result<Self> {
        let directory = app.folder().join(recipe.name);
        let manifest = manifest(app, sources, &recipe);
        output::write(&directory.join("Cargo.toml"), manifest.as_bytes())?;
        for (_, path, text) in &recipe.programs {
            output::write(&directory.join(path), text.as_bytes())?;
        }
        let link = directory.join(LINK);
        relink(&link, &sources.root).map_err(|error| unwritable(&link, &error))?;
        let Recipe { target, triples, strictness, .. } = recipe;
        Ok(Self { app, sources, directory, target, triples, strictness })
    }

    /// Builds with a command that `prepare` completes. Dependencies are taken from what is at
    /// hand; if something is missing, it is fetched and the build tried once more.
    fn build(
        &self,
        report: &Report,
        prepare: impl Fn(&Config) -> Result<Command>,
    ) -> Result<Vec<(String, PathBuf)>> {
        let config = Config::read(self.app.package.directory());
        let mut fetched = self.lock(report)?;
        loop {
            let mut command = prepare(&config)?;
            command.arg("--offline").arg("--manifest-path").arg(self.directory.join("Cargo.toml"));
            command.arg("--target-dir").arg(&self.target);
            command.env("CARGO_BUILD_BUILD_DIR", &self.target);
            voice(report, &mut command);
            match cargo::build(&mut command)? {
                Built::Done(executables) => {
                    self.check_lock()?;
                    return Ok(executables.into_iter().collect());
                }
                Built::NotCompiled => return Err(self.not_built("does not compile")),
                Built::NotResolved if fetched => {
                    return Err(self.not_built("cannot be built"));
                }
                Built::NotResolved => {
                    self.forget_lock();
                    report.status("Retrying", "with the dependencies fetched");
                    fetched = self.lock(report)?;
                    if !fetched {
                        return Err(self.not_built("cannot be built"));
                    }
                }
            }
        }
    }

    fn not_built(&self, what: &str) -> Failure {
        let message = format!("application `{}` {what}: see above", self.app.name());
        let root = self.sources.root.join("");
        Diagnostic::new(message)
            .help(format!("`{LINK}/` there stands for {}", root.display()))
            .into()
    }
}

/// The target folder of an application's generated packages. They are told apart in it by their
/// path through the link, so links to different places do not share one.
fn target(app: &App, sources: &Sources) -> PathBuf {
    let name = match above(app, sources) {
        0 => ".cargo-target".into(),
        up => format!(".cargo-target-{up}"),
    };
    app.generated().join(name)
}

/// How far above the workspace the link leads.
fn above(app: &App, sources: &Sources) -> usize {
    app.workspace.root.components().count() - sources.root.components().count()
}

/// Makes a nested cargo as loud and as colourful as we are.
fn voice(report: &Report, command: &mut Command) {
    if report.quiet {
        command.arg("--quiet");
    }
    if report.verbose {
        command.arg("--verbose");
    }
    if report.no_color {
        command.env("CARGO_TERM_COLOR", "never");
    }
    report.detail("Running", format_args!("{command:?}"));
}

fn manifest(app: &App, sources: &Sources, recipe: &Recipe<'_>) -> String {
    let mut package = Table::new();
    // The application's name tells the packages apart in the target folder they share.
    package.insert("name".into(), format!("esteira-{}-{}", recipe.name, app.name()).into());
    package.insert("version".into(), "0.0.0".into());
    package.insert("edition".into(), "2024".into());
    package.insert("publish".into(), false.into());
    package.insert("autobins".into(), false.into());

    let binaries = recipe.programs.iter().map(|(name, path, _)| {
        let mut binary = Table::new();
        binary.insert("name".into(), name.clone().into());
        binary.insert("path".into(), path.clone().into());
        Value::Table(binary)
    });

    // What lies behind the link belongs to the user's workspace, not to this one.
    let mut workspace = Table::new();
    workspace.insert("exclude".into(), Value::from(vec![LINK]));

    let mut manifest = Table::new();
    manifest.insert("package".into(), package.into());
    manifest.insert("bin".into(), Value::Array(binaries.collect()));
    manifest.insert("dependencies".into(), recipe.dependencies.clone().into());
    manifest.insert("workspace".into(), workspace.into());
    manifest.insert("profile".into(), recipe.profile.clone().into());
    if !sources.patch.is_empty() {
        manifest.insert("patch".into(), sources.patch.clone().into());
    }
    format!("# Written by cargo esteira; changes are overwritten.\n{manifest}")
}

/// The application, as a dependency named `app` whatever its library is called.
fn app_dependency(app: &App, sources: &Sources, features: &[&str]) -> Table {
    let mut table = Table::new();
    table.insert("package".into(), app.name().into());
    table.insert("path".into(), sources.through_link(app.package.directory()).into());
    table.insert("features".into(), Value::from(features.to_vec()));
    table
}

/// Points the link at a directory, unless it does already.
fn relink(link: &Path, to: &Path) -> io::Result<()> {
    match fs::read_link(link) {
        Ok(target) if target == to => return Ok(()),
        Ok(_) => fs::remove_file(link)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    #[cfg(windows)]
    return std::os::windows::fs::symlink_dir(to, link);
    #[cfg(not(windows))]
    return std::os::unix::fs::symlink(to, link);
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Diagnostic::new(format!("cannot write {}: {error}", path.display())).into()
}
