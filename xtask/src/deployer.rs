//! What the identity that deploys a stage has to be allowed, as policies of IAM.
//!
//! Where a resource has a name, its actions are allowed on the names that the stage gives, so that
//! a new handler takes no new policy; where AWS makes the name up, on what bears the tags of the
//! application and the stage, if IAM looks at them for that action, and else on all.
//!
//! Which actions there are is what the provider of Terraform calls and what the handlers of
//! CloudFormation say they need
//! (<https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html>),
//! and what each can be limited to is AWS's
//! (<https://docs.aws.amazon.com/service-authorization/latest/reference/>).

use clap::ValueEnum;
use serde_json::Value;

use crate::{graph::Graph, stage::Stage};

mod aurora;
mod bucket;
mod bus;
mod capture;
mod cloudformation;
mod document;
mod function;
mod kms_key;
mod mapping;
mod network;
mod queue;
mod role;
mod rule;
mod scope;
mod secret;
mod stream;
mod table;
mod terraform;
mod topic;

pub(crate) use document::{Document, MOST};
use scope::Scope;

/// What managing the resources of some types takes.
struct Entry {
    /// The types, as Terraform and CloudFormation call them. Tests find the one that lacks an entry.
    #[allow(dead_code, reason = "tests read it")]
    types: &'static [&'static str],
    actions: &'static [&'static str],
    /// The ARNs of these resources, in a stage; none if it has none.
    on: fn(&Scope<'_>) -> Vec<String>,
    /// What has to be so besides.
    only: fn(&Scope<'_>) -> Option<Value>,
}

impl Entry {
    const fn new(
        types: &'static [&'static str],
        actions: &'static [&'static str],
        on: fn(&Scope<'_>) -> Vec<String>,
    ) -> Self {
        Self { types, actions, on, only: |_| None }
    }

    /// Allows it only where a condition holds.
    const fn only(self, only: fn(&Scope<'_>) -> Option<Value>) -> Self {
        Self { only, ..self }
    }
}

/// What brings a stage to AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum With {
    Terraform,
    #[value(name = "cloudformation")]
    CloudFormation,
}

/// Everything, by kind of resource.
const KINDS: [&[Entry]; 16] = [
    aurora::ENTRIES,
    bucket::ENTRIES,
    bus::ENTRIES,
    capture::ENTRIES,
    function::ENTRIES,
    kms_key::ENTRIES,
    mapping::ENTRIES,
    network::ENTRIES,
    queue::ENTRIES,
    role::ENTRIES,
    rule::ENTRIES,
    secret::ENTRIES,
    stream::ENTRIES,
    table::ENTRIES,
    terraform::READ,
    topic::ENTRIES,
];

/// The policies that a deploying identity needs, all of them: one has a limited size.
pub(crate) fn documents(graph: &Graph, stage: &Stage, with: With) -> Vec<Document> {
    let scope = Scope::new(graph, stage);
    let own = match with {
        With::Terraform => terraform::ENTRIES,
        With::CloudFormation => cloudformation::ENTRIES,
    };
    let mut statements = document::Statements::default();
    for entry in KINDS.into_iter().flatten().chain(own) {
        let on = (entry.on)(&scope);
        if !on.is_empty() {
            statements.allow(entry.actions, on, (entry.only)(&scope));
        }
    }
    statements.documents()
}

#[cfg(test)]
mod tests;
