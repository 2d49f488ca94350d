//! A Kinesis data stream.

use esteira::manifest::{self, Kind};

use super::{Declaration, Logical, Node, index::Entry};
use crate::stage::Stage;

/// How long records are kept, in hours (AWS allows 24 to 8,760).
///
/// A record that a function cannot process holds up its shard until it expires, and is lost
/// then: a week leaves time for the repair. It is also what Security Hub's Kinesis.3 asks for.
const RETENTION_HOURS: u32 = 168;

/// A Kinesis data stream.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stream {
    pub(crate) node: Node,
    pub(crate) shards: u32,
    pub(crate) retention_hours: u32,
}

impl Declaration for manifest::Stream {
    type Node = Stream;
    const NOUN: &'static str = "a stream";
    const ATTRIBUTE: &'static str = "#[derive(Stream)]";

    fn of(kind: &Kind) -> Option<&Self> {
        if let Kind::Stream(stream) = kind { Some(stream) } else { None }
    }
}

impl Stream {
    pub(crate) fn logical(name: &str) -> Logical {
        Logical::resource(name, "Stream")
    }

    pub(crate) fn new(entry: Entry<'_, manifest::Stream>, stage: &Stage) -> Self {
        let Entry { item, declared } = entry;
        Self {
            node: Node::new(item, &declared.name, Self::logical(item.name()), stage),
            shards: declared.shards,
            retention_hours: RETENTION_HOURS,
        }
    }
}
