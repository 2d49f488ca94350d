//! `aws_kinesis_stream`

use crate::{
    graph::{Graph, Stream, Target},
    hcl::{Block, Expression},
};

pub(super) const KIND: &str = "aws_kinesis_stream";

pub(super) fn block(stream: &Stream, graph: &Graph) -> Block {
    let Stream { node, shards, retention_hours, kms_key } = stream;
    let key = kms_key.map(|id| super::reference(Target::KmsKey(id).arn(), graph));
    let block = Block::resource(KIND, &node.logical.snake, &node.at).set("name", &node.name);
    let block = match shards {
        Some(shards) => block.set("shard_count", *shards),
        None => block.block(
            Block::new("stream_mode_details", &[])
                .set("stream_mode", Expression::from("ON_DEMAND")),
        ),
    };
    block
        .set("retention_period", *retention_hours)
        .set("encryption_type", "KMS")
        .set("kms_key_id", key.unwrap_or_else(|| "alias/aws/kinesis".into()))
        .retained(graph)
}
