//! Writing files: only where bytes differ, and never half of one.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Component, Path, PathBuf},
};

use crate::diagnostic::{Diagnostic, Failure, Result};

/// The list of what was written, so that a later run can remove what it no longer writes, and
/// never touches a file that is not its own.
const LIST: &str = ".esteira-files";

/// A whole output folder that has been computed and not yet written.
#[derive(Debug)]
pub(crate) struct Output {
    root: PathBuf,
    /// By path relative to the root, with `/` between the parts.
    files: Vec<(String, String)>,
    /// What a previous run wrote.
    previous: BTreeSet<String>,
    changes: Vec<(String, Change)>,
}

/// What writing does to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Written,
    Unchanged,
    Removed,
}

impl Output {
    /// Compares what is to be written with what is there; writes nothing.
    pub(crate) fn plan(root: PathBuf, mut files: Vec<(String, String)>) -> Result<Self> {
        files.sort();
        let list = fs::read_to_string(root.join(LIST)).unwrap_or_default();
        let previous: BTreeSet<_> =
            list.lines().filter(|line| is_ours(line)).map(str::to_owned).collect();
        let mut changes = Vec::new();
        for (name, text) in &files {
            let path = root.join(name);
            let change = match fs::read(&path) {
                Ok(bytes) if bytes == text.as_bytes() => Change::Unchanged,
                Ok(_) if !previous.contains(name) => return Err(foreign(&path)),
                _ => Change::Written,
            };
            changes.push((name.clone(), change));
        }
        for name in &previous {
            let stale = files.binary_search_by(|(file, _)| file.cmp(name)).is_err();
            if stale && root.join(name).is_file() {
                changes.push((name.clone(), Change::Removed));
            }
        }
        Ok(Self { root, files, previous, changes })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Every file and what writing does to it.
    pub(crate) fn changes(&self) -> &[(String, Change)] {
        &self.changes
    }

    fn stage(&self, staged: &mut Staged) -> Result<()> {
        // The changes begin with those of the files, in their order.
        for ((name, text), (_, change)) in self.files.iter().zip(&self.changes) {
            if *change == Change::Written {
                staged.add(self.root.join(name), text.as_bytes())?;
            }
        }
        Ok(())
    }

    fn ours(&self) -> BTreeSet<String> {
        self.files.iter().map(|(name, _)| name.clone()).collect()
    }

    fn remove_stale(&self) -> Result<()> {
        for (name, change) in &self.changes {
            if *change == Change::Removed {
                let path = self.root.join(name);
                fs::remove_file(&path).map_err(|error| failed(&path, &error))?;
            }
        }
        Ok(())
    }
}

/// Writes what differs in some output folders. Everything is first written beside its place and
/// then renamed, so that a folder that cannot be written, or a full disk, leaves the previous
/// output of all of them alone.
pub(crate) fn write_all<'a>(outputs: impl Iterator<Item = &'a Output> + Clone) -> Result<()> {
    let mut staged = Staged::default();
    for output in outputs.clone() {
        output.stage(&mut staged)?;
        // Until all is done, both the old and the new files are ours.
        let both = list(output.previous.union(&output.ours()));
        staged.add(output.root.join(LIST), both.as_bytes())?;
    }
    staged.commit()?;
    for output in outputs {
        output.remove_stale()?;
        write(&output.root.join(LIST), list(&output.ours()).as_bytes())?;
    }
    Ok(())
}

fn list<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    names.into_iter().map(|name| format!("{name}\n")).collect()
}

/// A line of the list that may be acted on: a file of a kind we generate, inside the folder.
fn is_ours(name: &str) -> bool {
    let inside = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    let generated = match name.split_once('/') {
        None => matches!(name, "manifest.json" | "architecture.md" | "architecture.svg"),
        Some(("terraform", file)) => file.ends_with(".tf"),
        Some(("cloudformation", file)) => file.ends_with(".yaml"),
        Some(_) => false,
    };
    inside && generated
}

/// Files written beside their places; those not committed are removed again.
#[derive(Default)]
struct Staged(Vec<(PathBuf, PathBuf)>);

impl Staged {
    fn add(&mut self, path: PathBuf, bytes: &[u8]) -> Result<()> {
        let fail = |error| failed(&path, &error);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|error| match in_the_way(folder) {
                Some(file) => blocked(&path, file),
                None => fail(error),
            })?;
        }
        if path.is_dir() {
            return Err(fail(io::ErrorKind::IsADirectory.into()));
        }
        let mut name = std::ffi::OsString::from(".");
        name.push(path.file_name().unwrap_or_default());
        name.push(format!(".{}.tmp", std::process::id()));
        let beside = path.with_file_name(name);
        self.0.push((beside.clone(), path.clone()));
        fs::write(&beside, bytes).map_err(fail)
    }

    /// The last file added is the first to be in place.
    fn commit(&mut self) -> Result<()> {
        for (beside, path) in self.0.iter().rev() {
            fs::rename(beside, path).map_err(|error| failed(path, &error))?;
        }
        self.0.clear();
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        for (beside, _) in &self.0 {
            let _ = fs::remove_file(beside);
        }
    }
}

