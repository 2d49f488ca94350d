//! The folder in which a run keeps what the next one goes on with.
//!
//! ```text
//! .esteira/.gitignore        everything here
//! .esteira/dev/dev/lock      held by whoever runs the stage here
//! .esteira/dev/dev/plan.json what the program was told
//! .esteira/dev/dev/endpoint  where it listens, as long as it runs
//! ```
//!
//! The rest is the program's own.

use std::{
    fs::{self, File, TryLockError},
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use esteira_manifest::dev::Plan;

use crate::{
    app::App,
    diagnostic::{Diagnostic, Failure, Result},
    output,
};

/// The folder, which no other run uses as long as this lives.
#[derive(Debug)]
pub(super) struct State {
    root: PathBuf,
    /// Let go of when it is closed, however this process ends.
    _lock: File,
}

impl State {
    /// Takes the folder of a stage.
    ///
    /// # Errors
    ///
    /// Another process runs the stage; the folder cannot be written.
    pub(super) fn open(app: &App, stage: &str) -> Result<Self> {
        Self::take(folder(app, stage), stage)
    }

    fn take(root: PathBuf, stage: &str) -> Result<Self> {
        fs::create_dir_all(&root).map_err(|error| failed(&root, &error))?;
        if let Some(above) = root.ancestors().nth(2) {
            output::write(&above.join(".gitignore"), b"*\n")?;
        }
        let path = root.join("lock");
        let lock = File::options().write(true).create(true).truncate(false).open(&path);
        let lock = lock.map_err(|error| failed(&path, &error))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { root, _lock: lock }),
            Err(TryLockError::Error(error)) => Err(failed(&path, &error)),
            Err(TryLockError::WouldBlock) => {
                let message = format!("stage `{stage}` is run here already, by another process");
                let help = "end that one, or run another stage with `--stage`: each has a state \
                            of its own";
                Err(Diagnostic::new(message).help(help).into())
            }
        }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Writes a plan where the program reads it.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub(super) fn note(&self, plan: &Plan) -> Result<PathBuf> {
        let path = self.root.join("plan.json");
        let text = serde_json::to_string_pretty(plan).map_err(|error| {
            Diagnostic::new(format!("cannot write {}: {error}", path.display()))
        })?;
        output::write(&path, text.as_bytes())?;
        Ok(path)
    }

    /// Where the program listens, if it does.
    pub(super) fn endpoint(&self) -> Option<SocketAddr> {
        read(&self.root)
    }

    /// Forgets where a program listened that has ended.
    pub(super) fn forget_endpoint(&self) {
        let _ = fs::remove_file(self.root.join(ENDPOINT));
    }
}

const ENDPOINT: &str = "endpoint";

/// Where the stage that is run here listens, if it is.
pub(in crate::commands) fn endpoint(app: &App, stage: &str) -> Option<SocketAddr> {
    read(&folder(app, stage))
}

fn read(root: &Path) -> Option<SocketAddr> {
    fs::read_to_string(root.join(ENDPOINT)).ok()?.trim().parse().ok()
}

fn folder(app: &App, stage: &str) -> PathBuf {
    app.kept(stage).join("dev")
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Diagnostic::new(format!("{}: {error}", path.display())).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_is_run_once_at_a_time_and_git_does_not_see_it() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join(".esteira/prod/dev");
        let first = State::take(root.clone(), "prod").unwrap();
        let refused = State::take(root.clone(), "prod").unwrap_err().0[0].to_string();
        assert!(refused.contains("stage `prod` is run here already"), "{refused}");
        drop(first);
        State::take(root, "prod").unwrap();
        let ignored = fs::read_to_string(folder.path().join(".esteira/.gitignore")).unwrap();
        assert_eq!(ignored, "*\n");
    }

    #[test]
    fn the_endpoint_is_known_as_long_as_the_program_runs() {
        let folder = tempfile::tempdir().unwrap();
        let state = State::take(folder.path().join("a/b/dev"), "dev").unwrap();
        assert_eq!(state.endpoint(), None);
        fs::write(state.root().join(ENDPOINT), "127.0.0.1:4566\n").unwrap();
        assert_eq!(state.endpoint(), Some(([127, 0, 0, 1], 4566).into()));
        state.forget_endpoint();
        assert_eq!(state.endpoint(), None);
    }
}
