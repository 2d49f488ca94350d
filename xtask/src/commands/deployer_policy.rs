//! `deployer-policy`: what the identity that deploys has to be allowed.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};

use super::synth::compute;
use crate::{
    cli::Options,
    deployer::{self, Document, MOST, With},
    diagnostic::{Diagnostic, Result},
    report::Report,
};

/// Print the IAM policy that the identity needs that deploys a stage
#[derive(Debug, Args)]
pub(crate) struct DeployerPolicy {
    /// What it deploys with
    #[arg(long, value_enum, default_value = "terraform")]
    backend: With,
    /// Print one of several documents alone, counted from one
    #[arg(long, value_name = "NUMBER")]
    part: Option<usize>,
}

impl DeployerPolicy {
    pub(crate) fn run(&self, options: &Options, report: &Report) -> Result<ExitCode> {
        let apps = options.apps()?;
        let [app] = &apps[..] else {
            let names: Vec<_> = apps.iter().map(|app| app.name()).collect();
            let message = format!("these are several applications: `{}`", names.join("`, `"));
            return Err(Diagnostic::new(message).help("name one with `--app`").into());
        };
        let computed = compute(std::slice::from_ref(app), options, report)?;
        let all: Vec<_> = computed
            .iter()
            .flat_map(|it| deployer::documents(&it.graph, &it.stage, self.backend))
            .collect();
        let chosen = self.choose(&all)?;
        for (number, document) in chosen {
            let size = format!("{} of {MOST} characters", document.characters());
            let what = format!("{number} of {}, {size}", all.len());
            report.status("Policy", what);
            report.data(format_args!("{:#}", document.json()));
        }
        if all.len() > 1 && self.part.is_none() {
            let text = "AWS limits the size of a policy: make one of each document, with \
                        `--part 1` and so on, and attach all";
            report.status("Note", text);
        }
        let documents: Vec<Value> = all.iter().map(Document::json).collect();
        report.json(&json!({ "app": app.name(), "stage": options.stage, "documents": documents }));
        Ok(ExitCode::SUCCESS)
    }

    /// The documents that are to be printed, with their numbers.
    fn choose<'d>(&self, all: &'d [Document]) -> Result<Vec<(usize, &'d Document)>> {
        let numbered: Vec<_> = (1..).zip(all).collect();
        let Some(part) = self.part else { return Ok(numbered) };
        match numbered.iter().find(|(number, _)| *number == part) {
            Some(one) => Ok(vec![*one]),
            None => Err(Diagnostic::new(format!("there is no part {part}"))
                .help(format!("the policy has {}", all.len()))
                .into()),
        }
    }
}
