//! `test`: this repository's whole test suite, with what it needs set up.

use std::process::ExitCode;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
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

/// What has become of the steps so far.
struct Progress<'a> {
    of: usize,
    ended: Mutex<Vec<Ended<'a>>>,
    /// Told whenever one ends.
    changed: Condvar,
}

/// A step that has come to its end.
struct Ended<'a> {
    index: usize,
    step: &'a Step,
    counts: Counts,
    elapsed: f64,
}

/// Runs the steps in order, those that mostly wait beside those that come after them. One that fails
/// does not keep the others from running, except for those that need what it makes.
fn run(steps: &[&'static Step], context: &Context) -> Counts {
    let progress =
        Progress { of: steps.len(), ended: Mutex::default(), changed: Condvar::default() };
    let numbered = || steps.iter().copied().enumerate();
    let (beside, others): (Vec<_>, Vec<_>) = numbered().partition(|(_, step)| step.waits);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for (index, step) in beside {
                let before = numbered().take(index).filter(|(_, step)| !step.waits);
                progress.wait_for(&before.map(|(_, step)| step.name).collect::<Vec<_>>());
                // Its lines would stand among those of another step.
                let told = runs::held(|| progress.run(index, step, context));
                eprint!("{told}");
            }
        });
        for (index, step) in others {
            let is_needed = |(_, other): &(usize, &Step)| step.needs.contains(&other.name);
            let needed = numbered().filter(is_needed).map(|(_, step)| step.name);
            progress.wait_for(&needed.collect::<Vec<_>>());
            progress.run(index, step, context);
        }
    });
    let mut ended = progress.ended();
    ended.sort_by_key(|ended| ended.index);
    let lines = ended.iter().map(|Ended { step, counts, elapsed, .. }| {
        format!("{:14} {elapsed:>7.1} s  {counts}", step.name)
    });
    runs::failures().iter().for_each(|reason| eprintln!("\n{reason}"));
    eprintln!("\n{}", lines.collect::<Vec<_>>().join("\n"));
    let mut total = Counts::default();
    ended.iter().for_each(|ended| total += ended.counts);
    total
}

impl<'a> Progress<'a> {
    fn ended(&self) -> MutexGuard<'_, Vec<Ended<'a>>> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until all of these steps have ended.
    fn wait_for(&self, names: &[&str]) {
        let open = |ended: &mut Vec<Ended<'a>>| {
            names.iter().any(|name| !ended.iter().any(|ended| ended.step.name == *name))
        };
        drop(self.changed.wait_while(self.ended(), open));
    }

    /// Whether a step that this one needs has failed, or was left out for that reason.
    fn failed_before(&self, step: &Step) -> Option<&'static str> {
        let ended = self.ended();
        let failed = |name: &&str| {
            let before = ended.iter().find(|ended| ended.step.name == *name);
            before.is_some_and(|it| it.counts.failed > 0 || it.counts == LEFT_OUT)
        };
        step.needs.iter().copied().find(failed)
    }

    fn run(&self, index: usize, step: &'a Step, context: &Context) {
        let of = format!("[{}/{}] {}", index + 1, self.of, step.name);
        runs::say(format_args!("\n{of}: {}", step.what));
        let started = Instant::now();
        let counts = match self.failed_before(step) {
            Some(needed) => {
                runs::say(format_args!("skipped {}: it needs {needed}, which failed", step.name));
                LEFT_OUT
            }
            None => (step.run)(context).unwrap_or_else(|failure| {
                failure.0.iter().for_each(|diagnostic| runs::say(format_args!("{diagnostic}")));
                Counts { failed: 1, ..Counts::default() }
            }),
        };
        let elapsed = started.elapsed().as_secs_f64();
        runs::say(format_args!("{of}: {counts} in {elapsed:.1} s"));
        self.ended().push(Ended { index, step, counts, elapsed });
        self.changed.notify_all();
    }
}

/// Of a step that was not run since one that it needs failed.
const LEFT_OUT: Counts = Counts { passed: 0, failed: 0, skipped: 1 };

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
    fn what_waits_runs_beside_what_comes_after_it_and_what_needs_a_failed_one_does_not_run() {
        use std::sync::mpsc;
        static SECOND: Mutex<Option<mpsc::Receiver<()>>> = Mutex::new(None);
        static FIRST: Mutex<Option<mpsc::Sender<()>>> = Mutex::new(None);
        fn first(_: &Context) -> Result<Counts> {
            // Comes to its end only while the other one runs.
            let told = SECOND.lock().unwrap().take().unwrap();
            told.recv_timeout(Duration::from_secs(20)).map_err(|_| Diagnostic::new("alone"))?;
            Ok(Counts::PASSED)
        }
        fn second(_: &Context) -> Result<Counts> {
            FIRST.lock().unwrap().take().unwrap().send(()).map_err(|_| Diagnostic::new("gone"))?;
            Ok(Counts::FAILED)
        }
        fn never(_: &Context) -> Result<Counts> {
            panic!("it needs what failed");
        }
        let (sender, receiver) = mpsc::channel();
        (*FIRST.lock().unwrap(), *SECOND.lock().unwrap()) = (Some(sender), Some(receiver));
        static STEPS: [Step; 3] = [
            Step { name: "a", what: "", needs: &[], waits: true, run: first },
            Step { name: "b", what: "", needs: &[], waits: false, run: second },
            Step { name: "c", what: "", needs: &["b"], waits: true, run: never },
        ];
        let context = Context::new(Instant::now() + Duration::from_secs(60)).unwrap();
        let total = run(&STEPS.iter().collect::<Vec<_>>(), &context);
        assert_eq!(total, Counts { passed: 1, failed: 1, skipped: 1 });
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
