//! Finding the applications of a workspace.

use std::{
    fs,
    path::{Path, PathBuf},
    rc::Rc,
};

use crate::{
    diagnostic::{Diagnostic, Failure, Result},
    suggest,
    toml_file::TomlFile,
    workspace::{Dependency, Package, Workspace},
};

/// An application: a package that says `[package.metadata.esteira] app = true`, and has what it
/// takes to be described and built.
#[derive(Debug, Clone)]
pub(crate) struct App {
    pub(crate) workspace: Rc<Workspace>,
    pub(crate) package: Package,
    /// Its dependency on esteira, under whatever name.
    pub(crate) esteira: Dependency,
}

impl App {
    /// The package name.
    pub(crate) fn name(&self) -> &str {
        &self.package.name
    }

    /// `<target>/esteira`: where everything generated for the workspace lies.
    pub(crate) fn generated(&self) -> PathBuf {
        self.workspace.target.join("esteira")
    }

    /// `<target>/esteira/<app>`.
    pub(crate) fn folder(&self) -> PathBuf {
        self.generated().join(self.name())
    }

    /// What of a stage has to outlive `target/`: `.esteira/<stage>` beside the application's
    /// Cargo.toml.
    pub(crate) fn kept(&self, stage: &str) -> PathBuf {
        self.package.directory().join(".esteira").join(stage)
    }

    /// The output folder of a stage, unless the user names one.
    pub(crate) fn output(&self, stage: &str) -> PathBuf {
        self.folder().join(stage)
    }
}

/// The applications that are meant: the one selected by name or path; else, in the directory of
/// an application, that one; else all of the workspace.
pub(crate) fn find(selection: Option<&str>, directory: &Path) -> Result<Vec<App>> {
    let Some(selection) = selection else {
        let workspace = Workspace::load(directory)?;
        let packages = meant(&workspace, directory);
        return applications(workspace, packages);
    };
    let here = Workspace::load(directory);
    if let Ok(workspace) = &here
        && let Some(package) = workspace.packages.iter().find(|p| p.name == selection)
    {
        let packages = vec![package.clone()];
        return applications(here?, packages);
    }
    let path = directory.join(selection);
    if path.exists() {
        return at(&path);
    }
    let here = here?;
    let known = names(&here);
    Err(Diagnostic::new(format!("no application `{selection}` in this workspace"))
        .help(suggest::help(selection, known.iter().copied()))
        .into())
}

