//! `diff`: what a deploy would change.

use std::process::ExitCode;

use clap::Args;

use super::{prepare::Preparation, took::Took};
use crate::{
    cli::Options,
    deploy::{Goal, Session},
    diagnostic::Result,
    report::Report,
};

/// Show what a deploy would change, and what somebody else has changed
#[derive(Debug, Args)]
pub(crate) struct Diff {
    #[command(flatten)]
    preparation: Preparation,
    /// Exit with 2 if there is a difference
    #[arg(long)]
    detailed_exitcode: bool,
}

impl Diff {
    pub(crate) fn run(&self, options: &Options, report: &Report) -> Result<ExitCode> {
        let app = options.app()?;
        let prepared = self.preparation.prepare(&app, options, report, &mut Took::default())?;
        let deployment = prepared.deployment(report);
        let session = Session::plan(&deployment, self.preparation.backend(), Goal::Deployed)?;
        report.data(session.text());
        report.json(&session.json());
        let differs = self.detailed_exitcode && session.differs();
        Ok(if differs { ExitCode::from(2) } else { ExitCode::SUCCESS })
    }
}
