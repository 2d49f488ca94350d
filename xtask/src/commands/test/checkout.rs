//! A second copy of the repository in another place, to compare what it builds.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::context::Context;
use super::runs::Counts;
use crate::copy::Copy;
use crate::diagnostic::{Diagnostic, Result};

/// A copy of the repository, and beside it what is built in it; removed when this is dropped.
#[derive(Debug)]
pub(super) struct Checkout(Copy);

impl Checkout {
    /// Copies everything but the history and what was built.
    pub(super) fn of(root: &Path) -> Result<Self> {
        Copy::of(root, "another-checkout").map(Self)
    }

    fn output(&self) -> PathBuf {
        self.0.folder.join("output")
    }

    /// `build` in the copy, with nothing of the first checkout but its tools, this one among them.
    pub(super) fn build(&self, context: &Context) -> Command {
        let output = self.output();
        let arguments = ["build", "--arch", "arm64", "--output", &output.to_string_lossy()];
        let mut command = context.esteira(&arguments);
        command.current_dir(&self.0.root).env_remove("CARGO_TARGET_DIR");
        command
    }

    /// One check a zip: the first checkout's has the same bytes.
    pub(super) fn compare(&self, first: &Path) -> Result<Counts> {
        let mut counts = Counts::default();
        let output = self.output();
        for zip in zips(&output)? {
            let name = zip.strip_prefix(&output).unwrap_or(&zip);
            let same = match (fs::read(&zip), fs::read(first.join(name))) {
                (Ok(second), Ok(first)) => first == second,
                _ => false,
            };
            eprintln!("{} {}", if same { "same     " } else { "DIFFERENT" }, name.display());
            counts += if same { Counts::PASSED } else { Counts::FAILED };
        }
        if counts.passed == 0 {
            counts += Counts::FAILED;
        }
        Ok(counts)
    }
}

/// `<application>/lambda/<handler>.zip`, in order.
fn zips(output: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = |error| Diagnostic::new(format!("cannot read {}: {error}", output.display()));
    let mut found = Vec::new();
    for application in fs::read_dir(output).map_err(unreadable)?.flatten() {
        let lambda =
            fs::read_dir(application.path().join("lambda")).into_iter().flatten().flatten();
        found.extend(
            lambda
                .map(|entry| entry.path())
                .filter(|path| path.extension().is_some_and(|it| it == "zip")),
        );
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zips_are_compared_by_their_bytes() {
        let folders = tempfile::tempdir().unwrap();
        let first = folders.path().join("first");
        fs::create_dir_all(folders.path().join("source")).unwrap();
        let checkout = Checkout::of(&folders.path().join("source")).unwrap();
        for (folder, text) in [(first.clone(), "1"), (checkout.output(), "2")] {
            fs::create_dir_all(folder.join("app/lambda")).unwrap();
            fs::write(folder.join("app/lambda/same.zip"), "").unwrap();
            fs::write(folder.join("app/lambda/other.zip"), text).unwrap();
        }
        assert_eq!(checkout.compare(&first).unwrap(), Counts { passed: 1, failed: 1, skipped: 0 });
    }
}
