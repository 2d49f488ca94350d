//! What every step needs to know.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs};

use super::runs::{self, Counts};
use crate::diagnostic::{Diagnostic, Result};
use crate::tools::{self, Tool};
use crate::workspace::Workspace;

/// Where things are, and until when the run may last.
#[derive(Debug)]
pub(super) struct Context {
    /// The root of this repository.
    pub(super) root: PathBuf,
    /// What is synthesized and built for the tests: `<architecture>/<application>/`.
    pub(super) output: PathBuf,
    /// Where tools are set up.
    pub(super) tools: PathBuf,
    /// This program, which is also what is tested.
    program: PathBuf,
    end: Instant,
}

impl Context {
    pub(super) fn new(end: Instant) -> Result<Self> {
        let unknown = |what: &str, error| Diagnostic::new(format!("cannot tell {what}: {error}"));
        let directory =
            env::current_dir().map_err(|error| unknown("the current directory", error))?;
        let workspace = Workspace::load(&directory)?;
        if !workspace.root.join("tests/tests/end_to_end.rs").is_file() {
            return Err(Diagnostic::new("`test` tests esteira itself and runs in its repository")
                .help("run `cargo test` for an application")
                .into());
        }
        let generated = workspace.target.join("esteira");
        Ok(Self {
            root: workspace.root.clone(),
            output: generated.join("test"),
            tools: generated.join("tools"),
            program: env::current_exe().map_err(|error| unknown("which program this is", error))?,
            end,
        })
    }

    /// What is left of the time.
    pub(super) fn limit(&self) -> Duration {
        self.end.saturating_duration_since(Instant::now())
    }

    /// `cargo` in the root of the repository.
    pub(super) fn cargo(&self, arguments: &[&str]) -> Command {
        self.clean(Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into())), arguments)
    }

    /// This tool itself, in the root of the repository.
    pub(super) fn esteira(&self, arguments: &[&str]) -> Command {
        self.clean(Command::new(&self.program), arguments)
    }

    /// Another program, in the root of the repository.
    pub(super) fn program(&self, program: &Path) -> Command {
        self.clean(Command::new(program), &[])
    }

    /// Where fuzz targets are built, and where what one of them finds is kept for the next run.
    pub(super) fn fuzzing(&self, target: &str) -> Result<(PathBuf, PathBuf)> {
        let folder = self.output.with_file_name("fuzz");
        let corpus = folder.join("corpus").join(target);
        fs::create_dir_all(&corpus).map_err(|error| {
            Diagnostic::new(format!("cannot write {}: {error}", corpus.display()))
        })?;
        Ok((folder, corpus))
    }

    fn clean(&self, mut command: Command, arguments: &[&str]) -> Command {
        command.args(arguments).current_dir(&self.root);
        // What `cargo run` tells this program about itself is not true of another package.
        let own =
            |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
        for (name, _) in env::vars_os().filter(|(name, _)| name.to_str().is_some_and(own)) {
            command.env_remove(name);
        }
        // Where a test panicked is said anyway, and several panic because they should.
        command.env("RUST_BACKTRACE", "0");
        command
    }

    /// Where a tool is. If it is missing: a failure in continuous integration, otherwise none,
    /// and a line that says what to install.
    pub(super) fn tool(&self, tool: &Tool) -> Result<Option<PathBuf>> {
        match tool.ensure(&self.tools) {
            Ok(program) => Ok(Some(program)),
            Err(failure) if tools::is_ci() => Err(failure),
            Err(failure) => {
                failure.0.iter().for_each(|diagnostic| eprintln!("skipped: {diagnostic}"));
                Ok(None)
            }
        }
    }

    /// Runs one of the test programs that need what was built.
    pub(super) fn system_tests(&self, program: &str) -> Result<Counts> {
        let unwritable =
            |error| Diagnostic::new(format!("cannot write {}: {error}", self.output.display()));
        fs::create_dir_all(&self.output).map_err(unwritable)?;
        let skips = self.output.join(format!("{program}.skips"));
        fs::write(&skips, "").map_err(unwritable)?;
        // For the whole workspace, as the steps before: for one package cargo would choose other
        // features of what it depends on, and compile half of that anew.
        let arguments = ["test", "--workspace", "--test", program, "--", "--nocapture", "system::"];
        let mut command = self.cargo(&arguments);
        command.env("ESTEIRA_TEST_OUTPUT", &self.output);
        command.env("ESTEIRA_TEST_TOOLS", &self.tools);
        command.env("ESTEIRA_TEST_SKIPS", &skips);
        let counts = runs::tests(&mut command, self.limit())?;
        let skipped = fs::read_to_string(&skips).unwrap_or_default().lines().count();
        Ok(counts.with_skips(u32::try_from(skipped).unwrap_or(u32::MAX)))
    }
}
