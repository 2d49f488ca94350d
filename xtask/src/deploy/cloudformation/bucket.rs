//! The bucket that code and templates are uploaded to: one an account and region, for every
//! application and stage.
//!
//! It is a stack of its own, in which CloudFormation gives it a name that nobody else has or can
//! guess. What is uploaded is named after its content, so nothing is uploaded twice, and a
//! rollback finds what it had. What a stage no longer uses is deleted after a deploy; the bucket
//! keeps it a month longer, as an old version.

use std::{collections::BTreeSet, num::NonZeroUsize, path::Path};

use serde_json::{Value, json};

use super::{
    follow::Ended,
    stack::{Described, Stack, State},
};
use crate::{
    aws::{Aws, Refusal},
    diagnostic::{Diagnostic, Result},
    parallel,
    report::Report,
};

/// The stack of the bucket.
pub(super) const STACK: &str = "esteira-code";

const DESCRIPTION: &str = "The code that esteira deploys, of every application in this region.";

/// How long what is no longer used is kept.
const DAYS: u32 = 30;

/// Uploads at a time.
const AT_ONCE: NonZeroUsize = NonZeroUsize::new(4).unwrap();

/// The bucket, and the account that it has to be in.
#[derive(Debug, Clone)]
pub(super) struct Bucket<'a> {
    aws: &'a Aws,
    pub(super) name: String,
    account: String,
}

/// Something to upload.
#[derive(Debug, Clone)]
pub(super) struct Upload<'p> {
    pub(super) key: String,
    pub(super) path: &'p Path,
}

impl<'a> Bucket<'a> {
    /// The bucket, made first if there is none yet.
    pub(super) fn ensure(aws: &'a Aws, account: &str, report: &Report) -> Result<Self> {
        let stack = Stack::new(aws, STACK);
        loop {
            let Some(described) = stack.describe()? else {
                report.status("Creating", format_args!("the bucket for code (stack {STACK})"));
                create(&stack)?;
                continue;
            };
            stack.check(&described, DESCRIPTION)?;
            if let Some(bucket) = Self::of(&described, aws, account) {
                return Ok(bucket);
            }
            match described.state() {
                State::Busy => {
                    let ended = stack.follow(&described.stack_id, None, &mut |_| {})?;
                    succeeded(&ended)?;
                }
                // Of what never was nothing is left that could be missed.
                State::Absent | State::Stillborn => {
                    let name = ["--no-enable-termination-protection"];
                    stack.call("update-termination-protection", &name)?;
                    let since = stack.newest_event()?;
                    stack.call("delete-stack", &[])?;
                    stack.follow(&described.stack_id, since.as_deref(), &mut |_| {})?;
                }
                _ => return Err(unusable(&described.stack_status).into()),
            }
        }
    }

    /// The bucket, if there is one.
    pub(super) fn find(aws: &'a Aws, account: &str) -> Result<Option<Self>, Refusal> {
        let described = Stack::new(aws, STACK).describe()?;
        Ok(described.and_then(|described| Self::of(&described, aws, account)))
    }

    fn of(described: &Described, aws: &'a Aws, account: &str) -> Option<Self> {
        let outputs = described.outputs();
        let name = outputs.get("BucketName")?.as_str()?.to_owned();
        (described.state() == State::Ready).then(|| Self { aws, name, account: account.into() })
    }

