//! An application that `cargo xtask dev` runs on this machine.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{bail, ensure};
use serde_json::Value;

use crate::aws::Aws;
use crate::wait;

/// The program may have to be compiled, with all that it depends on.
const PATIENCE: Duration = Duration::from_secs(900);

/// How long it may take to end.
const END: Duration = Duration::from_secs(20);

/// `cargo xtask dev` at work, in a process group of its own. It is killed, with all that it
/// started, when this is dropped.
#[derive(Debug)]
pub struct Local {
    child: Child,
    endpoint: String,
    out: PathBuf,
    err: PathBuf,
}

impl Local {
    /// Starts it for an application of this repository, and waits until its endpoint listens. What
    /// it writes is added to files in a folder: lines of JSON, one for each thing that happens.
    ///
    /// # Errors
    ///
    /// It does not start; what it said is in the message.
    pub fn start(folder: &Path, arguments: &[&str]) -> anyhow::Result<Self> {
        let mut command = Command::new(env!("CARGO"));
        command.arg("xtask").current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
        Self::spawn(folder, command, arguments)
    }

    /// As [`start`](Self::start), by another command.
    pub(crate) fn spawn(
        folder: &Path,
        mut command: Command,
        arguments: &[&str],
    ) -> anyhow::Result<Self> {
        let (out, err) = (folder.join("out"), folder.join("err"));
        fs::create_dir_all(folder)?;
        let append = |file: &Path| File::options().create(true).append(true).open(file);
        let before = fs::metadata(&err).map_or(0, |it| it.len());
        let child = command
            .args(["dev", "--json"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(append(&out)?)
            .stderr(append(&err)?)
            .process_group(0)
            .spawn()?;
        let mut local = Self { child, endpoint: String::new(), out, err };
        local.endpoint = wait::until_within(PATIENCE, "the endpoint", || {
            if let Some(status) = local.child.try_wait()? {
                bail!("{status}: {}", local.said());
            }
            let said = fs::read(&local.err)?;
            let said = String::from_utf8_lossy(said.get(before as usize..).unwrap_or_default());
            let listens = said.lines().find_map(|line| line.trim().strip_prefix("Endpoint "));
            Ok(listens.map(str::to_owned))
        })?;
        Ok(local)
    }

    /// A client of its endpoint.
    pub fn aws(&self) -> Aws {
        Aws::new(&self.endpoint)
    }

    /// What it said beside the lines of JSON.
    pub fn said(&self) -> String {
        fs::read_to_string(&self.err).unwrap_or_default()
    }

    /// What happened so far, in this run and those before that wrote to the same folder. A line
    /// that was cut when it was killed is left out.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn seen(&self) -> anyhow::Result<Vec<Value>> {
        let text = fs::read_to_string(&self.out)?;
        Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
    }

    /// How many things of a kind happened so far.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn count(&self, kind: &str) -> anyhow::Result<usize> {
        // Sooner than by reading all of it as JSON.
        let text = fs::read_to_string(&self.out)?;
        Ok(text.matches(&format!("\"kind\":\"{kind}\"")).count())
    }

    /// Kills it and all that it started, which learn nothing of it.
    ///
    /// # Errors
    ///
    /// They cannot be killed.
    pub fn kill(mut self) -> anyhow::Result<()> {
        self.signal("-KILL")?;
        self.child.wait()?;
        Ok(())
    }

    /// Ends it as Ctrl-C does, and waits for its end.
    ///
    /// # Errors
    ///
    /// It does not end, or not well.
    pub fn end(mut self) -> anyhow::Result<()> {
        self.signal("-INT")?;
        let status = wait::until_within(END, "the end", || Ok(self.child.try_wait()?))?;
        ensure!(status.success(), "{status}: {}", self.said());
        Ok(())
    }

    fn signal(&self, signal: &str) -> anyhow::Result<()> {
        let group = format!("-{}", self.child.id());
        let sent = Command::new("kill").args([signal, "--", &group]).status()?;
        ensure!(sent.success(), "the group {group} is gone");
        Ok(())
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            // Nobody is left to tell if there is nothing to kill.
            let _ = self.signal("-KILL");
            let _ = self.child.wait();
        }
    }
}
