//! Which versions a generated package is built from: those of the application's Cargo.lock.

use std::{
    collections::BTreeSet,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    process::Stdio,
};

use serde::Deserialize;

use super::{Generated, unwritable};
use crate::{
    app::App,
    cargo,
    diagnostic::{Diagnostic, Result},
    output,
    report::Report,
    toml_file::TomlFile,
};

/// How far the versions in use have to be those of the application's lock file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Strictness {
    /// Every package is in the lock file: otherwise binaries would change with the calendar.
    Everything,
    /// No package that the lock file names has another version. Others may come in, as those of
    /// esteira's feature `describe` do when it is fetched from a registry.
    SharedVersions,
}

const STAMP: &str = ".lock-stamp";

impl Generated<'_> {
    /// Sees to it that the package's lock file is the application's, resolved for the package,
    /// with all it names at hand. Says whether that took a look at the network.
    pub(super) fn lock(&self, report: &Report) -> Result<bool> {
        let of_app = self.app_lock()?;
        let stamp = fs::read_to_string(self.directory.join(STAMP)).unwrap_or_default();
        if stamp == self.stamp(&of_app) {
            return Ok(false);
        }
        // Before the copy is made: cargo would complain about that.
        parse(&of_app, &self.app_lock_path())?;
        let ours = self.directory.join("Cargo.lock");
        output::write(&ours, of_app.as_bytes())?;
        let mut fetched = false;
        if !self.fetch(report, true)? {
            output::write(&ours, of_app.as_bytes())?;
            report.status("Fetching", format_args!("the dependencies of {}", self.app.name()));
            fetched = true;
            if !self.fetch(report, false)? {
                return Err(self.not_built("cannot be resolved"));
            }
        }
        self.check_lock()?;
        Ok(fetched)
    }

    /// Makes the next [`lock`](Self::lock) start anew.
    pub(super) fn forget_lock(&self) {
        let _ = fs::remove_file(self.directory.join(STAMP));
    }

    /// Compares the lock file in use with the application's, unless neither has changed since
    /// that was last done.
    pub(super) fn check_lock(&self) -> Result<()> {
        let of_app = self.app_lock()?;
        let stamp = self.stamp(&of_app);
        let path = self.directory.join(STAMP);
        if fs::read_to_string(&path).unwrap_or_default() == stamp {
            return Ok(());
        }
        let ours = self.directory.join("Cargo.lock");
        let text = fs::read_to_string(&ours).map_err(|error| unwritable(&ours, &error))?;
        let of_app = parse(&of_app, &self.app_lock_path())?;
        let strays = strays(&of_app, &parse(&text, &ours)?, self.strictness);
        if strays.is_empty() {
            return output::write(&path, stamp.as_bytes());
        }
        let (name, strays) = (self.app.name(), strays.join("`, `"));
        let root = self.app.workspace.root.display();
        let message = format!("the Cargo.lock of application `{name}` does not pin `{strays}`");
        let help = format!("bring it up to date: run `cargo update --workspace` in {root}");
        Err(Diagnostic::new(message).help(help).into())
    }

    fn app_lock_path(&self) -> PathBuf {
        self.app.workspace.root.join("Cargo.lock")
    }

    fn app_lock(&self) -> Result<String> {
        let path = self.app_lock_path();
        fs::read_to_string(&path).map_err(|error| {
            let root = self.app.workspace.root.display();
            Diagnostic::new(format!("cannot read {}: {error}", path.display()))
                .help(format!("run `cargo generate-lockfile` in {root}, and commit Cargo.lock"))
                .into()
        })
    }

    /// A fingerprint of all that decides the versions.
    fn stamp(&self, of_app: &str) -> String {
        let read = |name: &str| fs::read(self.directory.join(name)).unwrap_or_default();
        let mut hasher = DefaultHasher::new();
        (of_app, read("Cargo.lock"), read("Cargo.toml")).hash(&mut hasher);
        format!("{:016x}\n", hasher.finish())
    }

    /// `cargo fetch` resolves, and downloads what is not at hand.
    fn fetch(&self, report: &Report, offline: bool) -> Result<bool> {
        let directory = self.app.package.directory();
        let mut command = cargo::command(directory);
        command.arg("fetch").arg("--manifest-path").arg(self.directory.join("Cargo.toml"));
        command.arg("--target").arg(host(directory)?);
        for triple in &self.triples {
            command.arg("--target").arg(triple);
        }
        if offline {
            command.args(["--offline", "--quiet"]).stderr(Stdio::null());
            report.detail("Running", format_args!("{command:?}"));
        } else {
            super::voice(report, &mut command);
        }
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
        Ok(status.map_err(cargo::not_started)?.success())
    }
}

