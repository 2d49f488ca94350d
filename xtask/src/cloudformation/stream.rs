//! `AWS::Kinesis::Stream`

use super::{Resource, Value};
use crate::graph::{Graph, Stream};

pub(super) fn resource(stream: &Stream, graph: &Graph) -> Resource {
    let Stream { node, shards, retention_hours } = stream;
    let encryption = [("EncryptionType", "KMS".into()), ("KeyId", "alias/aws/kinesis".into())];
    Resource::new("AWS::Kinesis::Stream", node)
        .set("Name", &node.name)
        .set("ShardCount", *shards)
        .set("RetentionPeriodHours", *retention_hours)
        .set("StreamEncryption", Value::map(encryption))
        .tags(graph)
}
