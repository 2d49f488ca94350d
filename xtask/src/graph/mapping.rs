//! An event source mapping: Lambda polls a stream for a function.

use esteira_manifest::{self as manifest, Retry, StartingPosition};

use super::{Bucket, Function, Id, Index, Node, Rule, Stream};
use crate::diagnostic::Diagnostic;

/// An event source mapping: Lambda polls a stream for a function.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mapping {
    pub(crate) node: Node,
    pub(crate) stream: Id<Stream>,
    pub(crate) function: Id<Function>,
    pub(crate) batch_size: u32,
    /// In seconds.
    pub(crate) batching_window: u32,
    pub(crate) parallelization: u32,
    /// Where it begins to read, as Lambda spells it.
    pub(crate) starting_position: &'static str,
    pub(crate) retry: Retry,
    /// Where the records go that it gives up on.
    pub(crate) failures: Id<Bucket>,
    /// The rules that what it sets in motion has to meet, in order.
    pub(crate) after: Vec<Id<Rule>>,
}

impl Mapping {
    pub(crate) fn new(
        node: Node,
        declared: &manifest::KinesisTrigger,
        function: Id<Function>,
        failures: Id<Bucket>,
        index: &Index<'_>,
    ) -> Result<Self, Diagnostic> {
        let manifest::KinesisTrigger { batch_size, batching_window, parallelization, .. } =
            *declared;
        Ok(Self {
            stream: index.resolve(&index.streams, &declared.stream, node.at.clone())?,
            node,
            function,
            batch_size,
            batching_window,
            parallelization,
            starting_position: match declared.starting_position {
                StartingPosition::TrimHorizon => "TRIM_HORIZON",
                StartingPosition::Latest => "LATEST",
            },
            retry: declared.retry,
            failures,
            after: Vec::new(),
        })
    }
}
