//! The folder that Terraform works in: `.esteira/<stage>` of the application.
//!
//! It is no part of `target/`, as the state may lie in it, and nobody may lose that to a
//! `cargo clean`:
//!
//! ```text
//! .esteira/.gitignore     everything here
//! .esteira/dev/lock       held by whoever deploys
//! .esteira/dev/lambda     leads to the zips
//! .esteira/dev/terraform  the generated files, the providers, and without a backend the state
//! ```

use std::{
    fs::{self, File, TryLockError},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
};

use super::places::Places;
use crate::{
    deploy::Deployment,
    diagnostic::{Diagnostic, Failure, Result},
    output,
};

/// The folder, which nobody else uses as long as this lives.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
    lock: File,
    /// Whether the run before ended without a word, while it changed something.
    pub(super) interrupted: bool,
    /// Of what is declared, and of what was at the last deploy.
    pub(super) places: Places,
    /// Whether Terraform has to be initialized, for all that can be told from here.
    pub(super) is_new: bool,
}

impl Folder {
    /// Takes the folder of a stage and puts into it what was generated.
    ///
    /// # Errors
    ///
    /// Another process has it; it cannot be written.
    pub(super) fn open(deployment: &Deployment<'_>) -> Result<Self> {
        let root = deployment.folder();
        let lock = lock(&root, &deployment.graph.stage)?;
        let interrupted = lock.metadata().is_ok_and(|it| it.len() > 0);
        let mut folder = Self { root, lock, interrupted, places: Places::default(), is_new: false };
        folder.fill(deployment.output)?;
        Ok(folder)
    }

    /// Where Terraform runs.
    pub(super) fn terraform(&self) -> PathBuf {
        self.root.join("terraform")
    }

    /// The lock, for a program that holds it with us, and beyond our end.
    pub(super) fn share(&self) -> Result<File> {
        self.lock.try_clone().map_err(|error| failed(&self.root, &error))
    }

    /// Notes that something is changed from now on, until [`done`](Self::done).
    pub(super) fn begin(&mut self) -> Result<()> {
        let noted = self
            .lock
            .set_len(0)
            .and_then(|()| self.lock.rewind())
            .and_then(|()| writeln!(self.lock, "{}", std::process::id()))
            .and_then(|()| self.lock.sync_all());
        noted.map_err(|error| failed(&self.root, &error))
    }

    /// Notes that Terraform has recorded everything there is.
    pub(super) fn done(&mut self) -> Result<()> {
        self.interrupted = false;
        self.lock.set_len(0).map_err(|error| failed(&self.root, &error))
    }

    fn fill(&mut self, output: &Path) -> Result<()> {
        let work = self.terraform();
        fs::create_dir_all(&work).map_err(|error| failed(&work, &error))?;
        link(&output.join("lambda"), &self.root.join("lambda"))?;
        let generated = files(&output.join("terraform"))?;
        let before = files(&work)?;
        generated.iter().for_each(|(_, text)| self.places.read(text));
        before.iter().for_each(|(_, text)| self.places.read(text));
        let main = |files: &[(String, String)]| {
            files.iter().find(|(name, _)| name == "main.tf").map(|(_, text)| text.clone())
        };
        self.is_new = main(&generated) != main(&before) || !work.join(".terraform").is_dir();
        for (name, text) in &generated {
            output::write(&work.join(name), text.as_bytes())?;
        }
        for (name, _) in before.iter().filter(|(name, _)| !generated.iter().any(|it| it.0 == *name))
        {
            let path = work.join(name);
            fs::remove_file(&path).map_err(|error| failed(&path, &error))?;
        }
        Ok(())
    }
}

/// The `.tf` files of a folder. What a person puts beside them, such as `override.tf.json`, is
/// theirs.
fn files(folder: &Path) -> Result<Vec<(String, String)>> {
    let error = |error| failed(folder, &error);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(error)? {
        let path = entry.map_err(error)?.path();
        if let (Some("tf"), Some(name)) =
            (path.extension().and_then(|it| it.to_str()), path.file_name())
        {
            let text = fs::read_to_string(&path).map_err(|error| failed(&path, &error))?;
            files.push((name.to_string_lossy().into_owned(), text));
        }
    }
    files.sort();
    Ok(files)
}

