//! Where the local packages of an application lie, seen from a generated package.
//!
//! Each generated package holds a symbolic link, [`LINK`], to the common ancestor of every local
//! package the application needs, and depends on them through it. cargo names a package by its
//! path relative to the workspace root if it lies inside, and runs rustc with that relative
//! path; so symbol names, `file!()` and panic messages are the same wherever a checkout lies.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use toml::{Table, Value};

use crate::{
    app::App,
    diagnostic::Result,
    toml_file::TomlFile,
    workspace::{Dependency, Workspace, normalize, relative},
};

/// The name of the link, which starts every path that the compiler sees.
pub(crate) const LINK: &str = "source";

/// The local packages of an application.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sources {
    /// The common ancestor of them all and of their workspaces.
    pub(crate) root: PathBuf,
    /// The `[patch]` tables of the application's workspace, paths rewritten to go through the
    /// link.
    pub(crate) patch: Table,
    /// The folders of the packages, with their names.
    pub(crate) packages: BTreeMap<PathBuf, String>,
    /// The application names esteira by an absolute path, which leads around the link: named
    /// through it as well, it would be two packages to cargo.
    absolute: bool,
}

impl Sources {
    /// Follows the path dependencies of an application. Only packages outside its workspace cost
    /// a further `cargo metadata`, one for each workspace they are in.
    pub(crate) fn of(app: &App) -> Result<Self> {
        let manifest = app.workspace.root.join("Cargo.toml");
        let file = TomlFile::read(&manifest, &app.workspace.root)?;
        let table: Table = file.text.parse().map_err(|error| file.parse_error(&error))?;
        let mut patch = match table.get("patch") {
            Some(Value::Table(patch)) => patch.clone(),
            _ => Table::new(),
        };

        let mut todo: Vec<_> =
            patch_paths(&mut patch).map(|path| normalize(&app.workspace.root.join(path))).collect();
        todo.push(app.package.directory().to_owned());
        let mut known = BTreeMap::new();
        learn(&mut known, &app.workspace);
        let mut seen = BTreeSet::new();
        let mut packages = BTreeMap::new();
        let mut root = app.workspace.root.clone();
        while let Some(directory) = todo.pop() {
            if !seen.insert(directory.clone()) {
                continue;
            }
            if !known.contains_key(&directory) {
                learn(&mut known, &Workspace::load(&directory)?);
            }
            root = common(&root, &directory);
            if let Some(package) = known.get(&directory) {
                // Also the root of its workspace, from which it may inherit.
                root = common(&root, &package.workspace);
                todo.extend(package.paths.iter().cloned());
                packages.insert(directory, package.name.clone());
            }
        }

        let absolute = names_esteira_absolutely(app, &table)?;
        let mut sources = Self { root, patch: Table::new(), packages, absolute };
        for entry in patch_entries(&mut patch) {
            if let Some(Value::String(path)) = entry.get_mut("path") {
                *path = sources.through_link(&normalize(&app.workspace.root.join(&*path)));
            }
        }
        sources.patch = patch;
        Ok(sources)
    }

    /// The path of a directory as a generated package names it.
    pub(crate) fn through_link(&self, directory: &Path) -> String {
        match relative(&self.root, directory).as_str() {
            "" => LINK.to_owned(),
            path => format!("{LINK}/{path}"),
        }
    }

    /// Declares the same dependency as the application does, for a generated package.
    pub(crate) fn declare(&self, dependency: &Dependency, features: &[&str]) -> Table {
        let mut table = Table::new();
        table.insert("package".into(), dependency.name.clone().into());
        match (&dependency.path, &dependency.source) {
            (Some(path), _) if self.absolute => {
                table.insert("path".into(), path.display().to_string().into());
            }
            (Some(path), _) => {
                table.insert("path".into(), self.through_link(path).into());
            }
            (None, Some(source)) if source.starts_with("git+") => git(&mut table, source),
            _ => {
                table.insert("version".into(), dependency.req.clone().into());
                if let Some(index) = &dependency.registry {
                    table.insert("registry-index".into(), index.clone().into());
                }
            }
        }
        table.insert("default-features".into(), false.into());
        table.insert("features".into(), Value::from(features.to_vec()));
        table
    }
}

