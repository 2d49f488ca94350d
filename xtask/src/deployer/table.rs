//! DynamoDB tables.

use super::Entry;

pub(super) const ENTRIES: &[Entry] = &[Entry::new(
    &["aws_dynamodb_table", "AWS::DynamoDB::Table"],
    &[
        "dynamodb:CreateTable",
        "dynamodb:DeleteTable",
        "dynamodb:DescribeContinuousBackups",
        "dynamodb:DescribeContributorInsights",
        "dynamodb:DescribeKinesisStreamingDestination",
        "dynamodb:DescribeTable",
        "dynamodb:DescribeTimeToLive",
        "dynamodb:GetResourcePolicy",
        "dynamodb:ListTagsOfResource",
        "dynamodb:TagResource",
        "dynamodb:UntagResource",
        "dynamodb:UpdateContinuousBackups",
        "dynamodb:UpdateTable",
        "dynamodb:UpdateTimeToLive",
    ],
    |scope| {
        let tables = scope.graph.tables.created().map(|table| table.node.name.as_str());
        scope.arns("dynamodb", "table/", tables, "")
    },
)];
