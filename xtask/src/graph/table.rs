//! A DynamoDB table.

use esteira_manifest::{self as manifest, Kind};

use super::{Declaration, Id, Index, KmsKey, Logical, Node, index::Entry};
use crate::{
    diagnostic::Result,
    stage::{
        Stage,
        existing::{self, ArnShape},
    },
};

/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html>
const ARN: ArnShape =
    ArnShape { noun: "a table", service: "dynamodb", before: "table/", signs: "_.-" };

/// A DynamoDB table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Table {
    pub(crate) node: Node,
    pub(crate) partition_key: manifest::Key,
    pub(crate) sort_key: Option<manifest::Key>,
    /// The attribute with the time at which an item expires.
    pub(crate) ttl: Option<String>,
    /// None for the key that DynamoDB itself owns.
    pub(crate) kms_key: Option<Id<KmsKey>>,
}

impl Declaration for manifest::Table {
    type Node = Table;
    const NOUN: &'static str = "a table";
    const ATTRIBUTE: &'static str = "#[derive(Table)]";

    fn of(kind: &Kind) -> Option<&Self> {
        if let Kind::Table(table) = kind { Some(table) } else { None }
    }
}

impl Table {
    pub(crate) fn logical(name: &str) -> Logical {
        Logical::resource(name, "Table")
    }

    /// Whether no handle can act on it: handlers remember in it what they have done.
    pub(crate) fn is_platforms(&self) -> bool {
        self.node.id == manifest::Idempotent::TABLE
    }

    pub(crate) fn new(
        entry: Entry<'_, manifest::Table>,
        index: &Index<'_>,
        stage: &Stage,
    ) -> Result<Self> {
        let Entry { item, declared } = entry;
        let node = Node::new(item, &declared.name, Self::logical(item.name()), stage);
        Ok(Self {
            node: existing::only_by_arn(node, item, declared.existing, &ARN, stage)?,
            partition_key: declared.partition_key.clone(),
            sort_key: declared.sort_key.clone(),
            ttl: declared.ttl.as_ref().map(ToString::to_string),
            kms_key: index.key(declared.kms_key.as_deref(), entry.place())?,
        })
    }
}
