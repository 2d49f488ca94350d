//! Kinesis data streams.

use super::{Entry, Scope, scope::everywhere};

const TYPES: &[&str] = &["aws_kinesis_stream", "AWS::Kinesis::Stream"];

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        TYPES,
        &[
            "kinesis:AddTagsToStream",
            "kinesis:CreateStream",
            "kinesis:DecreaseStreamRetentionPeriod",
            "kinesis:DeleteStream",
            "kinesis:DescribeStream",
            "kinesis:DescribeStreamSummary",
            "kinesis:IncreaseStreamRetentionPeriod",
            "kinesis:ListStreamConsumers",
            "kinesis:ListTagsForResource",
            "kinesis:ListTagsForStream",
            "kinesis:RemoveTagsFromStream",
            "kinesis:TagResource",
            "kinesis:UntagResource",
        ],
        |scope| scope.arns("kinesis", "stream/", names(scope), ""),
    ),
    // Of a stream and of the key, which is AWS's own where none is given.
    Entry::new(
        TYPES,
        &["kinesis:StartStreamEncryption", "kinesis:StopStreamEncryption"],
        |scope| {
            let mut arns = scope.arns("kinesis", "stream/", names(scope), "");
            if !arns.is_empty() {
                arns.push(scope.arn("kms", "key/*"));
            }
            arns
        },
    ),
    Entry::new(
        TYPES,
        &["kinesis:DescribeLimits", "kinesis:UpdateShardCount", "kinesis:UpdateStreamMode"],
        |scope| everywhere(names(scope).next().is_some()),
    ),
];

fn names<'a>(scope: &'a Scope<'_>) -> impl Iterator<Item = &'a str> {
    scope.graph.streams.created().map(|stream| stream.node.name.as_str())
}
