//! What a deploy would change.

use std::{collections::BTreeMap, fmt};

use serde_json::Value;

use super::data;
use crate::diagnostic::Place;

/// What would change, whoever makes the change.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Plan {
    /// In the order in which they are shown.
    pub(crate) changes: Vec<Change>,
    /// What somebody else has changed since the last deploy.
    pub(crate) drift: Vec<Drift>,
    /// The policies that functions' roles have before, by the name of the role in AWS. From them
    /// and the graph the changes of permissions are told.
    pub(crate) policies: BTreeMap<String, Value>,
    /// The names of the outputs that are new, or get another value.
    pub(crate) outputs: Vec<String>,
}

/// What would become of one resource.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Change {
    /// What the backend calls it: `aws_sqs_queue.avisos`, or a logical id.
    pub(crate) address: String,
    /// Its type, as the backend spells it: `aws_sqs_queue`, `AWS::SQS::Queue`.
    pub(crate) kind: String,
    /// Its name in AWS, if it has one that is known before.
    pub(crate) name: Option<String>,
    pub(crate) action: Action,
    /// The attributes that differ, or for a replacement those that force it.
    pub(crate) attributes: Vec<String>,
    /// What is lost besides what the type keeps: by a shorter retention, what is older.
    pub(crate) loses_besides: Option<&'static str>,
    /// Where it is declared.
    pub(crate) at: Option<Place>,
}

/// What is done to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Action {
    Add,
    Change,
    Replace,
    Destroy,
    /// It stays, and no longer belongs to the stage.
    Leave,
}

/// What a resource was changed to by somebody else.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Drift {
    pub(crate) address: String,
    pub(crate) kind: String,
    pub(crate) name: Option<String>,
    /// The attributes that differ; none if the resource is gone.
    pub(crate) attributes: Vec<String>,
    pub(crate) at: Option<Place>,
}

impl Plan {
    /// Whether there is anything to do.
    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.outputs.is_empty()
    }

    /// How often an action occurs.
    pub(crate) fn count(&self, action: Action) -> usize {
        self.changes.iter().filter(|change| change.action == action).count()
    }

    /// The changes by which data is lost.
    pub(crate) fn losses(&self) -> impl Iterator<Item = (&Change, &'static str)> {
        self.changes.iter().filter_map(|change| Some((change, change.loses()?)))
    }
}

impl Change {
    /// The data that is lost by it.
    pub(crate) fn loses(&self) -> Option<&'static str> {
        data::lost(&self.kind, self.action).or(self.loses_besides)
    }
}

impl Action {
    /// The verb of it, as a plan says what will be.
    pub(crate) fn verb(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Change => "change",
            Self::Replace => "replace",
            Self::Destroy => "destroy",
            Self::Leave => "leave",
        }
    }

    /// What has been done.
    pub(crate) fn done(self) -> &'static str {
        match self {
            Self::Add => "added",
            Self::Change => "changed",
            Self::Replace => "replaced",
            Self::Destroy => "destroyed",
            Self::Leave => "left behind",
        }
    }

    /// What stands before it in a list.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Change => "~",
            Self::Replace => "±",
            Self::Destroy => "-",
            Self::Leave => "=",
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.action.sign(), self.address)
    }
}
