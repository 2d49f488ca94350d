//! The describe program: it links an application and prints what it declares.
//!
//! A program of its own, because linking the application into the tool would keep the tool from
//! starting when the application does not compile.
//!
//! It is compiled as the tool is that a workspace's alias `xtask` runs, and into the same folder: in
//! the target folder of the workspace, that of a [`PROFILE`] of their own. So what both depend on
//! is compiled once, where features are the same too.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use esteira_manifest::Manifest;
use toml::Table;

use super::{Generated, Recipe, app_dependency, lock::Strictness};
use crate::{
    app::App,
    cargo::{self, Config},
    diagnostic::{Diagnostic, Place, Result},
    manifest,
    report::Report,
    sources::Sources,
    workspace::relative,
};

/// The profile, and so the folder below the target folder, of what only ever runs on this machine.
const PROFILE: &str = "xtask";

/// What an application declares: compiled (which takes long the first time), run, read.
pub(crate) fn describe(app: &App, report: &Report) -> Result<Manifest> {
    let sources = Sources::of(app)?;
    let generated = Generated::write(app, &sources, recipe(app, &sources))?;
    report.status("Describing", format_args!("{} (compiling it if it changed)", app.name()));
    let executables = generated.build(report, |config| build_command(app, PROFILE, config))?;
    let [(_, program)] = &executables[..] else {
        return Err(Diagnostic::new("cargo built no describe program").into());
    };
    read(app, &sources, program)
}

/// What a program prints that describes an application.
pub(super) fn read(app: &App, sources: &Sources, program: &Path) -> Result<Manifest> {
    let json = run(app, program)?;
    let manifest = manifest::read(&json)?;
    Ok(manifest::relocate(manifest, &sources.root, &app.workspace.root))
}

fn recipe<'a>(app: &App, sources: &Sources) -> Recipe<'a> {
    let mut dependencies = Table::new();
    dependencies.insert("app".into(), app_dependency(app, sources, &[]).into());
    dependencies.insert("esteira".into(), sources.declare(&app.esteira, &["describe"]).into());
    let main = format!(
        "extern crate app as _;\n\n\
         fn main() -> std::process::ExitCode {{\n    esteira::describe::main({:?})\n}}\n",
        app.name()
    );
    Recipe {
        name: "describe",
        target: target(app, sources),
        dependencies,
        profile: profiles(app.name()),
        // Applications share a target folder: under one name, a second synth could put its program
        // in the place of the first one's between building and running it.
        programs: vec![(format!("describe-{}", app.name()), "src/main.rs".into(), main)],
        triples: Vec::new(),
        strictness: Strictness::SharedVersions,
    }
}

/// The target folder of the workspace; but the one of the other generated packages if the link leads
/// above it: packages are told apart by their path through the link.
fn target(app: &App, sources: &Sources) -> PathBuf {
    match super::above(app, sources) {
        0 => app.workspace.target.clone(),
        _ => super::target(app, sources),
    }
}

/// It runs for milliseconds: what counts is how long it takes to compile. What is downloaded is
/// compiled as for the tool only if all of this is the same there.
fn profiles(app: &str) -> Table {
    let mut profile = Table::new();
    profile.insert("inherits".into(), "dev".into());
    for setting in ["debug", "debug-assertions", "overflow-checks", "incremental"] {
        profile.insert(setting.into(), false.into());
    }
    // The application is what changes.
    let mut incremental = Table::new();
    incremental.insert("incremental".into(), true.into());
    let mut packages = Table::new();
    packages.insert(app.into(), incremental.into());
    profile.insert("package".into(), packages.into());
    let mut profiles = Table::new();
    profiles.insert(PROFILE.into(), profile.into());
    profiles
}

/// For this machine, even if the user's configuration makes another one the default.
pub(super) fn build_command(app: &App, profile: &str, config: &Config) -> Result<Command> {
    let directory = app.package.directory();
    let mut command = cargo::command(directory);
    command.args(["build", "--profile", profile]);
    if config.has_default_target() {
        command.arg("--target").arg(super::lock::host(directory)?);
    }
    Ok(command)
}

fn run(app: &App, program: &Path) -> Result<Vec<u8>> {
    let output = cargo::tool(program, app.package.directory()).output();
    let output = output
        .map_err(|error| Diagnostic::new(format!("cannot start {}: {error}", program.display())))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let silent = || {
        let status = output.status;
        Diagnostic::new(format!("application `{}` cannot be described: {status}", app.name()))
    };
    let mut refused = refusal(&said).unwrap_or_else(silent);
    if let Some(library) = app.package.library() {
        let file = relative(&app.workspace.root, &library.src_path);
        refused = refused.at(Place::new(file, 1), "in this library");
    }
    Err(refused.into())
}

/// What the program says on failure, which it writes as a diagnostic is printed.
fn refusal(said: &str) -> Option<Diagnostic> {
    let said = said.trim();
    let said = said.strip_prefix("error: ").unwrap_or(said);
    match said.split_once("\n  = help: ") {
        _ if said.is_empty() => None,
        Some((message, help)) => Some(Diagnostic::new(message).help(help)),
        None => Some(Diagnostic::new(said)),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_tool_is_compiled_as_what_it_describes_with() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let ours = &profiles("app")[PROFILE];
        for file in ["../Cargo.toml", "templates/new/workspace.toml"] {
            let manifest: Table = fs::read_to_string(here.join(file)).unwrap().parse().unwrap();
            let tool = &manifest["profile"][PROFILE];
            for setting in
                ["inherits", "debug", "debug-assertions", "overflow-checks", "incremental"]
            {
                assert_eq!(tool[setting], ours[setting], "{setting} of {file}");
            }
        }
        for file in ["../.cargo/config.toml", "templates/new/config.toml"] {
            let config: Table = fs::read_to_string(here.join(file)).unwrap().parse().unwrap();
            let alias = config["alias"]["xtask"].as_str().unwrap();
            assert!(alias.contains(&format!("--profile {PROFILE} ")), "{alias}");
        }
    }

    #[test]
    fn a_refusal_is_read_back_as_a_diagnostic() {
        let diagnostic = Diagnostic::new("`a` has no handler").help("annotate one");
        assert_eq!(refusal(&format!("{diagnostic}\n")), Some(diagnostic));
        assert_eq!(refusal("thread panicked"), Some(Diagnostic::new("thread panicked")));
        assert_eq!(refusal(" \n"), None);
    }
}
