//! Which files an application is built from, and whether one of them was saved.
//!
//! They are looked at a few times a second, which costs less than it takes to say: a library that
//! is told by the system would have to be told of folders that come and go.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::{app::App, sources::Sources};

/// What is looked at.
#[derive(Debug, Clone, Default)]
pub(super) struct Watch {
    /// Everything beneath these, whether it is there yet or not.
    folders: BTreeSet<PathBuf>,
    files: BTreeSet<PathBuf>,
}

/// When each file was written, and how long it is.
pub(super) type Look = BTreeMap<PathBuf, Stamp>;

/// What differs after a file was written; none if it is not there.
pub(super) type Stamp = Option<(SystemTime, u64)>;

impl Watch {
    /// What the application is built from, as far as that can be told before it is built.
    pub(super) fn new(app: &App, sources: &Sources) -> Self {
        let root = &app.workspace.root;
        let mut files: BTreeSet<_> =
            ["Cargo.toml", "Cargo.lock", ".cargo/config.toml"].map(|file| root.join(file)).into();
        files.insert(app.package.directory().join("esteira.toml"));
        files.extend(sources.packages.keys().map(|folder| folder.join("Cargo.toml")));
        let folders = sources.packages.keys().map(|folder| folder.join("src")).collect();
        Self { folders, files }
    }

    /// Adds what another one looks at.
    pub(super) fn join(&mut self, other: &Self) {
        self.folders.extend(other.folders.iter().cloned());
        self.files.extend(other.files.iter().cloned());
    }

    /// Adds what cargo says it was built from, but for what was generated for the build.
    pub(super) fn add_dep_info(&mut self, text: &str, target: &Path) {
        let target = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
        let real = inputs(text).into_iter().filter_map(|file| fs::canonicalize(file).ok());
        self.files.extend(real.filter(|file| !file.starts_with(&target)));
    }

    /// Adds a file, or a folder with what is beneath it.
    pub(super) fn add(&mut self, path: PathBuf) {
        if path.is_dir() {
            self.folders.insert(path);
        } else {
            self.files.insert(path);
        }
    }

    /// How everything is now.
    pub(super) fn look(&self) -> Look {
        let mut look = Look::new();
        let mut todo: Vec<_> = self.folders.iter().cloned().collect();
        while let Some(folder) = todo.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                match entry.file_type() {
                    _ if is_an_editors(&path) => {}
                    Ok(kind) if kind.is_dir() => todo.push(path),
                    _ => drop(look.insert(path.clone(), stamp(&path))),
                }
            }
        }
        look.extend(self.files.iter().map(|file| (file.clone(), stamp(file))));
        look
    }

    /// Whether anything is not as it was when a build began: what was not known then counts if it
    /// was written since.
    pub(super) fn has_changed(&self, before: &Look, began: SystemTime) -> bool {
        let now = self.look();
        let written = |stamp: &Stamp| stamp.is_some_and(|(at, _)| at >= began);
        now.iter().any(|(path, stamp)| before.get(path).map_or(written(stamp), |it| it != stamp))
            || before.iter().any(|(path, stamp)| {
                !now.contains_key(path) && stamp.is_some() && self::stamp(path) != *stamp
            })
    }
}

/// When a file was written.
pub(super) fn stamp(path: &Path) -> Stamp {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

/// What editors write beside a file while it is open.
fn is_an_editors(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with(['.', '#']) || name.ends_with('~') || name == "4913"
}

/// The inputs in a file of dep-info: `OUTPUT: INPUT …`, with a backslash before a space in a name.
/// <https://doc.rust-lang.org/cargo/reference/build-cache.html#dep-info-files>
fn inputs(text: &str) -> Vec<PathBuf> {
    let mut inputs = Vec::new();
    for line in text.lines() {
        let Some((_, rest)) = line.split_once(": ") else { continue };
        let mut name = String::new();
        let mut characters = rest.chars();
        while let Some(character) = characters.next() {
            match character {
                '\\' => name.extend(characters.next()),
                ' ' => inputs.push(std::mem::take(&mut name).into()),
                character => name.push(character),
            }
        }
        inputs.push(name.into());
    }
    inputs.retain(|input: &PathBuf| !input.as_os_str().is_empty());
    inputs
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn write(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn dep_info_is_read_with_its_spaces() {
        let text = "/t/dev-a: /w/src/lib.rs /w/my\\ file.txt\n\n/t/other.d:\n";
        let expected = ["/w/src/lib.rs", "/w/my file.txt"].map(PathBuf::from);
        assert_eq!(inputs(text), expected);
    }

    #[test]
    fn a_saved_a_new_and_a_removed_file_are_changes_and_what_editors_write_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        write(&path("src/lib.rs"), "1");
        write(&path("src/deep/a.rs"), "1");
        let mut watch = Watch::default();
        watch.add(path("src"));
        watch.add(path("esteira.toml"));
        let never = SystemTime::now() + Duration::from_secs(3600);
        let before = watch.look();
        assert!(!watch.has_changed(&before, never));
        write(&path("src/.lib.rs.swp"), "");
        write(&path("src/lib.rs~"), "");
        assert!(!watch.has_changed(&before, never));
        write(&path("src/lib.rs"), "12");
        assert!(watch.has_changed(&before, never));
        let before = watch.look();
        write(&path("esteira.toml"), "");
        assert!(watch.has_changed(&before, never), "it was known not to be there");
        let before = watch.look();
        fs::remove_file(path("src/deep/a.rs")).unwrap();
        assert!(watch.has_changed(&before, never));
        let before = watch.look();
        write(&path("src/deep/new.rs"), "");
        assert!(!watch.has_changed(&before, never), "it was there, and not known yet");
        assert!(watch.has_changed(&before, SystemTime::UNIX_EPOCH));
        assert_ne!(watch.look(), before);
    }

    #[test]
    fn what_the_build_writes_is_no_source() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        write(&path("src/lib.rs"), "");
        write(&path("target/out/made.rs"), "");
        std::os::unix::fs::symlink(folder.path(), path("target/source")).unwrap();
        let text = format!(
            "x: {} {} /nowhere\n",
            path("target/out/made.rs").display(),
            path("target/source/src/lib.rs").display()
        );
        let mut watch = Watch::default();
        watch.add_dep_info(&text, &path("target"));
        let real = fs::canonicalize(path("src/lib.rs")).unwrap();
        assert_eq!(watch.files.into_iter().collect::<Vec<_>>(), [real]);
    }
}