    /// Whose objects these are, as arguments: AWS refuses the call if the bucket is another's.
    fn arguments<'s>(&'s self, more: &[&'s str]) -> Vec<&'s str> {
        let own = ["--bucket", &self.name, "--expected-bucket-owner", &self.account];
        own.iter().copied().chain(more.iter().copied()).collect()
    }

    /// The keys that begin with a prefix.
    fn keys(&self, prefix: &str) -> Result<BTreeSet<String>, Refusal> {
        let arguments = self.arguments(&["--prefix", prefix, "--query", "Contents[].Key"]);
        let keys = self.aws.call("s3api", "list-objects-v2", &arguments)?;
        let keys = keys.as_array().into_iter().flatten();
        Ok(keys.filter_map(Value::as_str).map(str::to_owned).collect())
    }

    /// Uploads what is not there yet, below a prefix, and says how much that was.
    pub(super) fn upload(&self, prefix: &str, uploads: &[Upload<'_>]) -> Result<usize> {
        let present = self.keys(prefix)?;
        let missing: Vec<_> = uploads.iter().filter(|it| !present.contains(&it.key)).collect();
        let outcomes = parallel::map(&missing, AT_ONCE, |upload| self.put(upload));
        outcomes.into_iter().collect::<Result<Vec<()>, _>>()?;
        Ok(missing.len())
    }

    fn put(&self, upload: &Upload<'_>) -> Result<(), Refusal> {
        let body = upload.path.to_string_lossy();
        let arguments = self.arguments(&["--key", &upload.key, "--body", &body]);
        self.aws.call("s3api", "put-object", &arguments).map(|_| ())
    }

    /// Deletes what is below a prefix and not kept.
    pub(super) fn clean(&self, prefix: &str, kept: &BTreeSet<String>) -> Result<(), Refusal> {
        let old: Vec<_> =
            self.keys(prefix)?.into_iter().filter(|key| !kept.contains(key)).collect();
        // The service takes a thousand, and a command line not much more.
        for some in old.chunks(500) {
            let objects: Vec<_> = some.iter().map(|key| json!({ "Key": key })).collect();
            let delete = json!({ "Objects": objects, "Quiet": true }).to_string();
            self.aws.call("s3api", "delete-objects", &self.arguments(&["--delete", &delete]))?;
        }
        Ok(())
    }

    /// Where CloudFormation finds a template.
    pub(super) fn url(&self, key: &str) -> String {
        let region = self.aws.region();
        let domain = match region.split('-').next() {
            Some("cn") => "amazonaws.com.cn",
            Some("eusc") => "amazonaws.eu",
            _ => "amazonaws.com",
        };
        format!("https://s3.{region}.{domain}/{}/{key}", self.name)
    }
}

fn create(stack: &Stack<'_>) -> Result<()> {
    let template = template().to_string();
    let arguments =
        ["--template-body", &template, "--enable-termination-protection", "--query", "StackId"];
    let id = match stack.call("create-stack", &arguments) {
        Ok(id) => id,
        // Somebody else was a little faster.
        Err(refusal) if refusal.code.as_deref() == Some("AlreadyExistsException") => return Ok(()),
        Err(refusal) => return Err(refusal.into()),
    };
    let ended = stack.follow(id.as_str().unwrap_or(STACK), None, &mut |_| {})?;
    succeeded(&ended)
}

fn succeeded(ended: &Ended) -> Result<()> {
    if ended.is_success() {
        return Ok(());
    }
    let template = super::template::Template::new(template());
    let causes = super::cause::first(&ended.events);
    let after = "the bucket for code is made anew by the next deploy";
    let causes: Vec<_> =
        causes.into_iter().map(|cause| super::cause::diagnostic(cause, &template, after)).collect();
    match causes.is_empty() {
        true => Err(unusable(&ended.status).into()),
        false => Err(crate::diagnostic::Failure(causes)),
    }
}

fn unusable(status: &str) -> Diagnostic {
    Diagnostic::new(format!("the bucket for code cannot be used: its stack {STACK} is {status}"))
        .help(format!(
            "look at it with `aws cloudformation describe-stack-events --stack-name {STACK}`; \
             deleted, it is made anew"
        ))
}

fn template() -> Value {
    let access =
        ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];
    let access: serde_json::Map<_, _> =
        access.into_iter().map(|name| (name.to_owned(), true.into())).collect();
    json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": DESCRIPTION,
        "Resources": {
            "Bucket": {
                "Type": "AWS::S3::Bucket",
                "DeletionPolicy": "RetainExceptOnCreate",
                "UpdateReplacePolicy": "Retain",
                "Properties": {
                    "PublicAccessBlockConfiguration": access,
                    "OwnershipControls": { "Rules": [{ "ObjectOwnership": "BucketOwnerEnforced" }] },
                    "BucketEncryption": { "ServerSideEncryptionConfiguration": [
                        { "ServerSideEncryptionByDefault": { "SSEAlgorithm": "AES256" } },
                    ] },
                    "VersioningConfiguration": { "Status": "Enabled" },
                    "LifecycleConfiguration": { "Rules": [{
                        "Id": "unused",
                        "Status": "Enabled",
                        "NoncurrentVersionExpiration": { "NoncurrentDays": DAYS },
                        "ExpiredObjectDeleteMarker": true,
                        "AbortIncompleteMultipartUpload": { "DaysAfterInitiation": 7 },
                    }] },
                    "Tags": [{ "Key": "managed-by", "Value": "esteira" }],
                },
            },
            "Policy": {
                "Type": "AWS::S3::BucketPolicy",
                "DeletionPolicy": "RetainExceptOnCreate",
                "Properties": {
                    "Bucket": { "Ref": "Bucket" },
                    "PolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [{
                            "Sid": "OnlyTls",
                            "Effect": "Deny",
                            "Principal": "*",
                            "Action": "s3:*",
                            "Resource": [
                                { "Fn::GetAtt": ["Bucket", "Arn"] },
                                { "Fn::Sub": "${Bucket.Arn}/*" },
                            ],
                            "Condition": { "Bool": { "aws:SecureTransport": "false" } },
                        }],
                    },
                },
            },
        },
        "Outputs": { "BucketName": { "Value": { "Ref": "Bucket" } } },
    })
}

/// The name of a content: nothing else has it.
pub(super) fn digest(bytes: &[u8]) -> String {
    hmac_sha256::Hash::hash(bytes)[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_has_one_name() {
        // The first half of https://www.di-mgt.com.au/sha_testvectors.html, "abc".
        assert_eq!(digest(b"abc"), "ba7816bf8f01cfea414140de5dae2223");
    }
}
