//! A clone of a workspace, and what is compiled in it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    copy::Copy,
    diagnostic::{Diagnostic, Result},
};

/// A copy of a workspace, which is removed with it.
#[derive(Debug)]
pub(super) struct Checkout(Copy);

impl Checkout {
    /// Copies a workspace.
    ///
    /// # Errors
    ///
    /// A file cannot be read or written.
    pub(super) fn of(workspace: &Path, number: u32) -> Result<Self> {
        Copy::of(workspace, &format!("bench-{number}")).map(Self)
    }

    /// Its root.
    pub(super) fn root(&self) -> &Path {
        &self.0.root
    }

    /// Adds a line to a file, so that its package has to be compiled again.
    pub(super) fn touch(&self, file: &str) -> Result<()> {
        let path = self.root().join(file);
        let touched = fs::read_to_string(&path)
            .and_then(|text| fs::write(&path, text + "\n// Touched by a benchmark.\n"));
        touched.map_err(|error| Diagnostic::new(format!("cannot touch {file}: {error}")).into())
    }

    /// The libraries that were compiled in it, by the name of the crate.
    pub(super) fn compiled(&self) -> Vec<String> {
        let mut crates = Vec::new();
        let mut folders: Vec<PathBuf> = vec![self.root().to_owned()];
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

/// The crate of `libserde-0123456789abcdef.rmeta`.
fn library(file: &str) -> Option<&str> {
    let file = file.strip_prefix("lib")?;
    let file = file.strip_suffix(".rmeta").or_else(|| file.strip_suffix(".rlib"))?;
    Some(file.rsplit_once('-')?.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkout_is_touched_alone_and_knows_what_is_compiled() {
        let folder = tempfile::tempdir().unwrap();
        let from = folder.path();
        fs::create_dir_all(from.join("a/src")).unwrap();
        fs::write(from.join("a/src/lib.rs"), "x").unwrap();
        let checkout = Checkout::of(from, 0).unwrap();
        checkout.touch("a/src/lib.rs").unwrap();
        let text = |root: &Path| fs::read_to_string(root.join("a/src/lib.rs")).unwrap();
        assert_eq!(text(from), "x");
        assert!(text(checkout.root()).starts_with("x\n//"));

        let deps = checkout.root().join("target/debug/deps");
        fs::create_dir_all(&deps).unwrap();
        for file in ["libaws_sdk_sns-01.rmeta", "libaws_sdk_sns-01.rlib", "serde-2.d"] {
            fs::write(deps.join(file), "").unwrap();
        }
        assert_eq!(checkout.compiled(), ["aws_sdk_sns"]);
    }
}
