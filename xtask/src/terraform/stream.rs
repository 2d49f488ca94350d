//! `aws_kinesis_stream`

use crate::{graph::Stream, hcl::Block};

pub(super) const KIND: &str = "aws_kinesis_stream";

pub(super) fn block(stream: &Stream) -> Block {
    let Stream { node, shards, retention_hours } = stream;
    Block::resource(KIND, &node.logical.snake, &node.at)
        .set("name", &node.name)
        .set("shard_count", *shards)
        .set("retention_period", *retention_hours)
        .set("encryption_type", "KMS")
        .set("kms_key_id", "alias/aws/kinesis")
}
