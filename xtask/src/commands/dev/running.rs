//! The program while it runs.

use std::{
    path::Path,
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};

use crate::{
    app::App,
    cargo,
    diagnostic::{Diagnostic, Result},
    tools::process::Guard,
};

/// How long it may take to write down its state.
const PATIENCE: Duration = Duration::from_secs(5);

/// A program that runs an application. However this process ends, it ends too: its stdin is a
/// pipe that closes then.
#[derive(Debug)]
pub(super) struct Running {
    process: Guard,
    ended: Option<ExitStatus>,
}

impl Running {
    /// Starts a program in the application's folder.
    ///
    /// # Errors
    ///
    /// It cannot be started.
    pub(super) fn start(app: &App, program: &Path, plan: &Path) -> Result<Self> {
        let mut command = cargo::tool(program, app.package.directory());
        let child = command.arg(plan).stdin(Stdio::piped()).spawn().map_err(|error| {
            Diagnostic::new(format!("cannot start {}: {error}", program.display()))
        })?;
        Ok(Self { process: Guard(child), ended: None })
    }

    /// How it ended, if it has.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        if self.ended.is_none() {
            self.ended = self.process.0.try_wait().ok().flatten();
        }
        self.ended
    }

    /// Ends it by a signal, to start another in its place.
    pub(super) fn replace(mut self) {
        self.process.stop(PATIENCE);
    }

    /// Waits for its end, of which a terminal has told it already; others learn it from their
    /// stdin.
    pub(super) fn finish(mut self) -> Option<ExitStatus> {
        drop(self.process.0.stdin.take());
        let end = Instant::now() + PATIENCE;
        while self.ended().is_none() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(10));
        }
        let status = self.ended();
        // What it started, and itself if it is too late.
        self.process.stop(Duration::ZERO);
        status
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    fn shell(script: &str) -> Running {
        let mut command = Command::new("sh");
        let child = command.args(["-c", script]).stdin(Stdio::piped()).spawn().unwrap();
        Running { process: Guard(child), ended: None }
    }

    #[test]
    fn it_ends_when_its_stdin_does() {
        let running = shell("cat; exit 3");
        assert_eq!(running.finish().and_then(|status| status.code()), Some(3));
    }

    #[test]
    fn it_is_told_by_a_signal_that_another_takes_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let [ready, told] = ["ready", "told"].map(|name| folder.path().join(name));
        let running = shell(&format!(
            "trap 'touch {}; exit 0' TERM; touch {}; while :; do sleep 0.02; done",
            told.display(),
            ready.display()
        ));
        while !ready.exists() {
            std::thread::sleep(Duration::from_millis(10));
        }
        running.replace();
        assert!(told.exists());
    }

    #[test]
    fn how_it_ended_is_known_once_it_has() {
        let mut running = shell("exit 7");
        while running.ended().is_none() {
            std::thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(running.ended().and_then(|status| status.code()), Some(7));
    }
}
