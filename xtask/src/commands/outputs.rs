//! `outputs`: what a deployed stage says of itself.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::{deploy::table, prepare::Prepared, took::Took};
use crate::{
    cli::Options,
    deploy::{Settings, backend},
    diagnostic::{Diagnostic, Result},
    generated::Arch,
    report::Report,
};

/// Print the outputs of a deployed stage
#[derive(Debug, Args)]
pub(crate) struct Outputs {
    #[command(flatten)]
    settings: Settings,
}

impl Outputs {
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
        let outputs = backend(&deployment, self.settings.backend)?.outputs()?;
        if outputs.is_empty() {
            let message = format!("stage `{}` is not deployed with this backend", options.stage);
            return Err(Diagnostic::new(message)
                .help("run `deploy`, or choose with `--backend`")
                .into());
        }
        report.data(table(&outputs));
        report.json(&json!(outputs));
        Ok(ExitCode::SUCCESS)
    }
}
