//! A second copy of the repository in another place, to compare what it builds.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use super::context::Context;
use super::runs::Counts;
use crate::diagnostic::{Diagnostic, Result};

/// A copy of the repository below the system's temporary folder, removed when this is dropped.
#[derive(Debug)]
pub(super) struct Checkout(PathBuf);

impl Checkout {
    /// Copies everything but the history and what was built.
    pub(super) fn of(root: &Path) -> Result<Self> {
        let folder =
            env::temp_dir().join(format!("esteira-another-checkout-{}", std::process::id()));
        let checkout = Self(folder);
        copy(root, &checkout.source())
            .map_err(|error| Diagnostic::new(format!("cannot copy the repository: {error}")))?;
        Ok(checkout)
    }

    fn source(&self) -> PathBuf {
        self.0.join("esteira")
    }

    fn output(&self) -> PathBuf {
        self.0.join("output")
    }

    /// `cargo xtask build` in the copy, with nothing of the first checkout but its tools.
    pub(super) fn build(&self, context: &Context) -> Command {
        let output = self.output();
        let arguments =
            ["xtask", "build", "--arch", "arm64", "--output", &output.to_string_lossy()];
        let mut command = context.cargo(&arguments);
        command.current_dir(self.source()).env_remove("CARGO_TARGET_DIR");
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

impl Drop for Checkout {
    fn drop(&mut self) {
        // What cannot be removed lies in the system's temporary folder, which is emptied anyway.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let name = entry.file_name();
        let (from, to) = (entry.path(), to.join(&name));
        if entry.file_type()?.is_dir() {
            if name != "target" && name != ".git" {
                copy(&from, &to)?;
            }
        } else if name != ".git" {
            fs::copy(from, to)?;
        }
    }
    Ok(())
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
    fn zips_are_compared_by_their_bytes_and_all_removed() {
        let first = env::temp_dir().join(format!("esteira-first-{}", std::process::id()));
        let source = first.join("source");
        fs::create_dir_all(source.join("target")).unwrap();
        fs::write(source.join("target/x"), "").unwrap();
        fs::write(source.join("a"), "").unwrap();
        let checkout = Checkout::of(&source).unwrap();
        assert!(
            checkout.source().join("a").is_file() && !checkout.source().join("target").exists()
        );
        for (folder, text) in [(first.clone(), "1"), (checkout.output(), "2")] {
            fs::create_dir_all(folder.join("app/lambda")).unwrap();
            fs::write(folder.join("app/lambda/same.zip"), "").unwrap();
            fs::write(folder.join("app/lambda/other.zip"), text).unwrap();
        }
        assert_eq!(checkout.compare(&first).unwrap(), Counts { passed: 1, failed: 1, skipped: 0 });
        let folder = checkout.0.clone();
        drop(checkout);
        assert!(!folder.exists());
        fs::remove_dir_all(first).unwrap();
    }
}
