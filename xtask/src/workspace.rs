//! What `cargo metadata` says about a workspace: the little of it that is needed here.

use std::{
    collections::BTreeMap,
    path::{Component, Path, PathBuf},
};

use serde::Deserialize;

use crate::{
    cargo,
    diagnostic::{Diagnostic, Result},
};

/// A cargo workspace and its members.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Workspace {
    pub(crate) packages: Vec<Package>,
    #[serde(rename = "workspace_root")]
    pub(crate) root: PathBuf,
    #[serde(rename = "target_directory")]
    pub(crate) target: PathBuf,
}

/// A member of a workspace.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) manifest_path: PathBuf,
    pub(crate) dependencies: Vec<Dependency>,
    pub(crate) targets: Vec<Target>,
    pub(crate) features: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(crate) metadata: serde_json::Value,
}

/// A dependency as a member declares it, inheritance resolved.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Dependency {
    /// The package's own name.
    pub(crate) name: String,
    /// The name it is given here, if another.
    pub(crate) rename: Option<String>,
    /// `registry+…` or `git+…`; none for a path.
    pub(crate) source: Option<String>,
    /// The version requirement.
    pub(crate) req: String,
    /// `dev` or `build`; none for a normal dependency.
    pub(crate) kind: Option<String>,
    pub(crate) path: Option<PathBuf>,
    /// The index of a registry other than the default one.
    pub(crate) registry: Option<String>,
}

/// Something cargo builds from a package.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Target {
    pub(crate) kind: Vec<String>,
    /// Its root source file.
    pub(crate) src_path: PathBuf,
}

impl Workspace {
    /// The workspace of a directory: one `cargo metadata --no-deps`, which resolves nothing and
    /// needs no network.
    pub(crate) fn load(directory: &Path) -> Result<Self> {
        let output = cargo::command(directory)
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .output()
            .map_err(cargo::not_started)?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let said = said.trim();
            let said = said.strip_prefix("error: ").unwrap_or(said);
            let mut mistake = Diagnostic::new(format!("cargo cannot read the workspace: {said}"));
            // Anything else, such as a malformed Cargo.toml, cargo explains itself.
            if said.starts_with("could not find `Cargo.toml`") {
                mistake = mistake.help(
                    "run this in a cargo workspace, or name an application with `--app PATH`",
                );
            }
            return Err(mistake.into());
        }
        serde_json::from_slice(&output.stdout).map_err(|error| {
            Diagnostic::new(format!("cannot understand `cargo metadata`: {error}")).into()
        })
    }
}

impl Package {
    /// The directory of its Cargo.toml.
    pub(crate) fn directory(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(Path::new("/"))
    }

    /// Its library, if it has one that a program can link.
    pub(crate) fn library(&self) -> Option<&Target> {
        let kinds = ["lib", "rlib", "dylib"];
        let linkable = |kind: &String| kinds.contains(&kind.as_str());
        self.targets.iter().find(|target| target.kind.iter().any(linkable))
    }

    /// Whether it says `[package.metadata.esteira] app = true`.
    pub(crate) fn is_application(&self) -> bool {
        self.metadata["esteira"]["app"] == true
    }
}

/// `path` as seen from the directory `from`, with `/` between the parts. Both are absolute.
pub(crate) fn relative(from: &Path, path: &Path) -> String {
    let (from, path): (Vec<_>, Vec<_>) = (from.components().collect(), path.components().collect());
    let common = from.iter().zip(&path).take_while(|(a, b)| a == b).count();
    let up = from[common..].iter().map(|_| "..".into());
    let down = path[common..].iter().map(|part| part.as_os_str().to_string_lossy());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// A path without `.` and `..`, by its text alone: cargo names packages this way, whatever
/// symbolic links there are.
pub(crate) fn normalize(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(normal.pop()),
            part => normal.push(part),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_told_from_a_directory() {
        let relative = |from: &str, path: &str| relative(Path::new(from), Path::new(path));
        assert_eq!(relative("/w", "/w/app/src/lib.rs"), "app/src/lib.rs");
        assert_eq!(relative("/w/apps/one", "/w/lib"), "../../lib");
        assert_eq!(relative("/w", "/w"), "");
    }

    #[test]
    fn a_path_is_normalized_by_its_text() {
        assert_eq!(normalize(Path::new("/w/./app/../lib")), Path::new("/w/lib"));
    }
}
