//! `test`: this repository's whole test suite, with what it needs set up.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;

use crate::diagnostic::{Diagnostic, Result};
use crate::suggest;

mod checkout;
mod context;
mod runs;
mod steps;

use context::Context;
use runs::Counts;
use steps::{STEPS, Step};

/// The whole run ends by itself before a hosted runner would end it.
const LIMIT: Duration = Duration::from_secs(85 * 60);

/// Run this repository's tests, setting up what they need
#[derive(Debug, Args)]
pub(crate) struct Test {
    /// Run only this step; may be repeated
    #[arg(long, value_name = "STEP")]
    only: Vec<String>,
    /// Leave this step out; may be repeated
    #[arg(long, value_name = "STEP")]
    skip: Vec<String>,
    /// List the steps and run none
    #[arg(long)]
    list: bool,
}

impl Test {
    pub(crate) fn run(&self) -> Result<ExitCode> {
        let chosen = self.choose()?;
        if self.list {
            for step in chosen {
                println!("{:14} {}", step.name, step.what);
            }
            return Ok(ExitCode::SUCCESS);
        }
        let context = Context::new(Instant::now() + LIMIT)?;
        let total = run(&chosen, &context);
        println!("{total}");
        Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn choose(&self) -> Result<Vec<&'static Step>> {
        let names = || STEPS.iter().map(|step| step.name);
        for name in self.only.iter().chain(&self.skip) {
            if !names().any(|it| it == name) {
                return Err(Diagnostic::new(format!("no step `{name}`"))
                    .help(suggest::help(name, names()))
                    .into());
            }
        }
        let named = |names: &[String], step: &Step| names.iter().any(|name| name == step.name);
        let wanted = |step: &&Step| {
            (self.only.is_empty() || named(&self.only, step)) && !named(&self.skip, step)
        };
        Ok(STEPS.iter().filter(wanted).collect())
    }
}

/// Runs the steps in order. One that fails does not keep the others from running, except for
/// those that need what it makes.
fn run(steps: &[&'static Step], context: &Context) -> Counts {
    let mut total = Counts::default();
    let mut failed: Vec<&str> = Vec::new();
    let mut lines = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let of = format!("[{}/{}] {}", index + 1, steps.len(), step.name);
        eprintln!("\n{of}: {}", step.what);
        let started = Instant::now();
        let counts = match step.needs.iter().find(|name| failed.contains(name)) {
            Some(needed) => {
                eprintln!("skipped {}: it needs {needed}, which failed", step.name);
                failed.push(step.name);
                Counts { skipped: 1, ..Counts::default() }
            }
            None => (step.run)(context).unwrap_or_else(|failure| {
                failure.0.iter().for_each(|diagnostic| eprintln!("{diagnostic}"));
                Counts { failed: 1, ..Counts::default() }
            }),
        };
        if counts.failed > 0 {
            failed.push(step.name);
        }
        let elapsed = started.elapsed().as_secs_f64();
        lines.push(format!("{:14} {:>7.1} s  {counts}", step.name, elapsed));
        eprintln!("{of}: {counts} in {elapsed:.1} s");
        total += counts;
    }
    eprintln!("\n{}", lines.join("\n"));
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(only: &[&str], skip: &[&str]) -> Result<Vec<&'static str>> {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let test = Test { only: owned(only), skip: owned(skip), list: false };
        Ok(test.choose()?.into_iter().map(|step| step.name).collect())
    }

    #[test]
    fn steps_are_chosen_by_name_and_keep_their_order() {
        assert_eq!(test(&["clippy", "fmt"], &[]).unwrap(), ["fmt", "clippy"]);
        assert!(!test(&[], &["fmt"]).unwrap().contains(&"fmt"));
        assert!(test(&["fnt"], &[]).unwrap_err().0[0].to_string().contains("fmt"));
    }

    #[test]
    fn a_step_needs_only_earlier_ones() {
        for (index, step) in STEPS.iter().enumerate() {
            for needed in step.needs {
                assert!(
                    STEPS[..index].iter().any(|it| it.name == *needed),
                    "{} needs {needed}",
                    step.name
                );
            }
        }
    }
}
