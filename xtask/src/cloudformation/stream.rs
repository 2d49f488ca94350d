//! `AWS::Kinesis::Stream`

use super::{Resource, Value};
use crate::graph::{Graph, Stream, Target};

pub(super) fn resource(stream: &Stream, graph: &Graph) -> Resource {
    let Stream { node, shards, retention_hours, kms_key } = stream;
    let key = kms_key.map(|id| super::reference(Target::KmsKey(id).arn(), graph));
    let key = key.unwrap_or_else(|| "alias/aws/kinesis".into());
    let encryption = [("EncryptionType", "KMS".into()), ("KeyId", key)];
    let resource = Resource::new("AWS::Kinesis::Stream", node).set("Name", &node.name);
    let resource = match shards {
        Some(shards) => resource.set("ShardCount", *shards),
        None => {
            let mode = Value::map([("StreamMode", "ON_DEMAND".into())]);
            resource.set("StreamModeDetails", mode)
        }
    };
    resource
        .set("RetentionPeriodHours", *retention_hours)
        .set("StreamEncryption", Value::map(encryption))
        .tags(graph)
        .retained(graph)
}
