//! `bench synth`: how long a synth takes, and how it grows.

use std::{
    collections::BTreeMap,
    fs,
    process::{Command, ExitCode},
    time::{Duration, Instant},
};

use clap::Args;
use esteira_manifest::Kind;
use serde_json::json;

use super::{
    application,
    checkout::Checkout,
    figures::{Times, processor_time, ratio, table, text},
};
use crate::{
    app::App,
    cargo,
    cli::Options,
    diagnostic::{Diagnostic, Result},
    emit,
    graph::Graph,
    manifest,
    report::Report,
    stage::Stage,
    terraform,
    tools::process,
};

/// The handlers of the generated applications.
const SIZES: [usize; 4] = [10, 100, 1_000, 2_000];
/// What the time of a handler is compared with: below it, what all share weighs more.
const COMPARED: usize = 100;
/// No synth takes so long.
const LIMIT: Duration = Duration::from_secs(30 * 60);

/// Measure a synth: with nothing changed, after a change, from a clean clone, of generated
/// applications. Works on copies in a temporary folder, which are removed
#[derive(Debug, Args)]
pub(crate) struct Synth {
    /// How often each is measured
    #[arg(long, default_value_t = 5, value_name = "TIMES", value_parser = clap::value_parser!(u32).range(1..))]
    runs: u32,
    /// How often a clean clone is
    #[arg(long, default_value_t = 2, value_name = "TIMES", value_parser = clap::value_parser!(u32).range(1..))]
    clones: u32,
}

/// A synth of an application by the command line.
#[derive(Debug, Default)]
struct Whole {
    unchanged: Times,
    touched: Times,
    clean: Times,
    /// The processor time of that, where the system tells it.
    clean_processor: Times,
    /// The crates that a clean clone compiles.
    crates: usize,
}

/// A synth of a generated application, in this process.
#[derive(Debug, Default)]
struct Emitted {
    terraform: Times,
    everything: Times,
    /// How many CloudFormation templates there are; none if it fits into no stacks.
    templates: usize,
}

impl Synth {
    pub(crate) fn run(&self, options: &Options, report: &Report) -> Result<ExitCode> {
        let apps = options.apps()?;
        // Of several, the one that a workspace names first is its application; the others help.
        let Some(app) = apps.first() else {
            return Err(Diagnostic::new("there is no application to measure").into());
        };
        let whole = self.whole(app, report)?;
        let emitted = self.emitted(report)?;
        report.data(format_args!("{}\n{}", whole.table(app.name()), scale(&emitted)));
        let scale: Vec<_> = emitted
            .iter()
            .map(|(handlers, emitted)| {
                json!({
                    "handlers": handlers, "terraform": emitted.terraform.as_json(),
                    "everything": emitted.everything.as_json(), "templates": emitted.templates,
                })
            })
            .collect();
        report.json(&json!({
            "app": app.name(), "unchanged": whole.unchanged.as_json(),
            "touched": whole.touched.as_json(), "clean": whole.clean.as_json(),
            "clean_processor": whole.clean_processor.as_json(), "crates": whole.crates,
            "scale": scale,
        }));
        Ok(ExitCode::SUCCESS)
    }

    /// The command in copies of the workspace: what is compared is measured in turns.
    fn whole(&self, app: &App, report: &Report) -> Result<Whole> {
        let mut whole = Whole::default();
        let mut last = None;
        for number in 0..self.clones {
            report
                .status("Measuring", format_args!("clean clone {} of {}", number + 1, self.clones));
            // One at a time: a copy with what was compiled in it is large.
            drop(last.take());
            let copy = Checkout::of(&app.workspace.root, number)?;
            let before = processor_time();
            whole.clean.add(synth(app, &copy)?);
            if let (Some(before), Some(after)) = (before, processor_time()) {
                whole.clean_processor.add(after.saturating_sub(before));
            }
            whole.crates = compiled(&copy)?;
            last = Some(copy);
        }
        let Some(copy) = last else { return Ok(whole) };
        let handler = a_handler(&copy)?;
        for run in 0..self.runs {
            report.status("Measuring", format_args!("run {} of {}", run + 1, self.runs));
            whole.unchanged.add(synth(app, &copy)?);
            copy.touch(&handler)?;
            whole.touched.add(synth(app, &copy)?);
        }
        Ok(whole)
    }

    fn emitted(&self, report: &Report) -> Result<BTreeMap<usize, Emitted>> {
        report.status("Measuring", "generated applications");
        let manifests = SIZES.map(|handlers| (handlers, application::manifest(handlers)));
        let stage = Stage::new("dev");
        let mut all: BTreeMap<usize, Emitted> = BTreeMap::new();
        for _ in 0..self.runs {
            for (handlers, manifest) in &manifests {
                let emitted = all.entry(*handlers).or_default();
                let started = Instant::now();
                let graph = Graph::new(manifest, &stage)?;
                let read = started.elapsed();
                let files = terraform::files(&graph);
                emitted.terraform.add(started.elapsed());
                drop(files);
                let started = Instant::now();
                let files = emit::files(manifest, &graph)?;
                emitted.everything.add(read + started.elapsed());
                let is_template = |name: &str| name.starts_with("cloudformation/");
                emitted.templates = files.files.iter().filter(|it| is_template(&it.0)).count();
            }
        }
        Ok(all)
    }
}

