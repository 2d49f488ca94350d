//! Event source mappings.

use serde_json::json;

use super::{Entry, Scope};

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        &["aws_lambda_event_source_mapping", "AWS::Lambda::EventSourceMapping"],
        &[
            "lambda:CreateEventSourceMapping",
            "lambda:DeleteEventSourceMapping",
            "lambda:UpdateEventSourceMapping",
        ],
        |scope| if functions(scope).is_empty() { Vec::new() } else { vec!["*".into()] },
    )
    .only(|scope| Some(json!({ "ArnLike": { "lambda:FunctionArn": functions(scope) } }))),
    Entry::new(
        &["aws_lambda_event_source_mapping", "AWS::Lambda::EventSourceMapping"],
        &[
            "lambda:GetEventSourceMapping",
            "lambda:ListTags",
            "lambda:TagResource",
            "lambda:UntagResource",
        ],
        |scope| match functions(scope).is_empty() {
            true => Vec::new(),
            false => vec![scope.arn("lambda", "event-source-mapping:*")],
        },
    ),
];

/// The functions that are invoked: AWS makes up the names of the mappings.
fn functions(scope: &Scope<'_>) -> Vec<String> {
    let functions = scope.graph.mappings.iter().map(|it| &scope.graph.functions[it.function]);
    scope.arns("lambda", "function:", functions.map(|it| it.node.name.as_str()), "")
}
