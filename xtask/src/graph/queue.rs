//! The SQS queue for the events that a handler was not given, or gave up on.

use super::{Id, Node, Rule};

/// The SQS queue of a handler of events: the dead-letter queue of its rule's target, and the
/// failure destination of its function. The first gets what the bus could not hand over, the
/// second what the function was handed and failed at.
///
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html>
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html>
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Queue {
    pub(crate) node: Node,
    /// The policy that lets the bus send to it.
    pub(crate) policy: Node,
    /// The rule that may send to it.
    pub(crate) rule: Id<Rule>,
}

impl Queue {
    /// How long messages are kept, in seconds: the fourteen days that SQS takes at most
    /// (<https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html>).
    pub(crate) const RETENTION: u32 = 14 * 24 * 60 * 60;

    /// The name of a function's queue, before the stage's naming pattern.
    pub(crate) fn name(function: &str) -> String {
        format!("{function}-failures")
    }
}
