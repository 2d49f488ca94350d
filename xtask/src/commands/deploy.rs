//! `deploy`: from the code to a running stage.

use std::{path::PathBuf, process::ExitCode, time::Instant};

use clap::Args;
use serde_json::{Value, json};

use super::{prepare::Preparation, took::Took};
use crate::{
    cli::Options,
    deploy::{Consent, Goal, Outputs, Session},
    diagnostic::{Diagnostic, Result},
    output,
    report::Report,
};

/// Build, synthesize, show what would change, and change it
#[derive(Debug, Args)]
pub(crate) struct Deploy {
    #[command(flatten)]
    preparation: Preparation,
    #[command(flatten)]
    consent: Consent,
    /// Show what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Start the captures, once the database lets them in; those that run go on without this
    #[arg(long)]
    start_capture: bool,
    /// Take over what exists already, if it has the tags of this stage
    #[arg(long)]
    adopt: bool,
    /// Write the outputs to this file too, as JSON
    #[arg(long, value_name = "FILE")]
    outputs_file: Option<PathBuf>,
}

impl Deploy {
    pub(crate) fn run(&self, options: &Options, report: &Report) -> Result<ExitCode> {
        let started = Instant::now();
        let app = options.app()?;
        let mut took = Took::default();
        let prepared = self.preparation.prepare(&app, options, report, &mut took)?;
        let mut deployment = prepared.deployment(report);
        deployment.start_capture = self.start_capture;
        deployment.adopt = self.adopt;
        let backend = self.preparation.backend();
        let mut session =
            took.time("plan", || Session::plan(&deployment, backend, Goal::Deployed))?;
        report.data(session.text());
        let mut data = session.json();
        let mut applied = Value::Array(Vec::new());
        if self.dry_run {
            report.json(&data);
            return Ok(ExitCode::SUCCESS);
        }
        if !session.is_empty() {
            if !session.confirm(options.yes, self.consent)? {
                return Err(Diagnostic::new("nothing was changed").into());
            }
            applied = took.time("apply", || session.apply())?;
        }
        let outputs = took.time("outputs", || session.outputs())?;
        self.write(&outputs)?;
        if !outputs.is_empty() {
            report.data(format_args!("\n{}", table(&outputs)));
        }
        let steps = prepared.steps(report);
        data["applied"] = applied;
        data["outputs"] = json!(outputs);
        data["steps"] = json!(steps);
        data["seconds"] = took.as_json();
        report.json(&data);
        report.detail("Took", took.text());
        let seconds = started.elapsed().as_secs_f64();
        report.status("Deployed", format_args!("stage {} in {seconds:.1}s", options.stage));
        Ok(ExitCode::SUCCESS)
    }

    fn write(&self, outputs: &Outputs) -> Result<()> {
        let Some(file) = &self.outputs_file else { return Ok(()) };
        output::write(file, format!("{:#}\n", json!(outputs)).as_bytes())
    }
}

/// The outputs for people.
pub(super) fn table(outputs: &Outputs) -> String {
    let width = outputs.keys().map(|name| name.chars().count()).max().unwrap_or(0);
    let lines = outputs.iter().map(|(name, value)| match value {
        Value::String(text) => format!("{name:width$}  {text}"),
        value => format!("{name:width$}  {value}"),
    });
    lines.collect::<Vec<_>>().join("\n")
}
