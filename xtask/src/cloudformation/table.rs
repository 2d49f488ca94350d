//! `AWS::DynamoDB::Table`

use esteira_manifest::{Key, Scalar};

use super::{Resource, Value};
use crate::graph::{Graph, Table, Target};

pub(super) fn resource(table: &Table, graph: &Graph) -> Resource {
    let Table { node, partition_key, sort_key, ttl, kms_key } = table;
    let keys = || {
        let partition = Some((partition_key, "HASH"));
        partition.into_iter().chain(sort_key.as_ref().map(|key| (key, "RANGE")))
    };
    let definition = |key: &Key| {
        let letter = match key.scalar {
            Scalar::S => "S",
            Scalar::N => "N",
        };
        Value::map([("AttributeName", key.name.as_ref().into()), ("AttributeType", letter.into())])
    };
    let schema = |key: &Key, role: &str| {
        Value::map([("AttributeName", key.name.as_ref().into()), ("KeyType", role.into())])
    };
    let recovery = [("PointInTimeRecoveryEnabled", true.into())];
    let mut resource = Resource::new("AWS::DynamoDB::Table", node)
        .set("TableName", &node.name)
        .set("BillingMode", "PAY_PER_REQUEST")
        .set("DeletionProtectionEnabled", graph.deletion_protection)
        .set("AttributeDefinitions", Value::list(keys().map(|(key, _)| definition(key))))
        .set("KeySchema", Value::list(keys().map(|(key, role)| schema(key, role))));
    if let Some(attribute) = ttl {
        let ttl = [("AttributeName", attribute.into()), ("Enabled", true.into())];
        resource = resource.set("TimeToLiveSpecification", Value::map(ttl));
    }
    if let Some(id) = kms_key {
        let encryption = [
            ("SSEEnabled", true.into()),
            ("SSEType", "KMS".into()),
            ("KMSMasterKeyId", super::reference(Target::KmsKey(*id).arn(), graph)),
        ];
        resource = resource.set("SSESpecification", Value::map(encryption));
    }
    resource
        .set("PointInTimeRecoverySpecification", Value::map(recovery))
        .tags(graph)
        .retained(graph)
}
