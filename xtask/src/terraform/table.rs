//! `aws_dynamodb_table`

use esteira_manifest::Scalar;

use crate::{
    graph::{Graph, Table, Target},
    hcl::Block,
};

pub(super) const KIND: &str = "aws_dynamodb_table";

pub(super) fn block(table: &Table, graph: &Graph) -> Block {
    let Table { node, partition_key, sort_key, ttl, kms_key } = table;
    let mut block = Block::resource(KIND, &node.logical.snake, &node.at)
        .set("name", &node.name)
        .set("billing_mode", "PAY_PER_REQUEST")
        .set("deletion_protection_enabled", graph.deletion_protection)
        .set("hash_key", partition_key.name.as_ref());
    if let Some(key) = sort_key {
        block = block.set("range_key", key.name.as_ref());
    }
    for key in [Some(partition_key), sort_key.as_ref()].into_iter().flatten() {
        let letter = match key.scalar {
            Scalar::S => "S",
            Scalar::N => "N",
        };
        block = block
            .block(Block::new("attribute", &[]).set("name", key.name.as_ref()).set("type", letter));
    }
    if let Some(attribute) = ttl {
        block = block
            .block(Block::new("ttl", &[]).set("attribute_name", attribute).set("enabled", true));
    }
    if let Some(id) = kms_key {
        block = block.block(
            Block::new("server_side_encryption", &[])
                .set("enabled", true)
                .set("kms_key_arn", super::reference(Target::KmsKey(*id).arn(), graph)),
        );
    }
    block.block(Block::new("point_in_time_recovery", &[]).set("enabled", true)).retained(graph)
}
