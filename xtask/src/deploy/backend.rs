//! What Terraform and CloudFormation have in common.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::{Action, Plan};
use crate::{
    app::App,
    aws::{Aws, Identity},
    diagnostic::Result,
    generated::Arch,
    graph::Graph,
    report::Report,
};

/// A way to bring a stage to AWS.
///
/// Whoever made a plan calls [`apply`](Self::apply) next, or nothing.
pub(crate) trait Backend {
    /// What messages call it.
    fn name(&self) -> &'static str;

    /// What reaching the goal would change. Nothing is changed by looking.
    ///
    /// # Errors
    ///
    /// Whatever keeps it from being known, and from being done.
    fn plan(&mut self, goal: Goal) -> Result<Plan>;

    /// Makes the changes of the plan that was made last, and hands over what happens meanwhile.
    ///
    /// # Errors
    ///
    /// The first real causes, none of what merely follows from them. What was done until then is
    /// recorded, so that another plan and its apply finish the work.
    fn apply(&mut self, happens: &mut dyn FnMut(Event)) -> Result<()>;

    /// What is deployed says of itself; empty if nothing is deployed.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    fn outputs(&mut self) -> Result<Outputs>;
}

/// The outputs of a stage, by name.
pub(crate) type Outputs = BTreeMap<String, Value>;

/// Where a plan leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    /// To what the code declares.
    Deployed,
    /// To nothing, but for what the stage retains.
    Destroyed,
}

/// What a backend has to know.
pub(crate) struct Deployment<'a> {
    pub(crate) app: &'a App,
    pub(crate) graph: &'a Graph,
    /// The folder with `terraform/`, `cloudformation/` and `lambda/`.
    pub(crate) output: &'a Path,
    /// The processor that the zips were built for.
    pub(crate) arch: Arch,
    /// Whether captures that were never started are to be started.
    pub(crate) start_capture: bool,
    /// Whether what exists already, and has the tags of this stage, is taken over.
    pub(crate) adopt: bool,
    pub(crate) aws: &'a Aws,
    /// Whose credentials they are.
    pub(crate) identity: Identity,
    pub(crate) report: &'a Report,
}

impl Deployment<'_> {
    /// The folder for what has to outlive `target/`.
    pub(crate) fn folder(&self) -> PathBuf {
        self.app.kept(&self.graph.stage)
    }
}

/// What happens to one resource while a plan is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    /// As in the plan's [`Change::address`](super::Change::address).
    pub(crate) address: String,
    pub(crate) action: Action,
    pub(crate) progress: Progress,
}

/// How far a change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    Begun,
    Done,
    Failed,
    /// What was done is taken back, since something else failed.
    Undone,
}
