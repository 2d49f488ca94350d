//! Running a program as a part of a step, and counting the tests it reports.

use std::cell::RefCell;
use std::fmt::{self, Write};
use std::ops::AddAssign;
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::diagnostic::{Diagnostic, Result};
use crate::tools::process;

/// How many tests, or other checks, ended in which way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: u32,
    pub(super) failed: u32,
    pub(super) skipped: u32,
}

impl Counts {
    /// One check that passed.
    pub(super) const PASSED: Self = Self { passed: 1, failed: 0, skipped: 0 };

    /// One check that failed.
    pub(super) const FAILED: Self = Self { passed: 0, failed: 1, skipped: 0 };

    /// Tests that end early because something is missing are passed for the test harness, which
    /// knows nothing else; they say so in a file.
    pub(super) fn with_skips(mut self, lines: u32) -> Self {
        self.passed = self.passed.saturating_sub(lines);
        self.skipped += lines;
        self
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// Runs a program, shows what it writes, and counts it as one check.
pub(super) fn check(command: &mut Command, limit: Duration) -> Result<Counts> {
    let finished = shown(command, limit)?;
    if finished.success {
        return Ok(Counts::PASSED);
    }
    let lines: Vec<&str> = finished.text.lines().collect();
    remember(lines[lines.len().saturating_sub(REASON_LINES)..].join("\n"));
    Ok(Counts::FAILED)
}

/// Runs `cargo test`, shows what it writes, and counts the tests.
pub(super) fn tests(command: &mut Command, limit: Duration) -> Result<Counts> {
    let finished = shown(command, limit)?;
    let mut counts = Counts::default();
    finished.text.lines().filter_map(result).for_each(|result| counts += result);
    // Something that does not compile reports no test at all.
    if !finished.success && counts.failed == 0 {
        counts += Counts::FAILED;
    }
    if counts.failed > 0 {
        reasons(&finished.text).into_iter().for_each(remember);
    }
    Ok(counts)
}

/// Why something failed so far, to be said again at the end: what is shown of a long run is often
/// its last lines alone.
static REASONS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// So many lines say why something failed; most take two.
const REASON_LINES: usize = 15;

fn remember(reason: String) {
    REASONS.lock().unwrap_or_else(PoisonError::into_inner).push(reason);
}

/// Why something failed since this was last asked.
pub(super) fn failures() -> Vec<String> {
    std::mem::take(&mut *REASONS.lock().unwrap_or_else(PoisonError::into_inner))
}

/// The errors that tests ended with and the messages they panicked with, each with what follows it.
fn reasons(text: &str) -> Vec<String> {
    let panics = |line: &str| line.starts_with("thread '") && line.contains(" panicked at ");
    let begins = |line: &str| line.starts_with("Error: ") || panics(line);
    let ends = |line: &str| {
        begins(line)
            || ["test ", "failures:", "stack backtrace:", "note: "]
                .iter()
                .any(|other| line.starts_with(other))
    };
    let lines: Vec<&str> = text.lines().collect();
    let begin = (0..lines.len()).filter(|at| begins(lines[*at]));
    let block = |at: usize| {
        let rest = lines[at + 1..].iter().take_while(|line| !ends(line)).take(REASON_LINES);
        let block = std::iter::once(&lines[at]).chain(rest).copied().collect::<Vec<_>>();
        block.join("\n").trim_end().to_owned()
    };
    begin.map(block).collect()
}

thread_local! {
    /// What this thread has to say, if it is held back.
    static HELD: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Says a line on standard error, unless it is [held](held) back.
pub(super) fn say(line: fmt::Arguments<'_>) {
    HELD.with_borrow_mut(|held| match held {
        // Writing to a text does not fail.
        Some(held) => drop(writeln!(held, "{line}")),
        None => eprintln!("{line}"),
    });
}

/// Runs something, and brings back what it said.
pub(super) fn held(run: impl FnOnce()) -> String {
    HELD.set(Some(String::new()));
    run();
    HELD.take().unwrap_or_default()
}

fn shown(command: &mut Command, limit: Duration) -> Result<process::Finished> {
    let line = std::iter::once(command.get_program()).chain(command.get_args());
    let line = line.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ");
    say(format_args!("$ {line}"));
    let finished = process::run(command, limit, |line| say(format_args!("{line}")));
    finished.map_err(|error| Diagnostic::new(error.to_string()).into())
}

/// The counts in a line such as `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
fn result(line: &str) -> Option<Counts> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let count = |what: &str| {
        let mut parts = counts.split("; ").filter_map(|part| part.split_once(' '));
        parts.find(|(_, name)| *name == what).and_then(|(count, _)| count.parse().ok())
    };
    Some(Counts { passed: count("passed")?, failed: count("failed")?, skipped: count("ignored")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_harness_s_own_line_is_read() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 7 filtered out; finished in 1.2s";
        assert_eq!(result(line), Some(Counts { passed: 12, failed: 3, skipped: 1 }));
        assert_eq!(result("test result"), None);
        assert_eq!(result("running 3 tests"), None);
    }

    #[test]
    fn why_tests_failed_is_found_in_what_they_wrote() {
        let text = "running 3 tests\ntest a ... ok\nError: the stock is 3, not 2\n\nCaused by:\n    \
            late\n\ntest b ... FAILED\n\nthread 'c' (7) panicked at src/c.rs:1:2:\nno\nstack \
            backtrace:\n   0: x\ntest c ... FAILED\n\nfailures:\n    b\n";
        let b = "Error: the stock is 3, not 2\n\nCaused by:\n    late";
        assert_eq!(reasons(text), [b, "thread 'c' (7) panicked at src/c.rs:1:2:\nno"]);
    }

    #[test]
    fn a_program_that_fails_without_tests_is_a_failure() {
        let run = |script: &str| {
            super::tests(Command::new("sh").args(["-c", script]), Duration::from_secs(20)).unwrap()
        };
        assert_eq!(run("exit 101"), Counts::FAILED);
        let passed =
            "echo 'test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out'";
        assert_eq!(run(passed), Counts { passed: 2, ..Counts::default() });
        assert_eq!(run(passed).with_skips(1), Counts { passed: 1, failed: 0, skipped: 1 });
    }
}
