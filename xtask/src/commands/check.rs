//! `check`: every rule that takes more than one declaration to see.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::synth::compute;
use crate::{cli::Options, diagnostic::Result, report::Report};

/// Check the declarations against each other, and write nothing
#[derive(Debug, Args)]
pub(crate) struct Check {}

impl Check {
    pub(crate) fn run(&self, options: &Options, report: &Report) -> Result<ExitCode> {
        let apps = options.apps()?;
        let outputs = compute(&apps, options, report)?;
        let names: Vec<_> = apps.iter().map(|app| app.name()).collect();
        report.status("Checked", format_args!("{} for stage {}", names.join(", "), options.stage));
        let checked: Vec<_> = outputs
            .iter()
            .map(|computed| {
                computed.warn(report);
                json!({
                    "app": computed.app.name(), "stage": computed.stage.name,
                    "warnings": computed.warnings_as_json(),
                })
            })
            .collect();
        report.json(&json!({ "applications": checked }));
        Ok(ExitCode::SUCCESS)
    }
}
