//! A copy of a workspace as a clone would be: no target folder, nothing compiled.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process,
};

use crate::diagnostic::{Diagnostic, Result};

/// A copy in a folder of its own below the system's temporary one, removed when this is dropped.
#[derive(Debug)]
pub(crate) struct Copy {
    /// The folder, with room beside the copy.
    pub(crate) folder: PathBuf,
    /// The root of the copied workspace.
    pub(crate) root: PathBuf,
}

impl Copy {
    /// Copies the files of a workspace. Build output and hidden folders other than cargo's own
    /// settings stay behind. No other copy that this process holds may have the name.
    ///
    /// # Errors
    ///
    /// A file cannot be read or written.
    pub(crate) fn of(workspace: &Path, name: &str) -> Result<Self> {
        let folder = env::temp_dir().join(format!("esteira-{name}-{}", process::id()));
        let copy = Self { root: folder.join("workspace"), folder };
        refresh(workspace, &copy.root)?;
        Ok(copy)
    }
}

/// Copies the files of a workspace into a folder, which may have what was compiled of an earlier
/// copy. A file that is the same is left alone, so that it counts as unchanged.
///
/// # Errors
///
/// A file cannot be read or written.
pub fn refresh(workspace: &Path, root: &Path) -> Result<()> {
    copy_files(workspace, root).map_err(|error| {
        let (from, to) = (workspace.display(), root.display());
        Diagnostic::new(format!("cannot copy {from} to {to}: {error}")).into()
    })
}

impl Drop for Copy {
    fn drop(&mut self) {
        // What cannot be removed lies in the system's temporary folder, which is emptied anyway.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn copy_files(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (name, path) = (entry.file_name(), entry.path());
        let kind = entry.file_type()?;
        let hidden = name.to_string_lossy().starts_with('.') && name != ".cargo";
        if kind.is_dir() {
            // Cargo puts the one file into every target folder that it makes, and the other one into
            // those that others have made too.
            let is_target = |file: &&str| path.join(file).exists();
            if !hidden && !["CACHEDIR.TAG", ".rustc_info.json"].iter().any(is_target) {
                copy_files(&path, &to.join(name))?;
            }
        } else if kind.is_file() {
            let to = to.join(name);
            if !to.exists() || fs::read(&path)? != fs::read(&to)? {
                fs::copy(&path, to)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_the_sources_and_no_output_and_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let from = folder.path();
        let targets = ["target/CACHEDIR.TAG", "made/.rustc_info.json"];
        for file in ["a/src/lib.rs", ".cargo/config.toml", ".git/HEAD"].into_iter().chain(targets) {
            fs::create_dir_all(from.join(file).parent().unwrap()).unwrap();
            fs::write(from.join(file), "x").unwrap();
        }
        let copy = Copy::of(from, "test-of-a-copy").unwrap();
        let there = |file: &str| copy.root.join(file).exists();
        assert!(there("a/src/lib.rs") && there(".cargo/config.toml"));
        assert!(!there(".git") && !there("target") && !there("made"));
        let folder = copy.folder.clone();
        drop(copy);
        assert!(!folder.exists());
    }
}
