//! `destroy`: a stage goes.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::{prepare::Prepared, took::Took};
use crate::{
    cli::Options,
    deploy::{Consent, Goal, Session, Settings},
    diagnostic::{Diagnostic, Result},
    generated::Arch,
    report::Report,
};

/// Remove a stage from AWS, but for what it retains
#[derive(Debug, Args)]
pub(crate) struct Destroy {
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    consent: Consent,
    /// Show what would be removed, and remove nothing
    #[arg(long)]
    dry_run: bool,
}

impl Destroy {
    pub(crate) fn run(&self, options: &Options, report: &Report) -> Result<ExitCode> {
        let app = options.app()?;
        let prepared = Prepared::new(
            &app,
            &self.settings,
            Arch::Arm64,
            options,
            report,
            &mut Took::default(),
        )?;
        let deployment = prepared.deployment(report);
        let mut session = Session::plan(&deployment, self.settings.backend, Goal::Destroyed)?;
        report.data(session.text());
        let mut data = session.json();
        if self.dry_run || session.is_empty() {
            report.json(&data);
            return Ok(ExitCode::SUCCESS);
        }
        prepared.refuse_protected()?;
        if !session.confirm(options.yes, self.consent)? {
            return Err(Diagnostic::new("nothing was changed").into());
        }
        let applied = session.apply()?;
        let left: Vec<_> = session.left().collect();
        if !left.is_empty() {
            report.status("Left", left.join(", "));
        }
        data["applied"] = applied;
        data["left"] = json!(left);
        report.json(&data);
        report.status("Destroyed", format_args!("stage {}", options.stage));
        Ok(ExitCode::SUCCESS)
    }
}
