//! SQS queues.

use super::Entry;

pub(super) const ENTRIES: &[Entry] = &[Entry::new(
    &["aws_sqs_queue", "aws_sqs_queue_policy", "AWS::SQS::Queue", "AWS::SQS::QueuePolicy"],
    &[
        "sqs:CreateQueue",
        "sqs:DeleteQueue",
        "sqs:GetQueueAttributes",
        "sqs:GetQueueUrl",
        "sqs:ListQueueTags",
        "sqs:SetQueueAttributes",
        "sqs:TagQueue",
        "sqs:UntagQueue",
    ],
    |scope| {
        let queues = scope.graph.queues.iter().map(|queue| queue.node.name.as_str());
        scope.arns("sqs", "", queues, "")
    },
)];
