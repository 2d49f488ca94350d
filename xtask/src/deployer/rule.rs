//! EventBridge rules, their targets, and how functions are invoked by them.

use super::{Entry, Scope};
use crate::graph::Rule;

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        &["aws_cloudwatch_event_rule", "aws_cloudwatch_event_target", "AWS::Events::Rule"],
        &[
            "events:DeleteRule",
            "events:DescribeRule",
            "events:DisableRule",
            "events:EnableRule",
            "events:ListTagsForResource",
            "events:ListTargetsByRule",
            "events:PutRule",
            "events:PutTargets",
            "events:RemoveTargets",
            "events:TagResource",
            "events:UntagResource",
        ],
        rules,
    ),
    Entry::new(
        &[
            "aws_lambda_permission",
            "aws_lambda_function_event_invoke_config",
            "AWS::Lambda::Permission",
            "AWS::Lambda::EventInvokeConfig",
        ],
        &[
            "lambda:AddPermission",
            "lambda:DeleteFunctionEventInvokeConfig",
            "lambda:GetFunctionEventInvokeConfig",
            "lambda:GetPolicy",
            "lambda:PutFunctionEventInvokeConfig",
            "lambda:RemovePermission",
            "lambda:UpdateFunctionEventInvokeConfig",
        ],
        |scope| {
            let functions =
                scope.graph.rules.iter().map(|rule| &scope.graph.functions[rule.function]);
            scope.arns("lambda", "function:", functions.map(|it| it.node.name.as_str()), "")
        },
    ),
];

/// The name of a rule follows that of its bus, but for the default one of an account.
fn rules(scope: &Scope<'_>) -> Vec<String> {
    let (default, others): (Vec<_>, Vec<_>) = scope
        .graph
        .rules
        .iter()
        .partition(|rule| scope.graph.buses[rule.bus].node.name == "default");
    let arns = |before, rules: &[&Rule]| {
        scope.arns("events", before, rules.iter().map(|rule| rule.node.name.as_str()), "")
    };
    [arns("rule/", &default), arns("rule/*/", &others)].concat()
}
