//! What Terraform itself needs: whom it is, and its state.

use toml::Value;

use super::{Entry, Scope, scope::everywhere};
use crate::stage::Backend;

/// What its configuration asks of an account.
pub(super) const READ: &[Entry] = &[Entry::new(
    // Of the partition and the region the provider knows by itself.
    &["aws_caller_identity", "aws_partition", "aws_region"],
    &["sts:GetCallerIdentity"],
    |_| everywhere(true),
)];

/// The backend `s3`, the one whose state is in AWS
/// (<https://developer.hashicorp.com/terraform/language/backend/s3>).
pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(&[], &["s3:GetBucketVersioning", "s3:ListBucket"], |scope| {
        argument(scope, "bucket").map(|bucket| scope.s3(bucket)).into_iter().collect()
    }),
    Entry::new(&[], &["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], |scope| {
        match (argument(scope, "bucket"), argument(scope, "key")) {
            // With the lock beside it.
            (Some(bucket), Some(key)) => vec![scope.s3(&format!("{bucket}/{key}*"))],
            _ => Vec::new(),
        }
    }),
    Entry::new(
        &[],
        &["dynamodb:DeleteItem", "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:PutItem"],
        |scope| {
            // It may lie in another region than what is deployed.
            let arn = |table: &str| {
                let region = argument(scope, "region").unwrap_or("*");
                format!("arn:{}:dynamodb:{region}:*:table/{table}", scope.partition)
            };
            argument(scope, "dynamodb_table").map(arn).into_iter().collect()
        },
    ),
    Entry::new(&[], &["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"], |scope| {
        // A key may also be named by its id or an alias, which IAM does not take.
        let key = argument(scope, "kms_key_id").filter(|key| key.starts_with("arn:"));
        key.map(str::to_owned).into_iter().collect()
    }),
];

fn argument<'a>(scope: &Scope<'a>, name: &str) -> Option<&'a str> {
    let Backend { kind, arguments } = scope.graph.backend.as_ref()?;
    if kind == "s3" { arguments.get(name).and_then(Value::as_str) } else { None }
}
