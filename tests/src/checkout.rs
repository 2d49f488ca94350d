//! A copy of this repository, to be changed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use esteira_xtask::copy;
use esteira_xtask::diagnostic::Failure;

use crate::local::Local;
use crate::tool;

/// A copy of this repository whose sources may be changed while an application of it runs. It is
/// removed when this is dropped.
#[derive(Debug)]
pub struct Checkout {
    root: PathBuf,
    tool: PathBuf,
}

impl Checkout {
    /// Copies the sources into a new folder, and what `dev` has compiled here of others' packages.
    ///
    /// # Errors
    ///
    /// A file cannot be read or written, or the tool does not compile.
    pub fn new(root: PathBuf) -> anyhow::Result<Self> {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("no repository")?;
        copy::refresh(repository, &root).map_err(failed)?;
        let compiled = Path::new("target/esteira/.cargo-target/debug");
        let (from, to) = (repository.join(compiled), root.join(compiled));
        if from.is_dir() {
            fs::create_dir_all(&to)?;
            // With the times by which cargo knows that nothing has changed.
            let copied = Command::new("cp").arg("-a").arg(from.join(".")).arg(&to).status()?;
            ensure!(copied.success(), "{} is not copied", from.display());
        }
        Ok(Self { root, tool: tool::build()? })
    }

    /// Starts an application of the copy, as [`Local::start`] does one of this repository.
    ///
    /// # Errors
    ///
    /// It does not start; what it said is in the message.
    pub fn start(&self, folder: &Path, arguments: &[&str]) -> anyhow::Result<Local> {
        Local::spawn(folder, self.tool(), arguments)
    }

    /// The tool, in the copy.
    pub fn tool(&self) -> Command {
        let mut command = Command::new(&self.tool);
        command.current_dir(&self.root);
        command
    }

    /// Puts other text in the place of what a source file has once.
    ///
    /// # Errors
    ///
    /// The file does not have it, or has it more than once; it cannot be read or written.
    pub fn edit(&self, file: &str, from: &str, to: &str) -> anyhow::Result<()> {
        let path = self.root.join(file);
        let text = fs::read_to_string(&path)?;
        ensure!(text.matches(from).count() == 1, "{file} has not once: {from}");
        Ok(fs::write(path, text.replace(from, to))?)
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        // What is left of it is removed before the next one.
        let _ = fs::remove_dir_all(&self.root);
    }
}

fn failed(failure: Failure) -> anyhow::Error {
    let lines: Vec<_> = failure.0.iter().map(ToString::to_string).collect();
    anyhow::anyhow!(lines.join("\n"))
}
