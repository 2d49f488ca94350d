//! Lambda functions and their log groups.

use super::{Entry, Scope, scope::everywhere};

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        &["aws_lambda_function", "AWS::Lambda::Function"],
        &[
            "lambda:CreateFunction",
            "lambda:DeleteFunction",
            "lambda:DeleteFunctionConcurrency",
            "lambda:GetFunction*",
            "lambda:GetRuntimeManagementConfig",
            "lambda:ListTags",
            "lambda:ListVersionsByFunction",
            "lambda:PutFunctionConcurrency",
            "lambda:TagResource",
            "lambda:UntagResource",
            "lambda:UpdateFunctionCode",
            "lambda:UpdateFunctionConfiguration",
        ],
        |scope| {
            let functions = scope.graph.functions.iter().map(|it| it.node.name.as_str());
            scope.arns("lambda", "function:", functions, "")
        },
    ),
    // Lambda looks for the network of a function as whoever makes it.
    Entry::new(
        &["aws_lambda_function", "AWS::Lambda::Function"],
        &[
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
        ],
        |scope| everywhere(scope.graph.functions.iter().any(|it| it.network.is_some())),
    ),
    Entry::new(
        &["aws_cloudwatch_log_group", "AWS::Logs::LogGroup"],
        &[
            "logs:CreateLogGroup",
            "logs:DeleteLogGroup",
            "logs:DeleteRetentionPolicy",
            "logs:GetDataProtectionPolicy",
            "logs:ListTagsForResource",
            "logs:PutRetentionPolicy",
            "logs:TagResource",
            "logs:UntagResource",
        ],
        log_groups,
    ),
    Entry::new(
        &["aws_cloudwatch_log_group", "AWS::Logs::LogGroup"],
        &["logs:DescribeIndexPolicies", "logs:DescribeLogGroups"],
        |scope| everywhere(scope.graph.functions.iter().next().is_some()),
    ),
];

/// With what may follow, as actions of some versions name them.
fn log_groups(scope: &Scope<'_>) -> Vec<String> {
    let functions = scope.graph.functions.iter().map(|it| it.node.name.as_str());
    let groups = scope.arns("logs", "log-group:/aws/lambda/", functions, "");
    groups.into_iter().map(|arn| if arn.ends_with('*') { arn } else { arn + "*" }).collect()
}
