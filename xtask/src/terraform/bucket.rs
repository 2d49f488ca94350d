//! `aws_s3_bucket`, and the resources that configure it.

use super::policy;
use crate::{
    graph::{Bucket, Graph, Id, Target},
    hcl::{Block, Expression},
    stage::Removal,
};

pub(super) const KIND: &str = "aws_s3_bucket";

pub(super) fn blocks(id: Id<Bucket>, graph: &Graph) -> Vec<Block> {
    let Bucket { node, name, retention_days } = &graph.buckets[id];
    let logical = &node.logical.snake;
    let arn = super::reference(Target::Bucket(id).arn(), graph);
    let part = |kind: &str| {
        Block::resource(kind, logical, &node.at)
            .set("bucket", super::reference(Target::Bucket(id).id(), graph))
    };
    let encryption =
        Block::new("apply_server_side_encryption_by_default", &[]).set("sse_algorithm", "AES256");
    let lifecycle = Block::new("rule", &[])
        .set("id", "expire")
        .set("status", "Enabled")
        .block(Block::new("filter", &[]))
        .block(Block::new("expiration", &[]).set("days", *retention_days))
        .block(
            Block::new("abort_incomplete_multipart_upload", &[]).set("days_after_initiation", 7u32),
        );
    vec![
        Block::resource(KIND, logical, &node.at)
            .set("bucket", super::text(name))
            .set("force_destroy", graph.removal == Removal::Destroy)
            .retained(graph),
        part("aws_s3_bucket_public_access_block")
            .set("block_public_acls", true)
            .set("block_public_policy", true)
            .set("ignore_public_acls", true)
            .set("restrict_public_buckets", true),
        part("aws_s3_bucket_ownership_controls")
            .block(Block::new("rule", &[]).set("object_ownership", "BucketOwnerEnforced")),
        part("aws_s3_bucket_server_side_encryption_configuration")
            .block(Block::new("rule", &[]).block(encryption)),
        part("aws_s3_bucket_lifecycle_configuration").block(lifecycle),
        part("aws_s3_bucket_policy").set(
            "policy",
            policy::document([policy::only_tls(
                "s3:*",
                Expression::list([arn, super::objects(Target::Bucket(id).arn(), graph)]),
            )]),
        ),
    ]
}