/// Makes a symbolic link, if it does not lead there yet.
fn link(to: &Path, at: &Path) -> Result<()> {
    if fs::read_link(at).is_ok_and(|leads| leads == to) {
        return Ok(());
    }
    match fs::remove_file(at) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(at, &error)),
        _ => std::os::unix::fs::symlink(to, at).map_err(|error| failed(at, &error)),
    }
}

fn lock(root: &Path, stage: &str) -> Result<File> {
    let error = |error| failed(root, &error);
    fs::create_dir_all(root).map_err(error)?;
    // State holds what nobody else should read.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(root, fs::Permissions::from_mode(0o700)).map_err(error)?;
    }
    if let Some(parent) = root.parent() {
        output::write(&parent.join(".gitignore"), b"*\n")?;
    }
    let path = root.join("lock");
    let options = File::options().read(true).write(true).create(true).truncate(false).open(&path);
    let mut file = options.map_err(|error| failed(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::Error(error)) => Err(failed(&path, &error)),
        Err(TryLockError::WouldBlock) => {
            let mut pid = String::new();
            let _ = file.read_to_string(&mut pid);
            let who = match pid.trim() {
                "" => "another process".to_owned(),
                pid => format!("process {pid}, or a Terraform that it started,"),
            };
            Err(Diagnostic::new(format!("{who} is at work on stage `{stage}`"))
                .help("wait until it ends and run this again; it lets go of the stage even if it is killed")
                .into())
        }
    }
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Diagnostic::new(format!("{}: {error}", path.display())).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(root: &Path) -> Result<Folder> {
        let lock = lock(root, "dev")?;
        let interrupted = lock.metadata().is_ok_and(|it| it.len() > 0);
        let root = root.to_owned();
        Ok(Folder { root, lock, interrupted, places: Places::default(), is_new: false })
    }

    #[test]
    fn one_at_a_time_works_there() {
        let temporary = tempfile::tempdir().unwrap();
        let root = temporary.path().join(".esteira/dev");
        let mut first = folder(&root).unwrap();
        first.begin().unwrap();
        let refused = folder(&root).unwrap_err().0[0].to_string();
        assert!(refused.contains(&format!("process {}", std::process::id())), "{refused}");
        // A program that was started holds on to it when we are gone.
        let shared = first.share().unwrap();
        drop(first);
        assert!(folder(&root).is_err());
        drop(shared);
        assert!(folder(&root).unwrap().interrupted);
        assert_eq!(
            fs::read_to_string(temporary.path().join(".esteira/.gitignore")).unwrap(),
            "*\n"
        );
    }

    #[test]
    fn what_is_no_longer_generated_is_removed_and_still_known() {
        let temporary = tempfile::tempdir().unwrap();
        let output = temporary.path().join("output/terraform");
        fs::create_dir_all(&output).unwrap();
        let mut folder = folder(&temporary.path().join(".esteira/dev")).unwrap();
        fs::write(output.join("main.tf"), "# main").unwrap();
        fs::write(output.join("a.tf"), "# a.rs:1\nresource \"x\" \"a\" {\n}\n").unwrap();
        folder.fill(output.parent().unwrap()).unwrap();
        assert!(folder.is_new);
        let work = folder.terraform();
        fs::write(work.join("override.tf.json"), "{}").unwrap();
        fs::create_dir(work.join(".terraform")).unwrap();
        fs::remove_file(output.join("a.tf")).unwrap();
        folder.places = Places::default();
        folder.fill(output.parent().unwrap()).unwrap();
        assert!(!folder.is_new && !work.join("a.tf").exists());
        assert!(work.join("override.tf.json").exists() && folder.places.of("x.a").is_some());
    }
}