/// Compares the lock file of a package that is nobody's application with an application's: where
/// both name a package, the versions are the same.
pub(super) fn check_beside(app: &App, directory: &Path) -> Result<()> {
    let read = |folder: &Path| -> Result<BTreeSet<Locked>> {
        let path = folder.join("Cargo.lock");
        let text = fs::read_to_string(&path)
            .map_err(|error| Diagnostic::new(format!("cannot read {}: {error}", path.display())))?;
        parse(&text, &path)
    };
    let root = &app.workspace.root;
    let strays = strays(&read(root)?, &read(directory)?, Strictness::SharedVersions);
    if strays.is_empty() {
        return Ok(());
    }
    let (shown, strays) = (directory.display(), strays.join("`, `"));
    let message = format!("the Cargo.lock in {shown} has other versions: `{strays}`");
    let help = format!(
        "copy {} there, and run `cargo update --workspace`",
        root.join("Cargo.lock").display()
    );
    Err(Diagnostic::new(message).help(help).into())
}

/// The target triple of this machine, as the toolchain of a directory has it.
pub(super) fn host(directory: &Path) -> Result<String> {
    let output = cargo::tool("rustc", directory).arg("-vV").output();
    let output = output.map_err(|error| Diagnostic::new(format!("cannot start rustc: {error}")))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let host = text.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned)
        .ok_or_else(|| Diagnostic::new("rustc does not say what machine this is").into())
}

#[derive(Deserialize)]
struct LockFile {
    #[serde(default)]
    package: Vec<Locked>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Locked {
    name: String,
    version: String,
    /// None for a local package, which has no version to pin.
    source: Option<String>,
}

fn parse(text: &str, path: &Path) -> Result<BTreeSet<Locked>> {
    let lock = TomlFile { name: path.display().to_string(), text: text.into() };
    let file: LockFile = toml::from_str(text).map_err(|error| lock.parse_error(&error))?;
    Ok(file.package.into_iter().filter(|package| package.source.is_some()).collect())
}

/// The packages in use that the application's lock file does not have.
fn strays(
    of_app: &BTreeSet<Locked>,
    ours: &BTreeSet<Locked>,
    strictness: Strictness,
) -> Vec<String> {
    let pinned: BTreeSet<_> = of_app.iter().map(line).collect();
    ours.difference(of_app)
        .filter(|package| match strictness {
            Strictness::Everything => true,
            Strictness::SharedVersions => pinned.contains(&line(package)),
        })
        .map(|package| format!("{} {}", package.name, package.version))
        .collect()
}

/// A package and the part of its version up to the first that is not zero. cargo uses one
/// version of each such line, so a second one stands in the place of the first.
fn line(package: &Locked) -> (&str, &str) {
    let version = &package.version;
    let mut ends = version.match_indices('.').map(|(dot, _)| dot).chain([version.len()]);
    let end = ends.find(|end| !version[..*end].trim_matches(['0', '.']).is_empty());
    (&package.name, &version[..end.unwrap_or(version.len())])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(packages: &[(&str, &str)]) -> BTreeSet<Locked> {
        let text: String = packages
            .iter()
            .map(|(name, version)| {
                format!(
                    "[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n\
                     source = \"registry+https://index\"\n"
                )
            })
            .collect();
        let text = format!("version = 4\n[[package]]\nname = \"me\"\nversion = \"0.1.0\"\n{text}");
        parse(&text, Path::new("Cargo.lock")).unwrap()
    }

    #[test]
    fn versions_of_one_line_replace_each_other() {
        let line = |version: &str| {
            let (name, version) = ("a".to_owned(), version.to_owned());
            super::line(&Locked { name, version, source: None }).1.to_owned()
        };
        assert_eq!(line("1.2.3"), "1");
        assert_eq!(line("10.0.1"), "10");
        assert_eq!(line("0.2.3"), "0.2");
        assert_eq!(line("0.0.3"), "0.0.3");
    }

    #[test]
    fn a_package_the_application_does_not_pin_is_a_stray() {
        let of_app = lock(&[("serde", "1.0.1"), ("syn", "1.0.0"), ("syn", "2.0.0")]);
        let fewer = lock(&[("serde", "1.0.1"), ("syn", "2.0.0")]);
        assert!(strays(&of_app, &fewer, Strictness::Everything).is_empty());
        let more = lock(&[("serde", "1.0.2"), ("inventory", "0.3.0")]);
        assert_eq!(
            strays(&of_app, &more, Strictness::Everything),
            ["inventory 0.3.0", "serde 1.0.2"]
        );
        assert_eq!(strays(&of_app, &more, Strictness::SharedVersions), ["serde 1.0.2"]);
        let beside = lock(&[("serde", "2.0.0"), ("syn", "3.0.0")]);
        assert!(strays(&of_app, &beside, Strictness::SharedVersions).is_empty());
    }
}
