//! `new`: an application in a repository of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Args;
use serde_json::json;

use crate::{
    diagnostic::{Diagnostic, Result},
    output,
    report::Report,
};

mod name;
mod origin;
mod template;
mod vcs;

use origin::{Origin, Source};
use vcs::Vcs;

/// Create an application in a repository of its own
#[derive(Debug, Args)]
pub(crate) struct New {
    /// The folder to create
    path: PathBuf,
    /// The package's name [default: the folder's]
    #[arg(long)]
    name: Option<String>,
    /// The version control [default: git, unless the folder is in a repository already]
    #[arg(long, value_enum)]
    vcs: Option<Vcs>,
    #[command(flatten)]
    origin: Origin,
}

impl New {
    pub(crate) fn run(&self, report: &Report) -> Result<ExitCode> {
        let shown = self.path.display();
        let folder = std::path::absolute(&self.path)
            .map_err(|error| Diagnostic::new(format!("cannot create {shown}: {error}")))?;
        let name = name::choose(self.name.as_deref(), &folder)?;
        empty(&folder)?;
        let source = self.origin.source()?;
        fs::create_dir_all(&folder)
            .and_then(|()| fs::canonicalize(&folder))
            .map_err(|error| Diagnostic::new(format!("cannot create {shown}: {error}")).into())
            .and_then(|folder| self.create(&folder, &name, &source, report))
    }

    fn create(
        &self,
        folder: &Path,
        name: &str,
        source: &Source,
        report: &Report,
    ) -> Result<ExitCode> {
        let repository = vcs::prepare(self.vcs, folder)?;
        let files = template::files(name, source, folder, repository);
        for (path, text) in &files {
            output::write(&folder.join(path), text.as_bytes())?;
        }
        report.status("Created", format_args!("application `{name}` in {}", folder.display()));
        if let Some(note) = source.note() {
            report.status("Using", note);
        }
        let steps = format!(
            "cd {}\ncargo test            # the handler, in memory; commit the Cargo.lock that it writes\n\
             cargo xtask synth     # its infrastructure and permissions; compiles the tool first\n\
             cargo xtask deploy    # to the AWS account that you are signed in to",
            self.path.display()
        );
        report.step("see what it does, then make it yours", &steps);
        let paths: Vec<_> = files.iter().map(|(path, _)| path).collect();
        report.json(&json!({ "app": name, "path": folder, "files": paths }));
        Ok(ExitCode::SUCCESS)
    }
}

/// Refuses a place where something is, but for a repository without files: a clone of one that
/// was made on a server.
fn empty(folder: &Path) -> Result<()> {
    let shown = folder.display();
    if fs::symlink_metadata(folder).is_err() {
        return Ok(());
    }
    let entries = fs::read_dir(folder)
        .map_err(|error| Diagnostic::new(format!("cannot create {shown}: {error}")))?;
    match entries.flatten().find(|entry| entry.file_name() != ".git") {
        None => Ok(()),
        Some(entry) => {
            let found = entry.file_name();
            let message = format!("{shown} is not empty: it has `{}`", found.to_string_lossy());
            Err(Diagnostic::new(message).help("name a folder that does not exist yet").into())
        }
    }
}
