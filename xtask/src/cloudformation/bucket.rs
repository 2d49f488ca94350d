//! `AWS::S3::Bucket`, and its policy.

use super::{Resource, Value, policy};
use crate::graph::{Bucket, Graph, Id, Target};

pub(super) fn resources(id: Id<Bucket>, graph: &Graph) -> [Resource; 2] {
    let bucket = &graph.buckets[id];
    let arn = super::reference(Target::Bucket(id).arn(), graph);
    let algorithm = Value::map([("SSEAlgorithm", "AES256".into())]);
    let encryption = Value::map([("ServerSideEncryptionByDefault", algorithm)]);
    let expire = Value::map([
        ("Id", "expire".into()),
        ("Status", "Enabled".into()),
        ("ExpirationInDays", bucket.retention_days.into()),
        (
            "AbortIncompleteMultipartUpload",
            Value::map([("DaysAfterInitiation", Value::Integer(7))]),
        ),
    ]);
    let access =
        ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];
    let list = |name: &str, element| Value::map([(name, Value::List(vec![element]))]);
    let only_tls = policy::only_tls(
        "s3:*",
        Value::List(vec![arn, super::objects(Target::Bucket(id).arn(), graph)]),
    );
    [
        Resource::new("AWS::S3::Bucket", &bucket.node)
            .set("BucketName", super::text(&bucket.name))
            .set(
                "PublicAccessBlockConfiguration",
                Value::map(access.map(|name| (name, true.into()))),
            )
            .set(
                "OwnershipControls",
                list("Rules", Value::map([("ObjectOwnership", "BucketOwnerEnforced".into())])),
            )
            .set("BucketEncryption", list("ServerSideEncryptionConfiguration", encryption))
            .set("LifecycleConfiguration", list("Rules", expire))
            .tags(graph)
            .retained(graph),
        Resource::new("AWS::S3::BucketPolicy", &bucket.part("Policy"))
            .set("Bucket", super::reference(Target::Bucket(id).id(), graph))
            .set("PolicyDocument", policy::document([only_tls])),
    ]
}
