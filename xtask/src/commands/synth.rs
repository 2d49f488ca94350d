//! `synth`: writes the manifest and the infrastructure.

use std::{process::ExitCode, time::Instant};

use clap::Args;
use esteira_manifest::Manifest;
use serde_json::{Value, json};

use crate::{
    app::App,
    checks,
    cli::Options,
    diagnostic::{Diagnostic, Failure, Result},
    emit::{self, Emitted},
    generated,
    graph::{Graph, Step},
    output::{self, Change, Output},
    report::{self, Report},
    schema,
    stage::{self, Stage},
};

/// Write the manifest, Terraform and CloudFormation
#[derive(Debug, Args)]
pub(crate) struct Synth {
    /// Write nothing; exit with 2 if anything would change
    #[arg(long)]
    check: bool,
}

impl Synth {
    pub(crate) fn run(&self, options: &Options, report: &Report) -> Result<ExitCode> {
        let started = Instant::now();
        let apps = options.apps()?;
        // Everything is known to be right before the first byte is written.
        let outputs = compute(&apps, options, report)?
            .into_iter()
            .map(|mut computed| {
                let files = std::mem::take(&mut computed.emitted.files);
                let output = Output::plan(options.output(computed.app, apps.len()), files)?;
                Ok((computed, output))
            })
            .collect::<Result<Vec<_>>>()?;
        if !self.check {
            output::write_all(outputs.iter().map(|(_, output)| output))?;
        }
        let mut data = Vec::new();
        let mut changed = false;
        for (computed, output) in &outputs {
            changed |= output.changes().iter().any(|(_, change)| *change != Change::Unchanged);
            self.summary(computed.app, output, report);
            computed.warn(report);
            for Step { title, text, .. } in &computed.graph.steps {
                report.step(title, text);
            }
            data.push(as_json(computed, output));
        }
        report.json(&json!({ "applications": data }));
        report.status("Finished", format_args!("in {:.2}s", started.elapsed().as_secs_f64()));
        Ok(if self.check && changed { ExitCode::from(2) } else { ExitCode::SUCCESS })
    }

    fn summary(&self, app: &App, output: &Output, report: &Report) {
        let count = |wanted| output.changes().iter().filter(|(_, c)| *c == wanted).count();
        for (name, change) in output.changes() {
            match change {
                Change::Written if self.check => report.status("Differs", name),
                Change::Removed if self.check => report.status("Stale", name),
                Change::Written => report.detail("Wrote", name),
                Change::Removed => report.detail("Removed", name),
                Change::Unchanged => {}
            }
        }
        let (written, removed, unchanged) =
            (count(Change::Written), count(Change::Removed), count(Change::Unchanged));
        let (verb, tense) =
            if self.check { ("Compared", "to write") } else { ("Synthesized", "written") };
        report.status(
            verb,
            format_args!(
                "{}: {written} {tense}, {unchanged} unchanged, {removed} stale ({})",
                app.name(),
                output.root().display()
            ),
        );
    }
}

/// What a stage of an application consists of.
pub(super) struct Computed<'a> {
    pub(super) app: &'a App,
    pub(super) stage: Stage,
    pub(super) manifest: Manifest,
    pub(super) graph: Graph,
    pub(super) emitted: Emitted,
}

impl Computed<'_> {
    /// Says what may not be as one expects, and what is left out.
    pub(super) fn warn(&self, report: &Report) {
        self.warnings().for_each(|warning| report.warning(warning));
    }

    /// The same as data.
    pub(super) fn warnings_as_json(&self) -> Vec<Value> {
        self.warnings().map(report::as_json).collect()
    }

    fn warnings(&self) -> impl Iterator<Item = &Diagnostic> {
        self.graph.warnings.iter().chain(&self.emitted.left_out)
    }
}

/// The files of every application, or every mistake of every application.
pub(super) fn compute<'a>(
    apps: &'a [App],
    options: &Options,
    report: &Report,
) -> Result<Vec<Computed<'a>>> {
    let mut mistakes = Vec::new();
    let mut outputs = Vec::new();
    for app in apps {
        let compute = || {
            let stage = stage::load(&options.stage, app.package.directory(), &app.workspace.root)?;
            let manifest = generated::describe(app, report)?;
            let schemas = schema::check(app, &manifest)?;
            let graph = Graph::with_schemas(&manifest, &schemas, &stage)?;
            let emitted = emit::files(&manifest, &graph)?;
            Ok(Computed { app, stage, manifest, graph, emitted })
        };
        match compute() {
            Ok(output) => outputs.push(output),
            // What is wrong with the workspace is wrong for each application in it.
            Err(Failure(found)) => {
                for mistake in found {
                    if !mistakes.contains(&mistake) {
                        mistakes.push(mistake);
                    }
                }
            }
        }
    }
    mistakes.extend(checks::between(outputs.iter().map(|computed| &computed.graph)));
    if mistakes.is_empty() { Ok(outputs) } else { Err(Failure(mistakes)) }
}

fn as_json(computed: &Computed<'_>, output: &Output) -> Value {
    let files: Vec<_> = output
        .changes()
        .iter()
        .map(|(name, change)| {
            let change = match change {
                Change::Written => "written",
                Change::Unchanged => "unchanged",
                Change::Removed => "removed",
            };
            json!({ "path": name, "change": change })
        })
        .collect();
    json!({
        "app": computed.app.name(), "stage": computed.stage.name, "output": output.root(),
        "files": files, "warnings": computed.warnings_as_json(), "steps": computed.graph.steps,
    })
}
