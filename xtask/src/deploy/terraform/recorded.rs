//! The state, in which Terraform records what it has done: that nothing is missing in it, and that
//! nobody holds it who is gone.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{Terraform, cut_off, failure::Held, run::Ended};
use crate::{
    deploy::Event,
    diagnostic::{Diagnostic, Result},
};

/// Where Terraform leaves the state if it cannot save it where it belongs.
const UNSAVED: &str = "errored.tfstate";

impl Terraform<'_> {
    /// Runs what takes the state, after what the last run could not save has been saved.
    pub(super) fn with_state(
        &self,
        arguments: &[&str],
        happens: &mut dyn FnMut(Event),
    ) -> Result<Ended> {
        let unsaved = self.unsaved();
        if unsaved.is_file() {
            self.save(&unsaved)?;
        }
        self.with_lock(arguments, happens)
    }

    fn save(&self, unsaved: &Path) -> Result<()> {
        self.deployment.report.status("Saving", "the state, which the last run could not save");
        let ended = self.with_lock(&["state", "push", "-no-color", UNSAVED], &mut |_| {})?;
        if ["over newer state", "lineage"].iter().any(|text| ended.said.contains(text)) {
            return Err(Diagnostic::new(format!(
                "the state has changed since {} could not be saved",
                unsaved.display()
            ))
            .help(
                "somebody has deployed meanwhile: remove that file and run this again with \
                 `--adopt`, which takes over what only the file knows of",
            )
            .into());
        }
        self.succeeded(ended)?;
        fs::remove_file(unsaved).map_err(|error| {
            Diagnostic::new(format!("cannot remove {}: {error}", unsaved.display())).into()
        })
    }

    /// Runs what locks the state; a lock that an interrupted run of our own left is broken.
    fn with_lock(&self, arguments: &[&str], happens: &mut dyn FnMut(Event)) -> Result<Ended> {
        let mut ended = self.run(arguments, happens)?;
        let says = |ended: &Ended, text: &str| {
            ended.said.contains(text) || ended.errors.iter().any(|it| it.text().contains(text))
        };
        if ["terraform init", "tofu init"].iter().any(|text| says(&ended, text)) {
            self.initialize()?;
            ended = self.run(arguments, happens)?;
        }
        if let Some(held) = Held::find(&ended).filter(|held| self.left_behind(held)) {
            self.deployment.report.status("Unlocking", "what an interrupted deploy left locked");
            self.text(&["force-unlock", "-force", &held.id])?;
            ended = self.run(arguments, happens)?;
        }
        Ok(ended)
    }

    /// Whether a lock is that of the run before, which was killed here: the folder remembers it,
    /// and nothing that it started is alive, as the folder's own lock is ours.
    fn left_behind(&self, held: &Held) -> bool {
        let name = std::process::Command::new("uname").arg("-n").output();
        let host = name.map(|it| String::from_utf8_lossy(&it.stdout).trim().to_owned());
        let here = host.is_ok_and(|host| held.who.split('@').nth(1) == Some(&host));
        self.folder.interrupted && here
    }

    /// The file with what could not be saved, if there is any.
    pub(super) fn unsaved(&self) -> PathBuf {
        self.terraform.folder.join(UNSAVED)
    }

    /// Notes what a run that was to change something leaves unrecorded.
    pub(super) fn note(&mut self, ended: &Ended) {
        let unrecorded = ended.errors.iter().any(cut_off::is_recording);
        self.folder.interrupted |= ended.killed || unrecorded;
    }
}
