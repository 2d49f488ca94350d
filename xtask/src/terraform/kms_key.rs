//! `aws_kms_key`, and its alias.

use super::policy;
use crate::{
    graph::{Graph, KmsKey, Part, Text},
    hcl::{Block, Expression},
};

pub(super) const KIND: &str = "aws_kms_key";

pub(super) fn blocks(key: &KmsKey, graph: &Graph) -> [Block; 2] {
    let (node, alias) = (&key.node, key.alias());
    let root = ["arn:".into(), Part::Partition, ":iam::".into(), Part::Account, ":root".into()];
    // Who may use the key is up to the policies of roles, as for everything else.
    let account = Expression::object([
        ("Sid", "Account".into()),
        ("Effect", "Allow".into()),
        ("Principal", Expression::object([("AWS", super::text(&Text::new(root)))])),
        ("Action", "kms:*".into()),
        ("Resource", "*".into()),
    ]);
    [
        Block::resource(KIND, &node.logical.snake, &node.at)
            .set("description", &node.name)
            .set("enable_key_rotation", true)
            .set("deletion_window_in_days", KmsKey::DELETION_DAYS)
            .set("policy", policy::document([account]))
            .retained(graph),
        Block::resource("aws_kms_alias", &alias.logical.snake, &alias.at)
            .set("name", &alias.name)
            .set("target_key_id", super::address(KIND, &node.logical.snake, "key_id")),
    ]
}
