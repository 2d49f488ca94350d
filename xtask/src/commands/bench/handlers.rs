//! `bench handlers`: the functions of the reference application against the same ones by hand.

use std::{
    env, fs,
    path::PathBuf,
    process::{ExitCode, Stdio},
};

use clap::Args;
use serde_json::json;

use crate::{
    app::{self, App},
    cargo,
    cli::Options,
    diagnostic::{Diagnostic, Result},
    report::Report,
};

mod contenders;
pub mod plan;
mod tables;

use plan::{Measured, Plan};

/// The application whose functions have been written by hand too.
const APP: &str = "pipeline";

/// Measure the functions of the reference application, the same ones written by hand, and in
/// Python: time for batches, start, memory, size. Plays Lambda and AWS to them on this machine
#[derive(Debug, Args)]
pub(crate) struct Handlers {
    /// How often each is measured
    #[arg(long, default_value_t = 50, value_name = "TIMES", value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// Measure functions that abort on a panic too; everything is compiled for that once more
    #[arg(long)]
    panic: bool,
}

impl Handlers {
    pub(crate) fn run(&self, _: &Options, report: &Report) -> Result<ExitCode> {
        let (app, folder) = repository()?;
        let (contenders, sizes) = contenders::prepare(&app, &folder, self.panic, report)?;
        report.status("Measuring", format_args!("{} rounds", self.runs));
        let measured = measure(&app, &Plan { rounds: self.runs, contenders })?;
        report.data(tables::all(&measured, &sizes));
        report.json(&json!({ "measured": measured, "sizes": sizes }));
        Ok(ExitCode::SUCCESS)
    }
}

/// The reference application, and the folder of what it is compared with.
fn repository() -> Result<(App, PathBuf)> {
    if !cfg!(target_os = "linux") {
        return Err(Diagnostic::new("functions run on Linux: measure them there").into());
    }
    let directory = env::current_dir()
        .map_err(|error| Diagnostic::new(format!("cannot tell the current directory: {error}")))?;
    let foreign = || {
        Diagnostic::new("`bench handlers` measures esteira itself and runs in its repository")
            .help("to measure a synth of an application, run `bench synth`")
    };
    let apps = app::find(Some(APP), &directory).map_err(|_| foreign())?;
    let app = apps.into_iter().next().ok_or_else(foreign)?;
    let folder = app.workspace.root.join("tests/bench");
    if folder.is_dir() { Ok((app, folder)) } else { Err(foreign().into()) }
}

/// Runs the program that measures, a program of the tests: this tool carries no server.
fn measure(app: &App, plan: &Plan) -> Result<Vec<Measured>> {
    let failed = |why: String| Diagnostic::new(format!("cannot measure the functions: {why}"));
    let file = folder(app).join("plan.json");
    let text = serde_json::to_vec_pretty(plan).map_err(|error| failed(error.to_string()))?;
    fs::create_dir_all(folder(app))
        .and_then(|()| fs::write(&file, text))
        .map_err(|error| failed(format!("{}: {error}", file.display())))?;
    let output = cargo::command(&app.workspace.root)
        .args(["run", "--quiet", "--release", "--package", "esteira-tests"])
        .args(["--bin", "bench-handlers", "--"])
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

/// Where what is measured lies.
fn folder(app: &App) -> PathBuf {
    app.generated().join("bench")
}
