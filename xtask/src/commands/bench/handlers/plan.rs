//! What `bench handlers` has measured, and what comes back: the format between this tool, which
//! builds the functions and shows the figures, and the program `bench-handlers`, which plays
//! Lambda and AWS to them.

use std::{collections::BTreeMap, path::PathBuf, process::Command};

use serde::{Deserialize, Serialize};

/// What is to be measured.
#[derive(Debug, Serialize, Deserialize)]
pub struct Plan {
    /// How often each is measured, in turns.
    pub rounds: u32,
    /// Whose functions are compared.
    pub contenders: Vec<Contender>,
}

/// The same functions, written or built in one way.
#[derive(Debug, Serialize, Deserialize)]
pub struct Contender {
    /// What the figures call it.
    pub name: String,
    /// Whether it is to give the guarantees of a function of Esteira, which is then checked.
    pub guarantees: bool,
    /// By the name of the function in the source.
    pub functions: BTreeMap<String, Program>,
}

/// How a function is started.
#[derive(Debug, Serialize, Deserialize)]
pub struct Program {
    /// The executable.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Its environment, beside what Lambda itself sets.
    pub environment: BTreeMap<String, String>,
}

impl Program {
    /// Starts it, with no other environment than its own.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).env_clear().envs(&self.environment);
        command
    }
}

/// What was measured of one function of one contender. Times are in seconds.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Measured {
    /// The name of the function in the source.
    pub function: String,
    /// The contender.
    pub contender: String,
    /// From the start of the process to its first answer.
    pub cold: Vec<f64>,
    /// The most memory that was resident, in KiB.
    pub resident: u64,
    /// By the number of records: one for a function that takes single events.
    pub warm: BTreeMap<usize, Warm>,
}

/// Invocations of a process that has answered before.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Warm {
    /// From the hand-out of the event to the last byte of the answer.
    pub took: Vec<f64>,
    /// The processor time of the process.
    pub processor: Vec<f64>,
}
