//! An SNS topic.

use esteira::manifest::{self, Kind};

use super::{Declaration, Logical, Node, index::Entry};
use crate::stage::Stage;

/// An SNS topic.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Topic {
    pub(crate) node: Node,
}

impl Declaration for manifest::Topic {
    type Node = Topic;
    const NOUN: &'static str = "a topic";
    const ATTRIBUTE: &'static str = "#[derive(Topic)]";

    fn of(kind: &Kind) -> Option<&Self> {
        if let Kind::Topic(topic) = kind { Some(topic) } else { None }
    }
}

impl Topic {
    pub(crate) fn logical(name: &str) -> Logical {
        Logical::resource(name, "Topic")
    }

    pub(crate) fn new(entry: Entry<'_, manifest::Topic>, stage: &Stage) -> Self {
        let Entry { item, declared } = entry;
        Self { node: Node::new(item, &declared.name, Self::logical(item.name()), stage) }
    }
}
