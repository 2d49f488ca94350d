//! What CloudFormation itself needs: the stage's stack, and the bucket for code, which is a stack
//! too.

use super::{Entry, Scope, bucket, scope::everywhere};
use crate::{
    cloudformation::Portion,
    deploy::{CODE_STACK, stack_name},
};

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        &[],
        &[
            "cloudformation:ContinueUpdateRollback",
            "cloudformation:CreateChangeSet",
            "cloudformation:CreateStack",
            "cloudformation:DeleteChangeSet",
            "cloudformation:DeleteStack",
            "cloudformation:DescribeChangeSet",
            "cloudformation:DescribeEvents",
            "cloudformation:DescribeStackEvents",
            "cloudformation:DescribeStackResourceDrifts",
            "cloudformation:DescribeStacks",
            "cloudformation:DetectStackDrift",
            "cloudformation:DetectStackResourceDrift",
            "cloudformation:ExecuteChangeSet",
            "cloudformation:GetTemplate",
            "cloudformation:ListStackResources",
            "cloudformation:RollbackStack",
            "cloudformation:TagResource",
            "cloudformation:UntagResource",
            "cloudformation:UpdateTerminationProtection",
        ],
        |scope| {
            let own = stack_name(scope.graph, Portion::Base);
            let arn = |stack: &str| scope.arn("cloudformation", &format!("stack/{stack}/*"));
            // With what an application has that is too large for one: numbers have no pattern.
            let handlers = ["?", "??", "???"].map(|number| arn(&format!("{own}-{number}")));
            [arn(&own), arn(CODE_STACK)].into_iter().chain(handlers).collect()
        },
    ),
    Entry::new(
        &[],
        &[
            "cloudformation:BatchDescribeTypeConfigurations",
            "cloudformation:DescribeStackDriftDetectionStatus",
            "cloudformation:ListStacks",
        ],
        |_| everywhere(true),
    ),
    // Whose what is in the way is, which `--adopt` asks before it takes it over.
    Entry::new(&[], &["tag:GetResources"], |_| everywhere(true)),
    // CloudFormation gives the bucket its name.
    Entry::new(&[], bucket::MANAGE, |scope| vec![code(scope, "")]),
    Entry::new(&[], bucket::READ, |scope| vec![code(scope, "")]),
    Entry::new(&[], &["s3:PutBucketVersioning"], |scope| vec![code(scope, "")]),
    Entry::new(
        &[],
        &["s3:DeleteObject", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
        // Not what other applications and stages have there.
        |scope| vec![code(scope, &format!("/{}/{}/*", scope.graph.app, scope.graph.stage))],
    ),
    // The addresses of DynamoDB, which the template takes as a parameter.
    Entry::new(&[], &["ec2:DescribeManagedPrefixLists"], |scope| {
        everywhere(scope.graph.vpcs.iter().next().is_some())
    }),
];

fn code(scope: &Scope<'_>, after: &str) -> String {
    scope.s3(&format!("{CODE_STACK}-bucket-*{after}"))
}
