//! Version control of a new application.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use clap::ValueEnum;

use crate::diagnostic::{Diagnostic, Result};

/// What keeps the versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Vcs {
    Git,
    None,
}

/// What the folder of the application is to version control.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repository {
    /// The top of a repository, of which servers read settings there.
    Top,
    /// A folder in one.
    Inside,
    /// There is none.
    None,
}

/// Begins a repository in a folder as cargo does: unless the user says otherwise, where there is
/// none yet and git is installed.
pub(super) fn prepare(wish: Option<Vcs>, folder: &Path) -> Result<Repository> {
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args(arguments).current_dir(folder).stdin(Stdio::null()).output()
    };
    if wish == Some(Vcs::None) {
        return Ok(Repository::None);
    }
    if folder.join(".git").exists() {
        return Ok(Repository::Top);
    }
    let inside = git(&["rev-parse", "--is-inside-work-tree"]);
    let ignored = || git(&["check-ignore", "--quiet", "."]).is_ok_and(|out| out.status.success());
    if wish.is_none() && inside.is_ok_and(|out| out.status.success()) && !ignored() {
        return Ok(Repository::Inside);
    }
    match git(&["init", "--quiet"]) {
        Ok(output) if output.status.success() => Ok(Repository::Top),
        // cargo brings a git of its own; who has none did not ask for a repository.
        Err(_) if wish.is_none() => Ok(Repository::None),
        Ok(output) => Err(refused(String::from_utf8_lossy(&output.stderr).trim()).into()),
        Err(error) => Err(refused(&error.to_string()).into()),
    }
}

fn refused(why: &str) -> Diagnostic {
    Diagnostic::new(format!("`git init` failed: {why}")).help("write `--vcs none` to go without")
}
