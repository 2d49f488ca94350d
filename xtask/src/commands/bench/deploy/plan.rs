//! What `bench deploy` has measured, and what comes back: the format between this tool, which shows
//! the figures, and the program `bench-deploy`, which plays AWS.

use std::{collections::BTreeMap, path::PathBuf};

use serde::{Deserialize, Serialize};

/// What is to be measured.
#[derive(Debug, Serialize, Deserialize)]
pub struct Plan {
    /// The folder of the application, in a copy of its workspace.
    pub application: PathBuf,
    /// Where the stages of the application are generated and built.
    pub target: PathBuf,
    /// The Python that has the emulator.
    pub emulator: PathBuf,
    /// The programs that a deploy takes: the command line of AWS, Terraform, and for a build Zig.
    pub programs: Vec<PathBuf>,
    /// Whether functions are built.
    pub build: bool,
}

/// One deploy. Times are in seconds.
#[derive(Debug, Serialize, Deserialize)]
pub struct Deployed {
    /// Which it was.
    pub what: String,
    /// By part.
    pub seconds: BTreeMap<String, f64>,
    /// From the command to its end.
    pub whole: f64,
    /// By the address of each resource that was changed.
    pub applied: BTreeMap<String, f64>,
}

impl Deployed {
    /// The types that took longest, with how many there are, and how long the longest took.
    pub(super) fn longest(&self, most: usize) -> Vec<(String, usize, f64)> {
        let mut kinds: BTreeMap<&str, (usize, f64)> = BTreeMap::new();
        for (address, seconds) in &self.applied {
            let kind = address.split('.').next().unwrap_or(address);
            let (count, longest) = kinds.entry(kind).or_default();
            (*count, *longest) = (*count + 1, longest.max(*seconds));
        }
        let mut kinds: Vec<_> =
            kinds.into_iter().map(|(kind, (count, it))| (kind.to_owned(), count, it)).collect();
        kinds.sort_by(|a, b| b.2.total_cmp(&a.2));
        kinds.truncate(most);
        kinds
    }
}