/// Whether the application's Cargo.toml, or that of its workspace if it inherits from there, has
/// an absolute path for esteira. `cargo metadata` makes every path absolute.
fn names_esteira_absolutely(app: &App, workspace: &Table) -> Result<bool> {
    let file = TomlFile::read(&app.package.manifest_path, &app.workspace.root)?;
    let package: Table = file.text.parse().map_err(|error| file.parse_error(&error))?;
    let name = app.esteira.rename.as_ref().unwrap_or(&app.esteira.name);
    let own = package.get("dependencies").and_then(|all| all.get(name));
    let inherited = || workspace.get("workspace")?.get("dependencies")?.get(name);
    let entry = match own.and_then(|own| own.get("workspace")) {
        Some(_) => inherited(),
        None => own,
    };
    let path = entry.and_then(|entry| entry.get("path")?.as_str());
    Ok(path.is_some_and(|path| Path::new(path).is_absolute()))
}

/// `git+<url>?branch=<name>`, as `cargo metadata` writes it.
fn git(table: &mut Table, source: &str) {
    let url = source.trim_start_matches("git+");
    let url = url.split_once('#').map_or(url, |(url, _)| url);
    let (url, reference) = url.split_once('?').unwrap_or((url, ""));
    table.insert("git".into(), url.into());
    if let Some((key, value)) = reference.split_once('=') {
        table.insert(key.into(), value.into());
    }
}

/// A package, by its folder.
struct Known {
    name: String,
    /// The root of its workspace.
    workspace: PathBuf,
    /// The folders it depends on.
    paths: Vec<PathBuf>,
}

/// Notes the members of a workspace.
fn learn(known: &mut BTreeMap<PathBuf, Known>, workspace: &Workspace) {
    for package in &workspace.packages {
        let dependencies = package.dependencies.iter().filter(|d| d.kind.as_deref() != Some("dev"));
        let paths = dependencies.filter_map(|d| d.path.as_deref().map(normalize)).collect();
        let (name, workspace) = (package.name.clone(), workspace.root.clone());
        known.insert(package.directory().to_owned(), Known { name, workspace, paths });
    }
}

fn patch_entries(patch: &mut Table) -> impl Iterator<Item = &mut Table> {
    patch
        .iter_mut()
        .filter_map(|(_, registry)| registry.as_table_mut())
        .flat_map(|registry| registry.iter_mut().filter_map(|(_, entry)| entry.as_table_mut()))
}

fn patch_paths(patch: &mut Table) -> impl Iterator<Item = String> {
    patch_entries(patch).filter_map(|entry| Some(entry.get("path")?.as_str()?.to_owned()))
}

fn common(one: &Path, other: &Path) -> PathBuf {
    one.components().zip(other.components()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources() -> Sources {
        let packages = BTreeMap::new();
        Sources { root: "/w".into(), patch: Table::new(), packages, absolute: false }
    }

    fn dependency(text: &str) -> Dependency {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn directories_are_named_through_the_link() {
        assert_eq!(sources().through_link(Path::new("/w/apps/one")), "source/apps/one");
        assert_eq!(sources().through_link(Path::new("/w")), "source");
        assert_eq!(common(Path::new("/w/a/b"), Path::new("/w/ab")), Path::new("/w"));
    }

    #[test]
    fn a_dependency_is_declared_again_from_the_same_place() {
        let declare = |text: &str| sources().declare(&dependency(text), &["describe"]).to_string();
        let path = declare(r#"{"name":"esteira","req":"^0.1","path":"/w/runtime"}"#);
        assert!(path.contains("path = \"source/runtime\""), "{path}");
        assert!(!path.contains("version"), "{path}");
        let absolute = Sources { absolute: true, ..sources() };
        let runtime = dependency(r#"{"name":"esteira","req":"*","path":"/w/runtime"}"#);
        let absolute = absolute.declare(&runtime, &["describe"]).to_string();
        assert!(absolute.contains("path = \"/w/runtime\""), "{absolute}");
        let registry = declare(
            r#"{"name":"esteira","req":"^0.1","rename":"e","source":"registry+https://index"}"#,
        );
        assert!(registry.contains("version = \"^0.1\""), "{registry}");
        let git = declare(
            r#"{"name":"esteira","req":"*","source":"git+https://host/esteira?tag=v1#abc"}"#,
        );
        assert!(git.contains("git = \"https://host/esteira\"\n"), "{git}");
        assert!(git.contains("tag = \"v1\""), "{git}");
        for text in [path, absolute, registry, git] {
            assert!(text.contains("features = [\"describe\"]"), "{text}");
        }
    }
}
