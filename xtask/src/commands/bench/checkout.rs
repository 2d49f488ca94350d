//! A copy of a workspace as a clone would be: no target folder, nothing compiled.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process,
};

use crate::diagnostic::{Diagnostic, Result};

/// A copy in a temporary folder, which is removed with it.
#[derive(Debug)]
pub(super) struct Checkout {
    pub(super) root: PathBuf,
}

impl Checkout {
    /// Copies the files of a workspace. Build output and hidden folders other than cargo's own
    /// settings stay behind.
    ///
    /// # Errors
    ///
    /// A file cannot be read or written.
    pub(super) fn of(workspace: &Path, number: u32) -> Result<Self> {
        let root = env::temp_dir().join(format!("esteira-bench-{}-{number}", process::id()));
        let checkout = Self { root };
        copy(workspace, &checkout.root).map_err(|error| {
            Diagnostic::new(format!(
                "cannot copy {} to {}: {error}",
                workspace.display(),
                checkout.root.display()
            ))
        })?;
        Ok(checkout)
    }

    /// Adds a line to a file, so that its package has to be compiled again.
    pub(super) fn touch(&self, file: &str) -> Result<()> {
        let path = self.root.join(file);
        let touched = fs::read_to_string(&path)
            .and_then(|text| fs::write(&path, text + "\n// Touched by a benchmark.\n"));
        touched.map_err(|error| Diagnostic::new(format!("cannot touch {file}: {error}")).into())
    }

    /// The libraries that were compiled in it, by the name of the crate.
    pub(super) fn compiled(&self) -> Vec<String> {
        let mut crates = Vec::new();
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let name = entry.file_name().to_string_lossy().into_owned();
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    folders.push(entry.path());
                } else if let Some(name) = library(&name) {
                    crates.push(name.to_owned());
                }
            }
        }
        crates.sort();
        crates.dedup();
        crates
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// The crate of `libserde-0123456789abcdef.rmeta`.
fn library(file: &str) -> Option<&str> {
    let file = file.strip_prefix("lib")?;
    let file = file.strip_suffix(".rmeta").or_else(|| file.strip_suffix(".rlib"))?;
    Some(file.rsplit_once('-')?.0)
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (name, path) = (entry.file_name(), entry.path());
        let kind = entry.file_type()?;
        let hidden = name.to_string_lossy().starts_with('.') && name != ".cargo";
        if kind.is_dir() {
            // Cargo puts this file into every target folder.
            if !hidden && !path.join("CACHEDIR.TAG").exists() {
                copy(&path, &to.join(name))?;
            }
        } else if kind.is_file() {
            fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_the_sources_and_no_output() {
        let folder = tempfile::tempdir().unwrap();
        let from = folder.path();
        for file in ["a/src/lib.rs", ".cargo/config.toml", ".git/HEAD", "target/CACHEDIR.TAG"] {
            fs::create_dir_all(from.join(file).parent().unwrap()).unwrap();
            fs::write(from.join(file), "x").unwrap();
        }
        let copy = Checkout::of(from, 0).unwrap();
        let there = |file: &str| copy.root.join(file).exists();
        assert!(there("a/src/lib.rs") && there(".cargo/config.toml"));
        assert!(!there(".git") && !there("target"));

        copy.touch("a/src/lib.rs").unwrap();
        assert_eq!(fs::read_to_string(from.join("a/src/lib.rs")).unwrap(), "x");
        assert!(fs::read_to_string(copy.root.join("a/src/lib.rs")).unwrap().starts_with("x\n//"));

        let deps = copy.root.join("target/debug/deps");
        fs::create_dir_all(&deps).unwrap();
        for file in ["libaws_sdk_sns-01.rmeta", "libaws_sdk_sns-01.rlib", "serde-2.d"] {
            fs::write(deps.join(file), "").unwrap();
        }
        assert_eq!(copy.compiled(), ["aws_sdk_sns"]);
        let root = copy.root.clone();
        drop(copy);
        assert!(!root.exists());
    }
}