/// The application whose directory or Cargo.toml this is, in whatever workspace.
fn at(path: &Path) -> Result<Vec<App>> {
    let shown = path.display();
    let canonical = fs::canonicalize(path)
        .map_err(|error| Diagnostic::new(format!("cannot open {shown}: {error}")))?;
    let folder = if canonical.is_dir() { &canonical } else { parent(&canonical) };
    let workspace = Workspace::load(folder)?;
    let found = workspace.packages.iter().find(|package| package.directory() == folder);
    match found.cloned() {
        Some(package) => applications(workspace, vec![package]),
        None => Err(Diagnostic::new(format!("{shown} is not the directory of a package"))
            .help(suggest::help("", names(&workspace)))
            .into()),
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(path)
}

fn names(workspace: &Workspace) -> Vec<&str> {
    workspace.packages.iter().filter(|p| p.is_application()).map(|p| p.name.as_str()).collect()
}

/// As with cargo's own commands, the directory decides: that of an application means it alone;
/// the root of a workspace, or any other package, means every application.
fn meant(workspace: &Workspace, directory: &Path) -> Vec<Package> {
    let applications = || workspace.packages.iter().filter(|package| package.is_application());
    let innermost = workspace
        .packages
        .iter()
        .filter(|p| directory.starts_with(p.directory()) && p.directory() != workspace.root)
        .max_by_key(|p| p.directory().components().count());
    match innermost {
        Some(package) if package.is_application() => vec![package.clone()],
        _ => applications().cloned().collect(),
    }
}

fn applications(workspace: Workspace, packages: Vec<Package>) -> Result<Vec<App>> {
    if packages.is_empty() {
        return Err(Diagnostic::new("no package of this workspace is an esteira application")
            .help("write `[package.metadata.esteira]` and `app = true` in its Cargo.toml")
            .into());
    }
    let workspace = Rc::new(workspace);
    let mut mistakes = Vec::new();
    let mut apps = Vec::new();
    for package in packages {
        match validate(&workspace, package) {
            Ok(app) => apps.push(app),
            Err(Failure(found)) => mistakes.extend(found),
        }
    }
    if mistakes.is_empty() { Ok(apps) } else { Err(Failure(mistakes)) }
}

/// Reports everything that the Cargo.toml of an application lacks.
fn validate(workspace: &Rc<Workspace>, package: Package) -> Result<App> {
    let manifest = TomlFile::read(&package.manifest_path, &workspace.root)?;
    let at = |message: String, key: &[&str]| manifest.mistake(message, manifest.find(key));
    let name = &package.name;
    let mut mistakes = Vec::new();

    if !package.is_application() {
        let message = format!("package `{name}` is not an esteira application");
        let help = "add\n\n    [package.metadata.esteira]\n    app = true\n";
        mistakes.push(at(message, &["package", "metadata", "esteira", "app"]).help(help));
    }
    if package.library().is_none() {
        let message = format!("application `{name}` has no library target");
        let help = "declare the handlers in src/lib.rs: the generated programs link it";
        mistakes.push(at(message, &["lib"]).help(help));
    }
    let esteira = package.dependencies.iter().find(|d| d.name == "esteira" && d.kind.is_none());
    match esteira {
        None => {
            let message = format!("application `{name}` does not depend on esteira");
            let help = "add\n\n    [dependencies]\n    esteira = \"0.1\"\n";
            mistakes.push(at(message, &["dependencies", "esteira"]).help(help));
        }
        Some(esteira) => {
            let wanted = format!("{}/aws", esteira.rename.as_ref().unwrap_or(&esteira.name));
            if !enables(&package, "lambda", &wanted) {
                let message = format!("feature `lambda` of application `{name}` lacks `{wanted}`");
                let help = format!(
                    "write\n\n    [features]\n    lambda = [\"{wanted}\"]\n\n\
                     so that Cargo.lock pins the AWS SDK that `build` links"
                );
                mistakes.push(at(message, &["features", "lambda"]).help(help));
            }
        }
    }
    match esteira.cloned() {
        Some(esteira) if mistakes.is_empty() => {
            Ok(App { workspace: Rc::clone(workspace), package, esteira })
        }
        _ => Err(Failure(mistakes)),
    }
}

/// Whether a feature enables another one, itself or through features of the same package.
fn enables(package: &Package, feature: &str, wanted: &str) -> bool {
    let mut todo = vec![feature];
    let mut seen = Vec::new();
    while let Some(feature) = todo.pop() {
        if feature == wanted {
            return true;
        }
        if !seen.contains(&feature) {
            seen.push(feature);
            todo.extend(package.features.get(feature).into_iter().flatten().map(String::as_str));
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, directory: &str, app: bool) -> Package {
        serde_json::from_value(serde_json::json!({
            "name": name, "manifest_path": format!("{directory}/Cargo.toml"),
            "dependencies": [], "targets": [], "features": {
                "lambda": ["cloud"], "cloud": ["esteira/aws", "lambda"], "other": []
            },
            "metadata": if app { serde_json::json!({ "esteira": { "app": true } }) }
                        else { serde_json::Value::Null },
        }))
        .unwrap()
    }

    fn workspace() -> Workspace {
        Workspace {
            packages: vec![
                package("root", "/w", true),
                package("one", "/w/one", true),
                package("two", "/w/one/two", true),
                package("lib", "/w/lib", false),
            ],
            root: "/w".into(),
            target: "/w/target".into(),
        }
    }

    #[test]
    fn the_directory_decides_which_applications_are_meant() {
        let workspace = workspace();
        let meant = |directory: &str| {
            let found = super::meant(&workspace, Path::new(directory));
            found.into_iter().map(|p| p.name).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(meant("/w/one/src"), "one");
        assert_eq!(meant("/w/one/two"), "two");
        assert_eq!(meant("/w"), "root one two");
        assert_eq!(meant("/w/lib"), "root one two");
    }

    #[test]
    fn a_feature_may_enable_another_through_a_third() {
        let package = package("one", "/w/one", true);
        assert!(enables(&package, "lambda", "esteira/aws"));
        assert!(!enables(&package, "other", "esteira/aws"));
        assert!(!enables(&package, "missing", "esteira/aws"));
    }
}
