//! The operations of SQS by name.

use serde_json::Value;

use super::{batch, manage, receive, send};
use crate::endpoint::{
    call::Call,
    failure::{Failure, Outcome},
    json::parameters,
};

const OPERATIONS: &[&str] = &[
    "ChangeMessageVisibility",
    "ChangeMessageVisibilityBatch",
    "DeleteMessage",
    "DeleteMessageBatch",
    "GetQueueAttributes",
    "GetQueueUrl",
    "ListQueues",
    "PurgeQueue",
    "ReceiveMessage",
    "SendMessage",
    "SendMessageBatch",
];

/// Answers a call that came for `host`, which the URLs of queues are made of.
pub(in crate::endpoint) async fn answer(
    call: &Call<'_>,
    host: &str,
    operation: &str,
    body: &[u8],
) -> Outcome<Value> {
    match operation {
        "SendMessage" => send::send(call, parameters(body)?),
        "SendMessageBatch" => batch::send(call, parameters(body)?),
        "ReceiveMessage" => receive::receive(call, parameters(body)?).await,
        "DeleteMessage" => receive::delete(call, &parameters(body)?),
        "DeleteMessageBatch" => batch::delete(call, parameters(body)?),
        "ChangeMessageVisibility" => receive::hide(call, &parameters(body)?),
        "ChangeMessageVisibilityBatch" => batch::hide(call, parameters(body)?),
        "GetQueueAttributes" => manage::attributes(call, parameters(body)?),
        "GetQueueUrl" => manage::url(call, host, parameters(body)?),
        "ListQueues" => manage::list(call, host, parameters(body)?),
        "PurgeQueue" => manage::purge(call, parameters(body)?),
        other => Err(Failure::unknown("SQS", other, OPERATIONS)),
    }
}
