//! The dev program: it links an application and runs it on this machine.
//!
//! It describes the application too, so that an edit is compiled once and not twice.

use std::path::PathBuf;

use esteira_manifest::Manifest;
use toml::Table;

use super::{Generated, Recipe, app_dependency, describe, lock::Strictness};
use crate::{
    app::App,
    diagnostic::{Diagnostic, Result},
    report::Report,
    sources::Sources,
    workspace::Dependency,
};

/// A program that runs an application, as it was built.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    /// What cargo says it was built from.
    pub(crate) dep_info: PathBuf,
    pub(crate) manifest: Manifest,
}

/// Builds the program of an application, and has it say what the application declares.
///
/// # Errors
///
/// The application does not compile, or cannot be described.
pub(crate) fn build(app: &App, sources: &Sources, report: &Report) -> Result<Program> {
    let generated = Generated::write(app, sources, recipe(app, sources))?;
    report.status("Building", format_args!("{} to run here", app.name()));
    let executables =
        generated.build(report, |config| describe::build_command(app, "dev", config))?;
    let [(_, path)] = &executables[..] else {
        return Err(Diagnostic::new("cargo built no program to run").into());
    };
    let manifest = describe::read(app, sources, path)?;
    Ok(Program { path: path.clone(), dep_info: path.with_extension("d"), manifest })
}

fn recipe<'a>(app: &App, sources: &Sources) -> Recipe<'a> {
    let mut dependencies = Table::new();
    dependencies.insert("app".into(), app_dependency(app, sources, &[]).into());
    dependencies.insert("esteira".into(), sources.declare(&app.esteira, &["testing"]).into());
    dependencies.insert("esteira-dev".into(), sources.declare(&beside(&app.esteira), &[]).into());
    Recipe {
        name: "dev",
        target: super::target(app, sources),
        dependencies,
        profile: profile(app, sources),
        // With the application's name, as that of the describe program.
        programs: vec![(format!("dev-{}", app.name()), "src/main.rs".into(), main(app.name()))],
        triples: Vec::new(),
        strictness: Strictness::SharedVersions,
    }
}

/// The package that runs applications, which comes from where `esteira` does.
fn beside(esteira: &Dependency) -> Dependency {
    Dependency {
        name: "esteira-dev".into(),
        rename: None,
        path: esteira.path.as_ref().map(|path| path.join("dev")),
        ..esteira.clone()
    }
}

fn main(app: &str) -> String {
    format!(
        "extern crate app as _;\n\n\
         fn main() -> std::process::ExitCode {{\n    \
             match std::env::args_os().nth(1) {{\n        \
                 Some(plan) => esteira_dev::main(plan.as_ref()),\n        \
                 None => esteira::describe::main({app:?}),\n    \
             }}\n\
         }}\n"
    )
}

/// What is compiled once is optimized, since every event goes through it; what is compiled after
/// each edit is not: optimized by one level already, the reference application took nine times as
/// long to be compiled anew.
///
/// Not by `package."*"`: that would optimize what runs at build time too.
fn profile(app: &App, sources: &Sources) -> Table {
    let mut dev = Table::new();
    dev.insert("opt-level".into(), 3.into());
    dev.insert("debug".into(), false.into());
    dev.insert("debug-assertions".into(), false.into());
    dev.insert("overflow-checks".into(), false.into());
    dev.insert("incremental".into(), true.into());
    let mut edited = Table::new();
    for name in sources.packages.values().filter(|name| is_edited(name)) {
        let mut package = Table::new();
        package.insert("opt-level".into(), 0.into());
        package.insert("debug".into(), "line-tables-only".into());
        package.insert("debug-assertions".into(), true.into());
        package.insert("overflow-checks".into(), true.into());
        edited.insert(name.clone(), package.into());
    }
    debug_assert!(edited.contains_key(app.name()) || sources.packages.is_empty());
    dev.insert("package".into(), edited.into());
    let mut profile = Table::new();
    profile.insert("dev".into(), dev.into());
    profile
}

/// Whether a local package is the user's, and not esteira's own.
fn is_edited(name: &str) -> bool {
    name != "esteira" && !name.starts_with("esteira-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_that_runs_applications_comes_from_where_esteira_does() {
        let beside = |text: &str| beside(&serde_json::from_str::<Dependency>(text).unwrap());
        let path = beside(r#"{"name":"esteira","req":"*","rename":"e","path":"/w/runtime"}"#);
        assert_eq!(path.path.as_deref(), Some("/w/runtime/dev".as_ref()));
        assert_eq!((&*path.name, path.rename), ("esteira-dev", None));
        let git = r#"{"name":"esteira","req":"*","source":"git+https://host/esteira"}"#;
        let git = beside(git);
        assert_eq!(git.source.as_deref(), Some("git+https://host/esteira"));
        assert_eq!(git.path, None);
    }

    #[test]
    fn the_program_runs_a_plan_and_without_one_describes() {
        let text = main("loja");
        assert!(text.contains("Some(plan) => esteira_dev::main(plan.as_ref())"), "{text}");
        assert!(text.contains("None => esteira::describe::main(\"loja\")"), "{text}");
    }

    #[test]
    fn what_is_the_users_is_quick_to_compile() {
        assert!(is_edited("loja") && is_edited("esteirada"));
        assert!(!is_edited("esteira") && !is_edited("esteira-pattern"));
    }
}
