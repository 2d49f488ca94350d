//! Measures deploys as `cargo xtask bench deploy` asks for it: runs the tool on a copy of an
//! application, with an emulator as AWS, and prints the figures as JSON.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, ensure};
use esteira::manifest::{Kind, Manifest};
use esteira_tests::emulator::Emulator;
use esteira_tests::project::{Project, zip};
use esteira_xtask::bench_deploy::{Deployed, Plan};
use serde_json::Value;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let file = std::env::args_os().nth(1).context("the first argument is to be a plan")?;
    let plan = fs::read(&file).with_context(|| file.display().to_string())?;
    let plan: Plan = serde_json::from_slice(&plan).context("the plan")?;
    let emulator = Emulator::start(&plan.emulator)?;
    let programs: Vec<&Path> = plan.programs.iter().map(PathBuf::as_path).collect();
    let project = Project::bare(plan.application.clone(), &emulator, &programs)?;
    project.forget()?;
    let bench = Bench { plan: &plan, project: &project };
    println!("{}", serde_json::to_string(&bench.all()?)?);
    Ok(())
}

struct Bench<'a> {
    plan: &'a Plan,
    project: &'a Project<'a>,
}

impl Bench<'_> {
    fn all(&self) -> anyhow::Result<Vec<Deployed>> {
        // What is compiled once is no matter of a deploy.
        let prepared: &[&str] =
            if self.plan.build { &["build", "--arch", "x86_64"] } else { &["synth"] };
        for command in [&["synth"], prepared] {
            eprintln!("{}, so that everything is compiled", command[0]);
            let ran = self.project.run(&[command, &["--quiet"]].concat())?;
            ensure!(ran.code == Some(0), "{}", ran.err);
        }
        let manifest = self.manifest()?;
        let handlers: Vec<_> =
            manifest.items.iter().filter(|it| matches!(it.kind, Kind::Handler(_))).collect();
        let names = handlers.iter().map(|it| it.id.rsplit("::").next().unwrap_or(&it.id));
        let names: Vec<_> = names.collect();
        let (first, name) = handlers.first().zip(names.first()).context("no handler")?;
        if !self.plan.build {
            names.iter().try_for_each(|name| self.zip(name, "first"))?;
        }
        let mut all = vec![self.deploy("from nothing")?, self.deploy("nothing changed")?];
        match self.plan.build {
            true => self.change(&first.at.file, name)?,
            false => self.zip(name, "second")?,
        }
        let changed = self.deploy("one handler changed")?;
        ensure!(
            changed.applied.keys().any(|it| it.starts_with("aws_lambda_function.")),
            "no function was changed: {:?}",
            changed.applied
        );
        all.push(changed);
        Ok(all)
    }

    fn deploy(&self, what: &str) -> anyhow::Result<Deployed> {
        eprintln!("deploy: {what}");
        let mut command = vec!["deploy", "--arch", "x86_64", "--yes", "--quiet", "--json"];
        command.extend((!self.plan.build).then_some("--no-build"));
        let started = Instant::now();
        let ran = self.project.run(&command)?;
        let whole = started.elapsed().as_secs_f64();
        ensure!(ran.code == Some(0), "{}", ran.err);
        let told = ran.json()?;
        let seconds = serde_json::from_value(told["seconds"].clone()).context("no seconds")?;
        let applied = told["applied"].as_array().into_iter().flatten();
        let applied = applied.filter_map(took).collect::<BTreeMap<_, _>>();
        Ok(Deployed { what: what.to_owned(), seconds, whole, applied })
    }

    fn manifest(&self) -> anyhow::Result<Manifest> {
        let file = self.plan.target.join("dev/manifest.json");
        let text = fs::read(&file).with_context(|| file.display().to_string())?;
        Ok(serde_json::from_slice(&text)?)
    }

    fn zip(&self, handler: &str, content: &str) -> anyhow::Result<()> {
        zip(&self.plan.target.join("dev/lambda").join(format!("{handler}.zip")), content)
    }

    /// Has a handler do something more, which no other function does.
    fn change(&self, file: &str, name: &str) -> anyhow::Result<()> {
        let path = self.plan.application.parent().context("no workspace")?.join(file);
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let changed =
            changed(&text, name).with_context(|| format!("no body of {name} in {file}"))?;
        Ok(fs::write(&path, changed)?)
    }
}

/// The source with a statement more at the beginning of a function.
fn changed(source: &str, function: &str) -> Option<String> {
    let signature = source.find(&format!("async fn {function}("))?;
    let body = signature + source[signature..].find("{\n")? + 2;
    let (before, after) = source.split_at(body);
    Some(format!("{before}    std::hint::black_box(\"changed by a benchmark\");\n{after}"))
}

fn took(applied: &Value) -> Option<(String, f64)> {
    Some((applied["address"].as_str()?.to_owned(), applied["seconds"].as_f64()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handler_is_changed_in_its_body() {
        let source = "async fn a(x: u8) {\n}\n\nasync fn b(\n    x: u8,\n) -> R<()> {\n    x\n}\n";
        let changed = changed(source, "b").unwrap();
        assert!(changed.contains("-> R<()> {\n    std::hint::black_box("), "{changed}");
        assert!(changed.contains("    x\n}\n") && changed.starts_with("async fn a(x: u8) {\n}\n"));
        assert_eq!(super::changed(source, "c"), None);
    }
}
