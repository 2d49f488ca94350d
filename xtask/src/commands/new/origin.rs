//! Where a new application takes esteira from.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::{
    cargo,
    diagnostic::{Diagnostic, Result},
    workspace::{Workspace, relative},
};

/// The version of this tool, which is that of esteira.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Where the source of this tool was when it was compiled.
const BUILT_FROM: &str = env!("CARGO_MANIFEST_DIR");

/// What the user says about it.
#[derive(Debug, Args)]
pub(super) struct Origin {
    /// Take esteira from a checkout of its repository [default: crates.io, or the checkout that
    /// this tool was built from]
    #[arg(long, value_name = "PATH", conflicts_with = "esteira_git")]
    esteira_path: Option<PathBuf>,
    /// Take esteira from a git repository
    #[arg(long, value_name = "URL")]
    esteira_git: Option<String>,
}

/// Where the packages of esteira are.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Source {
    /// On crates.io, in the version of this tool.
    Registry,
    Git(String),
    Checkout(Checkout),
}

/// The folders of the two packages that an application names.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Checkout {
    runtime: PathBuf,
    tool: PathBuf,
}

impl Origin {
    /// Where it is. What a tool was built from is what its applications are built from: a tool
    /// of a checkout reads manifests of that checkout's version, which no registry need have.
    pub(super) fn source(&self) -> Result<Source> {
        if let Some(url) = &self.esteira_git {
            return Ok(Source::Git(url.clone()));
        }
        if let Some(path) = &self.esteira_path {
            return checkout(path);
        }
        of_tool(Path::new(BUILT_FROM), cargo::home().as_deref())
    }
}

/// A tool from a registry lies alone; beside that of a checkout lies the rest.
fn of_tool(tool: &Path, cargo_home: Option<&Path>) -> Result<Source> {
    let Some(root) = tool.parent().filter(|root| root.join("runtime/Cargo.toml").is_file()) else {
        return Ok(Source::Registry);
    };
    if cargo_home.is_some_and(|home| root.starts_with(home)) {
        return Err(Diagnostic::new(
            "this tool was built from a git repository, and does not know which",
        )
        .help("name it with `--esteira-git URL`, so that the application is built from it too")
        .into());
    }
    checkout(root)
}

fn checkout(root: &Path) -> Result<Source> {
    let workspace = Workspace::load(root)?;
    let folder = |name: &str| {
        let found = workspace.packages.iter().find(|package| package.name == name);
        found.map(|package| package.directory().to_owned()).ok_or_else(|| {
            Diagnostic::new(format!("{} has no package `{name}`", workspace.root.display()))
                .help("name a checkout of esteira's repository with `--esteira-path`")
        })
    };
    Ok(Source::Checkout(Checkout { runtime: folder("esteira")?, tool: folder("esteira-xtask")? }))
}

impl Source {
    /// What stands in a Cargo.toml of that folder for `esteira` and for `esteira-xtask`. Both are
    /// named, and none is patched: of a patched package cargo would prefer a higher version that
    /// a registry has, whoever put it there.
    pub(super) fn dependencies(&self, folder: &Path) -> [String; 2] {
        let quoted = |text: &str| toml::Value::from(text).to_string();
        match self {
            Self::Registry => [VERSION, VERSION].map(quoted),
            Self::Git(url) => [url, url].map(|url| format!("{{ git = {} }}", quoted(url))),
            Self::Checkout(Checkout { runtime, tool }) => [runtime, tool]
                .map(|path| format!("{{ path = {} }}", quoted(&relative(folder, path)))),
        }
    }

    /// What the user has to know of it.
    pub(super) fn note(&self) -> Option<String> {
        match self {
            Self::Registry => None,
            Self::Git(url) => Some(format!("esteira of {url}")),
            Self::Checkout(Checkout { runtime, .. }) => Some(format!(
                "esteira of the checkout at {}: whoever else builds the application needs it in \
                 the same place beside it, or `git = …` instead of `path = …` in Cargo.toml",
                runtime.parent().unwrap_or(runtime).display()
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn root() -> &'static Path {
        Path::new(BUILT_FROM).parent().expect("lies in the repository")
    }

    #[test]
    fn a_tool_of_a_checkout_takes_the_checkout_and_one_of_a_registry_the_registry() {
        let of_this = checkout(root()).unwrap();
        assert_eq!(of_tool(Path::new(BUILT_FROM), None).unwrap(), of_this);
        let folder = tempfile::tempdir().unwrap();
        let tool = folder.path().join("esteira-xtask-0.1.0");
        assert_eq!(of_tool(&tool, Some(folder.path())).unwrap(), Source::Registry);
        let refused = of_tool(Path::new(BUILT_FROM), Some(root())).unwrap_err().0[0].to_string();
        assert!(refused.contains("--esteira-git URL"), "{refused}");
    }

    #[test]
    fn another_workspace_is_no_checkout_of_esteira() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("src")).unwrap();
        fs::write(folder.path().join("src/lib.rs"), "").unwrap();
        let manifest = "[workspace]\n[package]\nname = 'other'\n";
        fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
        let refused = checkout(folder.path()).unwrap_err().0[0].to_string();
        assert!(refused.contains("has no package `esteira`"), "{refused}");
    }

    #[test]
    fn dependencies_are_named_as_they_stand_in_a_cargo_toml() {
        let dependencies = |source: &Source| source.dependencies(Path::new("/home/ana/shop"));
        assert_eq!(dependencies(&Source::Registry)[0], format!("\"{VERSION}\""));
        let git = dependencies(&Source::Git("https://host/esteira".into()));
        assert_eq!(git[1], "{ git = \"https://host/esteira\" }");
        let (runtime, tool) =
            ("/home/ana/esteira/runtime".into(), "/home/ana/esteira/xtask".into());
        let checkout = dependencies(&Source::Checkout(Checkout { runtime, tool }));
        assert_eq!(
            checkout,
            [
                "{ path = \"../esteira/runtime\" }".to_owned(),
                "{ path = \"../esteira/xtask\" }".to_owned()
            ]
        );
    }
}
