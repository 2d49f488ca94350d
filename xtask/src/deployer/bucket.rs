//! The S3 bucket for failures.

use super::{Entry, Scope};

const TYPES: &[&str] = &[
    "aws_s3_bucket",
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_server_side_encryption_configuration",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
];

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(TYPES, MANAGE, |scope| buckets(scope, "")),
    Entry::new(TYPES, READ, |scope| buckets(scope, "")),
    // It is emptied before it is deleted.
    Entry::new(TYPES, &["s3:DeleteObject", "s3:DeleteObjectVersion"], |scope| buckets(scope, "/*")),
];

/// What making a private bucket and deleting it takes.
pub(super) const MANAGE: &[&str] = &[
    "s3:CreateBucket",
    "s3:DeleteBucket",
    "s3:DeleteBucketPolicy",
    "s3:ListBucket",
    "s3:ListBucketVersions",
    "s3:ListTagsForResource",
    "s3:PutBucketOwnershipControls",
    "s3:PutBucketPolicy",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutBucketTagging",
    "s3:PutEncryptionConfiguration",
    "s3:PutLifecycleConfiguration",
    "s3:TagResource",
    "s3:UntagResource",
];

/// Whatever a bucket is like: every setting that it can have is read.
pub(super) const READ: &[&str] = &["s3:GetBucket*", "s3:Get*Configuration"];

fn buckets(scope: &Scope<'_>, after: &str) -> Vec<String> {
    let names: Vec<_> = scope.graph.buckets.iter().map(|bucket| scope.text(&bucket.name)).collect();
    let names = scope.names(names.iter().map(String::as_str));
    names.iter().map(|name| scope.s3(&format!("{name}{after}"))).collect()
}
