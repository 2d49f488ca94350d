//! `status`: how each part of a stage is.

use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use clap::Args;
use serde_json::json;

use super::deployed::Deployed;
use crate::{
    aws::Access,
    cli::Options,
    diagnostic::Result,
    report::Report,
    status::{self, Health, Part},
};

/// Say how each part of a stage is: healthy, lagging or failing; exit with 1 if one is failing
#[derive(Debug, Args)]
pub(crate) struct Status {
    #[command(flatten)]
    access: Access,
}

impl Status {
    pub(crate) fn run(&self, options: &Options, report: &Report) -> Result<ExitCode> {
        let deployed = Deployed::load(options, report)?;
        let aws = deployed.aws(&self.access)?;
        let identity = aws.identity()?;
        let (app, stage) = (deployed.app.name(), &deployed.graph.stage);
        let place = format!("stage {stage} in {} of {}", aws.region(), identity.account);
        report.status("Asking", format_args!("AWS about {app}, {place}"));
        let (parts, refusal) = status::look(&aws, &identity, &deployed.graph);
        if parts.iter().all(|part| part.missing) {
            return Err(deployed.missing("what it consists of").into());
        }
        if let Some(refusal) = refusal {
            report.warning(&refusal.diagnostic());
        }
        report.data(table(&parts));
        let worst = parts.iter().map(|part| part.health).max().unwrap_or(Health::Healthy);
        report.json(&json!({
            "app": app, "stage": stage, "account": identity.account, "region": aws.region(),
            "health": worst, "parts": parts,
        }));
        Ok(if worst == Health::Failing { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

fn table(parts: &[Part]) -> String {
    let width = |of: fn(&Part) -> &str| parts.iter().map(|part| of(part).chars().count()).max();
    let kinds = width(|part| part.kind).unwrap_or_default();
    let names = width(|part| &part.name).unwrap_or_default();
    let row = |part: &Part| {
        let (word, style) = match part.health {
            Health::Healthy => ("healthy", AnsiColor::Green.on_default()),
            Health::Lagging => ("lagging", AnsiColor::Yellow.on_default().bold()),
            Health::Failing => ("failing", AnsiColor::Red.on_default().bold()),
        };
        let Part { kind, name, notes, .. } = part;
        format!("{style}{word}{style:#}  {kind:kinds$}  {name:names$}  {}", notes.join(", "))
    };
    let count = |health| parts.iter().filter(|part| part.health == health).count();
    let (healthy, lagging, failing) =
        (count(Health::Healthy), count(Health::Lagging), count(Health::Failing));
    let bold = Style::new().bold();
    let rows = parts.iter().map(row).collect::<Vec<_>>().join("\n");
    format!("{rows}\n{bold}{healthy} healthy, {lagging} lagging, {failing} failing{bold:#}")
}
