//! An EventBridge bus.

use esteira::manifest::{self, Kind};

use super::{Declaration, Logical, Node, index::Entry};
use crate::stage::Stage;

/// An EventBridge bus.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bus {
    pub(crate) node: Node,
}

impl Declaration for manifest::Bus {
    type Node = Bus;
    const NOUN: &'static str = "a bus";
    const ATTRIBUTE: &'static str = "#[derive(Bus)]";

    fn of(kind: &Kind) -> Option<&Self> {
        if let Kind::Bus(bus) = kind { Some(bus) } else { None }
    }
}

impl Bus {
    pub(crate) fn logical(name: &str) -> Logical {
        Logical::resource(name, "Bus")
    }

    pub(crate) fn new(entry: Entry<'_, manifest::Bus>, stage: &Stage) -> Self {
        let Entry { item, declared } = entry;
        Self { node: Node::new(item, &declared.name, Self::logical(item.name()), stage) }
    }
}