/// Writes one file of which nobody else is the author, if its bytes differ.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    let mut staged = Staged::default();
    staged.add(path.to_owned(), bytes)?;
    staged.commit()
}

/// Makes a file executable, for those who run it from where it lies.
pub(crate) fn set_executable(path: &Path) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755))
            .map_err(|error| failed(path, &error))?;
    }
    Ok(())
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Diagnostic::new(format!("cannot write {}: {error}", path.display())).into()
}

/// What stands where a folder has to be.
fn in_the_way(folder: &Path) -> Option<&Path> {
    let lowest = folder.ancestors().find(|path| path.symlink_metadata().is_ok())?;
    (!lowest.is_dir()).then_some(lowest)
}

fn blocked(path: &Path, file: &Path) -> Failure {
    let (path, file) = (path.display(), file.display());
    Diagnostic::new(format!("cannot write {path}: {file} is not a folder"))
        .help("name another folder with `-o`, or remove what is in its place")
        .into()
}

fn foreign(path: &Path) -> Failure {
    Diagnostic::new(format!("{} was not written by esteira, and would be lost", path.display()))
        .help("name another folder with `-o`, or remove the file")
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(names: &[(&str, &str)]) -> Vec<(String, String)> {
        names.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }

    fn run(root: &Path, names: &[(&str, &str)]) -> Vec<(String, Change)> {
        let output = Output::plan(root.to_owned(), files(names)).unwrap();
        write_all([&output].into_iter()).unwrap();
        output.changes().to_vec()
    }

    #[test]
    fn only_what_differs_is_written_and_only_what_was_ours_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        run(root, &[("terraform/a.tf", "1"), ("terraform/b.tf", "2"), ("manifest.json", "{}")]);
        fs::write(root.join("terraform/mine.tf"), "theirs").unwrap();
        fs::write(root.join("terraform/terraform.tfstate"), "state").unwrap();
        let written = fs::metadata(root.join("manifest.json")).unwrap().modified().unwrap();

        let changes = run(root, &[("terraform/a.tf", "3"), ("manifest.json", "{}")]);
        let expected = [
            ("manifest.json".to_owned(), Change::Unchanged),
            ("terraform/a.tf".to_owned(), Change::Written),
            ("terraform/b.tf".to_owned(), Change::Removed),
        ];
        assert_eq!(changes, expected);
        assert_eq!(fs::read_to_string(root.join("terraform/a.tf")).unwrap(), "3");
        assert!(!root.join("terraform/b.tf").exists());
        assert!(root.join("terraform/mine.tf").exists());
        assert!(root.join("terraform/terraform.tfstate").exists());
        let now = fs::metadata(root.join("manifest.json")).unwrap().modified().unwrap();
        assert_eq!(now, written);
    }

    #[test]
    fn a_file_of_someone_else_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("terraform")).unwrap();
        fs::write(folder.path().join("terraform/main.tf"), "theirs").unwrap();
        let plan = Output::plan(folder.path().to_owned(), files(&[("terraform/main.tf", "ours")]));
        let text = plan.unwrap_err().0[0].to_string();
        assert!(text.contains("terraform/main.tf was not written by esteira"), "{text}");
    }

    #[test]
    fn a_place_that_cannot_be_written_leaves_everything_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        run(root, &[("manifest.json", "old")]);
        fs::write(root.join("terraform"), "a file in the way").unwrap();
        let new = files(&[("manifest.json", "new"), ("terraform/a.tf", "1")]);
        let output = Output::plan(root.to_owned(), new).unwrap();
        let failure = write_all([&output].into_iter()).unwrap_err();
        let text = failure.0[0].to_string();
        assert!(text.contains("cannot write") && text.contains("terraform/a.tf"), "{text}");
        assert!(text.contains("/terraform is not a folder"), "{text}");
        assert_eq!(fs::read_to_string(root.join("manifest.json")).unwrap(), "old");
        let left = fs::read_dir(root).unwrap().count();
        assert_eq!(left, 3, "manifest.json, the list and the file in the way, no temporary file");
    }

    #[test]
    fn the_list_cannot_name_anything_else() {
        for name in [
            "../x.tf",
            "/etc/x.tf",
            "terraform/../../x.tf",
            "terraform/terraform.tfstate",
            "terraform/.terraform/x",
            "terraform/a_override.tf.json",
            "lambda/x.zip",
            "",
        ] {
            assert!(!is_ours(name), "{name}");
        }
        assert!(is_ours("terraform/iam.tf") && is_ours("cloudformation/template.yaml"));
    }
}
