//! A customer managed KMS key.

use esteira_manifest::{self as manifest, Kind};

use super::{Declaration, Logical, Node, index::Entry};
use crate::{
    diagnostic::Result,
    stage::{
        Stage,
        existing::{self, ArnShape},
    },
};

/// Not an alias: IAM grants the use of nothing but the key itself.
///
/// <https://docs.aws.amazon.com/kms/latest/developerguide/alias-access.html>
const ARN: ArnShape = ArnShape { noun: "a KMS key", service: "kms", before: "key/", signs: "-" };

/// A customer managed KMS key, with an alias of the node's name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct KmsKey {
    pub(crate) node: Node,
}

impl Declaration for manifest::KmsKey {
    type Node = KmsKey;
    const NOUN: &'static str = "a KMS key";
    const ATTRIBUTE: &'static str = "#[derive(KmsKey)]";

    fn of(kind: &Kind) -> Option<&Self> {
        if let Kind::KmsKey(key) = kind { Some(key) } else { None }
    }
}

impl KmsKey {
    pub(crate) fn logical(name: &str) -> Logical {
        Logical::resource(name, "Key")
    }

    pub(crate) fn new(entry: Entry<'_, manifest::KmsKey>, stage: &Stage) -> Result<Self> {
        let Entry { item, declared } = entry;
        let node = Node::new(item, &declared.name, Self::logical(item.name()), stage);
        Ok(Self { node: existing::only_by_arn(node, item, declared.existing, &ARN, stage)? })
    }

    /// Days between the deletion of a key and its end, in which it can be had back: what it
    /// encrypted is lost with it.
    pub(crate) const DELETION_DAYS: u32 = 30;

    /// The alias: the name under which a person finds the key.
    pub(crate) fn alias(&self) -> Node {
        let Logical { snake, camel } = &self.node.logical;
        let logical = Logical { snake: snake.clone(), camel: format!("{camel}Alias") };
        Node { logical, name: format!("alias/{}", self.node.name), ..self.node.clone() }
    }
}
