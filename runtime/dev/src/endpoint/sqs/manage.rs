//! The queues themselves.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{message, missing, no_queue, nothing, open};
use crate::endpoint::{call::Call, failure::Outcome};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetQueueAttributes {
    queue_url: Option<String>,
    #[serde(default)]
    attribute_names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetQueueUrl {
    queue_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListQueues {
    #[serde(default)]
    queue_name_prefix: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PurgeQueue {
    queue_url: Option<String>,
}

pub(super) fn attributes(call: &Call<'_>, request: GetQueueAttributes) -> Outcome<Value> {
    let queue = open(call, request.queue_url.as_deref(), "GetQueueAttributes")?;
    let mut attributes = call.backend.queue_attributes(&queue).ok_or_else(no_queue)?;
    attributes.retain(|name, _| message::wanted(&request.attribute_names, name));
    Ok(if attributes.is_empty() { nothing() } else { json!({"Attributes": attributes}) })
}

pub(super) fn url(call: &Call<'_>, host: &str, request: GetQueueUrl) -> Outcome<Value> {
    let name = request.queue_name.ok_or_else(|| missing("QueueName"))?;
    let queue = open(call, Some(&name), "GetQueueUrl")?;
    Ok(json!({"QueueUrl": url_of(call, host, &queue)}))
}

pub(super) fn list(call: &Call<'_>, host: &str, request: ListQueues) -> Outcome<Value> {
    call.authorize("sqs:ListQueues", "*").map_err(|failure| failure.status(403))?;
    let names = call.backend.queues().into_iter();
    let urls: Vec<_> = names
        .filter(|name| name.starts_with(&request.queue_name_prefix))
        .map(|name| url_of(call, host, &name))
        .collect();
    Ok(if urls.is_empty() { nothing() } else { json!({"QueueUrls": urls}) })
}

pub(super) fn purge(call: &Call<'_>, request: PurgeQueue) -> Outcome<Value> {
    let queue = open(call, request.queue_url.as_deref(), "PurgeQueue")?;
    call.backend.purge(&queue);
    Ok(nothing())
}

fn url_of(call: &Call<'_>, host: &str, queue: &str) -> String {
    format!("http://{host}/{}/{queue}", call.place().account)
}
