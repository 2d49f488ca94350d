//! What the tool tells the program that runs an application on this machine.
//!
//! The program is given the path of a [`Plan`], as JSON. It runs until everything is done, or until
//! it is asked to end: by SIGINT, by SIGTERM, or by the end of its standard input, which is how it
//! learns that the tool was killed. It has five seconds for that. While it runs, the file
//! [`endpoint`](Plan::state) in the folder of its state says where it listens.
//!
//! It exits with 0 if it was asked to end or everything was done, and with 1 if it could not go on,
//! having said why.

use std::{collections::BTreeMap, path::PathBuf};

use serde::{Deserialize, Serialize};

/// How an application is to be run on this machine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The package name of the application.
    pub app: String,
    /// The stage whose names and settings it has.
    pub stage: String,
    /// Twelve digits: the stage's, or else zeroes.
    pub account: String,
    /// The stage's, or else `us-east-1`.
    pub region: String,
    /// The physical names of resources and functions, by id; of the queue of a handler, by the
    /// handler's id and `#queue`; of the bucket for failures, by `#failures`.
    pub names: BTreeMap<String, String>,
    /// The shards of each stream that has a number of them in the stage, by id.
    pub shards: BTreeMap<String, u32>,
    /// The executions that a function has for itself in the stage, and no more, by id.
    pub reserved_concurrency: BTreeMap<String, u32>,
    /// The folder that the state is kept in from one run to the next. Of what is in it, the files
    /// `lock` and `plan.json` are the tool's. The program writes `endpoint`, a line with
    /// `127.0.0.1` and its port, and removes it in the end.
    pub state: PathBuf,
    /// Whether what is kept there is forgotten first.
    pub fresh: bool,
    /// Whether this goes on with a run that was only ended to be built anew: a source begins where
    /// it stood then, instead of at its beginning.
    pub resumes: bool,
    /// Where the endpoint listens, on 127.0.0.1; zero for any free port.
    pub port: u16,
    /// Where rows come from, beside the endpoint.
    pub source: Source,
    /// The built functions by the names of their handlers, if they are to run instead of those in
    /// the program.
    pub binaries: Option<BTreeMap<String, Binary>>,
    /// How what happens is shown.
    pub view: View,
    /// Ends when everything that came from the source is handled.
    pub once: bool,
}

/// Where rows come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Nowhere.
    None,
    /// They are made up, from a seed.
    Rows {
        /// How many, all captured tables together.
        number: u64,
        /// How many a second; none for as many as go.
        rate: Option<f64>,
        /// What they are made from.
        seed: u64,
    },
    /// From a file of change records, JSON, one a line.
    Replay {
        /// The file.
        file: PathBuf,
        /// How many a second; none for as many as go.
        rate: Option<f64>,
    },
    /// From the binlog of a database.
    Mysql {
        /// Where it is; none for one that is started for it.
        url: Option<String>,
        /// The workspace, to which the SQL of the row types is relative.
        root: PathBuf,
        /// The folder of each row type's package, by the row's id, relative to the workspace.
        packages: BTreeMap<String, PathBuf>,
    },
}

/// A built function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Binary {
    /// The program.
    pub program: PathBuf,
    /// Its environment variables, those of its handles among them. What Lambda itself sets, and
    /// where AWS is, is not among them.
    pub environment: BTreeMap<String, String>,
}

/// How what happens is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// Only a summary at the end.
    Quiet,
    /// A line for each thing that happens.
    Lines {
        /// With colour.
        color: bool,
    },
    /// A line of JSON for each thing that happens.
    Json,
    /// A full screen.
    Screen,
}
