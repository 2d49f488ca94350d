//! `bench deploy`: how long it takes from the command to a running stage, part by part.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{ExitCode, Stdio},
};

use clap::Args;
use serde_json::json;

use super::figures::table;
use crate::{
    app::App,
    cargo,
    cli::Options,
    copy,
    diagnostic::{Diagnostic, Result},
    report::Report,
    tools::{self, Tool},
};

pub mod plan;

use plan::{Deployed, Plan};

/// The parts of a deploy, as its `--json` calls them.
const PARTS: [&str; 7] = ["check", "credentials", "synth", "build", "plan", "apply", "outputs"];

/// How many types are shown of those that take longest.
const LONGEST: usize = 8;

/// Measure a deploy of an application, one that changes nothing, and one of a changed handler, with
/// Terraform on an emulator of AWS on this machine. Works on a copy, which is kept below `target/`
/// with what is compiled in it
#[derive(Debug, Args)]
pub(crate) struct Deploy {
    /// Compile no functions: deploy zips that hold nothing
    #[arg(long)]
    no_build: bool,
}

impl Deploy {
    pub(crate) fn run(&self, options: &Options, report: &Report) -> Result<ExitCode> {
        let apps = options.apps()?;
        // Of several, the one that a workspace names first is its application; the others help.
        let Some(app) = apps.first() else {
            return Err(Diagnostic::new("there is no application to measure").into());
        };
        let plan = self.plan(app, report)?;
        report.status("Measuring", format_args!("deploys of {}", app.name()));
        let deployed = measure(app, &plan)?;
        report.data(format_args!("{}\n{}", parts(&deployed), waits(&deployed)));
        report.json(&json!({ "app": app.name(), "built": plan.build, "deployed": deployed }));
        Ok(ExitCode::SUCCESS)
    }

    fn plan(&self, app: &App, report: &Report) -> Result<Plan> {
        let folder = app.generated().join("bench-deploy");
        if !app.workspace.root.join("tests/src/bin/bench-deploy").is_dir() {
            return Err(Diagnostic::new(
                "`bench deploy` measures esteira itself and runs in its repository",
            )
            .help("`deploy --json` tells the seconds of each part, for any application")
            .into());
        }
        let root = folder.join("workspace");
        copy::refresh(&app.workspace.root, &root)?;
        let within = app.package.directory().strip_prefix(&app.workspace.root);
        let application = root.join(within.unwrap_or(Path::new("")));
        let tools = app.workspace.target.join("esteira").join("tools");
        let tool = |tool: &Tool| -> Result<PathBuf> {
            report.detail("Finding", tool.name);
            tool.ensure(&tools)
        };
        let mut programs = vec![tool(&tools::AWS_CLI)?, tool(&tools::TERRAFORM)?];
        if !self.no_build {
            programs.push(tool(&tools::ZIG)?);
            tool(&tools::X86_64_RUST)?;
        }
        let emulator = tool(&tools::MINISTACK)?;
        let target = root.join("target/esteira").join(app.name());
        Ok(Plan { application, target, emulator, programs, build: !self.no_build })
    }
}

/// Runs the program that measures, a program of the tests: this tool carries no emulator.
fn measure(app: &App, plan: &Plan) -> Result<Vec<Deployed>> {
    let failed = |why: String| Diagnostic::new(format!("cannot measure a deploy: {why}"));
    let file = app.generated().join("bench-deploy").join("plan.json");
    let text = serde_json::to_vec_pretty(plan).map_err(|error| failed(error.to_string()))?;
    fs::write(&file, text).map_err(|error| failed(format!("{}: {error}", file.display())))?;
    let output = cargo::command(&app.workspace.root)
        .args(["run", "--quiet", "--package", "esteira-tests", "--bin", "bench-deploy", "--"])
        .arg(&file)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(cargo::not_started)?;
    if !output.status.success() {
        return Err(failed("see above".to_owned()).into());
    }
    Ok(serde_json::from_slice(&output.stdout).map_err(|error| failed(error.to_string()))?)
}

/// A row a deploy, a column a part.
fn parts(deployed: &[Deployed]) -> String {
    let seconds = |seconds: Option<&f64>| {
        seconds.map_or_else(|| "–".to_owned(), |seconds| format!("{seconds:.1} s"))
    };
    let rows: Vec<_> = deployed
        .iter()
        .map(|it| {
            let parts = PARTS.iter().map(|part| seconds(it.seconds.get(*part)));
            let ends = [it.what.clone()].into_iter().chain(parts);
            ends.chain([seconds(Some(&it.whole))]).collect()
        })
        .collect();
    let head: Vec<_> = ["deploy"].into_iter().chain(PARTS).chain(["whole command"]).collect();
    table(&head, &rows)
}

/// What an apply waits for: an emulator has made everything at once, so that all of these are waits
/// that the provider has built in.
fn waits(deployed: &[Deployed]) -> String {
    let Some(first) = deployed.first() else { return String::new() };
    let rows: Vec<_> = first
        .longest(LONGEST)
        .into_iter()
        .map(|(kind, count, seconds)| vec![kind, count.to_string(), format!("{seconds:.0} s")])
        .collect();
    table(&["type", "resources", "the longest, in the first deploy"], &rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_a_column_and_the_longest_waits_come_first() {
        let applied = [("aws_a.x", 1.0), ("aws_b.y", 30.0), ("aws_a.z", 12.0)];
        let first = Deployed {
            what: "first".into(),
            seconds: [("check".to_owned(), 0.25), ("apply".to_owned(), 31.04)].into(),
            whole: 33.0,
            applied: applied.map(|(address, seconds)| (address.to_owned(), seconds)).into(),
        };
        let all = [first];
        let row = "| first | 0.2 s | – | – | – | – | 31.0 s | – | 33.0 s |\n";
        assert!(parts(&all).ends_with(row), "{}", parts(&all));
        let rows = "| aws_b | 1 | 30 s |\n| aws_a | 2 | 12 s |\n";
        assert!(waits(&all).ends_with(rows), "{}", waits(&all));
    }
}
