//! `AWS::KMS::Key`, and its alias.

use super::{Resource, Value, policy};
use crate::graph::{Graph, KmsKey, Part, Text};

pub(super) fn resources(key: &KmsKey, graph: &Graph) -> [Resource; 2] {
    let (node, alias) = (&key.node, key.alias());
    let root = ["arn:".into(), Part::Partition, ":iam::".into(), Part::Account, ":root".into()];
    // Who may use the key is up to the policies of roles, as for everything else.
    let account = Value::map([
        ("Sid", "Account".into()),
        ("Effect", "Allow".into()),
        ("Principal", Value::map([("AWS", super::text(&Text::new(root)))])),
        ("Action", "kms:*".into()),
        ("Resource", "*".into()),
    ]);
    [
        Resource::new("AWS::KMS::Key", node)
            .set("Description", &node.name)
            .set("EnableKeyRotation", true)
            .set("PendingWindowInDays", KmsKey::DELETION_DAYS)
            .set("KeyPolicy", policy::document([account]))
            .tags(graph)
            .retained(graph),
        Resource::new("AWS::KMS::Alias", &alias)
            .set("AliasName", &alias.name)
            .set("TargetKeyId", Value::reference(&node.logical.camel)),
    ]
}