/// Runs a synth in a copy and says how long it took.
fn synth(app: &App, copy: &Checkout) -> Result<Duration> {
    let mut command = command(copy)?;
    command.args(["synth", "--quiet", "--app", app.name(), "-o", OUTPUT]);
    let started = Instant::now();
    let done = process::output(&mut command, LIMIT);
    let took = started.elapsed();
    match done {
        Ok(done) if done.success => Ok(took),
        Ok(done) => {
            let message =
                format!("a synth of a copy of the workspace fails:\n{}", done.text.trim());
            Err(Diagnostic::new(message)
                .help("every package of the application has to be below the workspace's folder")
                .into())
        }
        Err(error) => Err(Diagnostic::new(format!("cannot run a synth: {error}")).into()),
    }
}

/// Where a copy's output goes, from its root.
const OUTPUT: &str = "bench-output";

/// The tool as its users call it: by the workspace's alias, which compiles it first, or this
/// program.
fn command(copy: &Checkout) -> Result<Command> {
    let settings = fs::read_to_string(copy.root().join(".cargo/config.toml")).unwrap_or_default();
    let settings: toml::Table = settings.parse().unwrap_or_default();
    if settings.get("alias").is_some_and(|alias| alias.get("xtask").is_some()) {
        let mut command = cargo::command(copy.root());
        command.arg("xtask");
        return Ok(command);
    }
    let this = std::env::current_exe()
        .map_err(|error| Diagnostic::new(format!("cannot find this program: {error}")))?;
    Ok(cargo::tool(this, copy.root()))
}

/// How many crates were compiled, none of them an SDK of AWS.
fn compiled(copy: &Checkout) -> Result<usize> {
    let crates = copy.compiled();
    let sdk = |name: &&String| name.starts_with("aws_sdk_") || *name == "aws_config";
    if let Some(name) = crates.iter().find(sdk) {
        return Err(Diagnostic::new(format!("a synth has compiled the crate `{name}`"))
            .help(
                "only `build` needs it: look for `esteira/aws` among the features of a dependency",
            )
            .into());
    }
    if crates.is_empty() {
        return Err(Diagnostic::new("a synth from a clean clone has compiled nothing")
            .help("a target folder outside of the workspace makes no clone a clean one")
            .into());
    }
    Ok(crates.len())
}

/// The file of the first handler.
fn a_handler(copy: &Checkout) -> Result<String> {
    let path = copy.root().join(OUTPUT).join("manifest.json");
    let json = fs::read(&path)
        .map_err(|error| Diagnostic::new(format!("cannot read {}: {error}", path.display())))?;
    let manifest = manifest::read(&json)?;
    let handler = manifest.items.iter().find(|item| matches!(item.kind, Kind::Handler(_)));
    let file = handler.map(|item| item.at.file.clone().into_owned());
    file.ok_or_else(|| Diagnostic::new("the application has no handler").into())
}

impl Whole {
    fn table(&self, app: &str) -> String {
        let unchanged = self.unchanged.median();
        let row = |what: &str, times: &Times, target: f64| {
            let median = times.median();
            let kept = if median.as_secs_f64() <= target { "kept" } else { "missed" };
            vec![
                what.to_owned(),
                text(median),
                times.range(),
                format!("{target} s: {kept}"),
                ratio(median, unchanged),
            ]
        };
        let mut rows = vec![
            row("nothing changed", &self.unchanged, 0.3),
            row("after touching a handler", &self.touched, 3.0),
        ];
        let clean = format!("clean clone, {} crates, no AWS SDK", self.crates);
        if self.clean_processor == Times::default() {
            rows.push(row(&clean, &self.clean, 60.0));
        } else {
            rows.push(row(&format!("{clean}: processor time"), &self.clean_processor, 60.0));
            let mut wall = row("the same: time on the clock", &self.clean, f64::INFINITY);
            wall[3] = "–".to_owned();
            rows.push(wall);
        }
        let head = [&*format!("synth of `{app}`"), "median", "range", "target", "ratio"];
        table(&head, &rows)
    }
}

fn stacks(templates: usize) -> String {
    match templates {
        0 => "too large".to_owned(),
        several => several.to_string(),
    }
}

/// The table of generated applications.
fn scale(emitted: &BTreeMap<usize, Emitted>) -> String {
    let each = |times: &Times, handlers: usize| times.median().div_f64(handlers as f64);
    let base = emitted.get(&COMPARED);
    let growth = |times: &Times, handlers, of: fn(&Emitted) -> &Times| {
        base.map_or_else(String::new, |base| ratio(each(times, handlers), each(of(base), COMPARED)))
    };
    let rows: Vec<_> = emitted
        .iter()
        .map(|(handlers, emitted)| {
            let Emitted { terraform, everything, templates } = emitted;
            vec![
                handlers.to_string(),
                text(terraform.median()),
                terraform.range(),
                text(each(terraform, *handlers)),
                growth(terraform, *handlers, |e| &e.terraform),
                text(everything.median()),
                growth(everything, *handlers, |e| &e.everything),
                stacks(*templates),
            ]
        })
        .collect();
    let head = [
        "handlers",
        "Terraform",
        "range",
        "a handler",
        "of that at 100",
        "everything",
        "a handler, of that at 100",
        "stacks",
    ];
    table(&head, &rows)
}
