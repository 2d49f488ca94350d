//! SNS: publishing.

use super::{
    backend::Publication,
    call::Call,
    failure::{Failure, Outcome},
    query::Form,
    xml::Xml,
};

/// The namespace of its answers.
pub(super) const NAMESPACE: &str = "http://sns.amazonaws.com/doc/2010-03-31/";

/// The most bytes of a message: 256 KiB, what a topic takes unless it is told otherwise.
/// <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>
const MESSAGE_BYTES: usize = 256 * 1024;

/// The most characters of a subject.
const SUBJECT: usize = 100;

/// The most messages of a batch.
const BATCH: usize = 10;

const OPERATIONS: &[&str] = &["ListTopics", "Publish", "PublishBatch"];

/// Answers a call.
pub(super) fn answer(call: &Call<'_>, action: &str, form: &Form) -> Outcome<Xml> {
    match action {
        "Publish" => publish(call, form),
        "PublishBatch" => publish_batch(call, form),
        "ListTopics" => list(call),
        other => Err(Failure::unknown("SNS", other, OPERATIONS)),
    }
}

fn publish(call: &Call<'_>, form: &Form) -> Outcome<Xml> {
    let topic = form.get("TopicArn").or(form.get("TargetArn")).ok_or_else(|| {
        invalid("Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter")
    })?;
    authorize(call, topic)?;
    let message = publication(topic, form)?;
    Ok(Xml::new().text("MessageId", call.backend.publish(topic, message)?))
}

fn publish_batch(call: &Call<'_>, form: &Form) -> Outcome<Xml> {
    let topic = form.required("TopicArn")?;
    authorize(call, topic)?;
    let entries = form.list("PublishBatchRequestEntries.member");
    if entries.is_empty() {
        return Err(Failure::new(
            "EmptyBatchRequest",
            "The batch request doesn't contain any entries.",
        ));
    }
    if entries.len() > BATCH {
        return Err(Failure::new(
            "TooManyEntriesInBatchRequest",
            "The batch request contains more entries than permissible.",
        ));
    }
    let (mut successful, mut failed) = (Xml::new(), Xml::new());
    for entry in &entries {
        let id = entry.required("Id")?;
        let sent = publication(topic, entry)
            .and_then(|message| Ok(call.backend.publish(topic, message)?));
        match sent {
            Ok(message) => {
                let member = Xml::new().text("Id", id).text("MessageId", message);
                successful = successful.element("member", member);
            }
            Err(failure) => {
                let member = Xml::new()
                    .text("Id", id)
                    .text("Code", failure.code)
                    .text("Message", failure.message)
                    .text("SenderFault", true);
                failed = failed.element("member", member);
            }
        }
    }
    Ok(Xml::new().element("Successful", successful).element("Failed", failed))
}

fn list(call: &Call<'_>) -> Outcome<Xml> {
    call.authorize("sns:ListTopics", "*").map_err(renamed)?;
    let members = call.backend.topics().into_iter().fold(Xml::new(), |members, topic| {
        members.element("member", Xml::new().text("TopicArn", topic))
    });
    Ok(Xml::new().element("Topics", members))
}

/// Fails unless the caller may publish to the topic, and it exists.
fn authorize(call: &Call<'_>, topic: &str) -> Outcome<()> {
    call.authorize("sns:Publish", topic).map_err(renamed)?;
    if call.backend.topics().iter().any(|it| it == topic) {
        Ok(())
    } else {
        Err(Failure::new("NotFound", "Topic does not exist").status(404))
    }
}

fn publication(topic: &str, form: &Form) -> Outcome<Publication> {
    let message = form.get("Message").unwrap_or_default();
    if message.is_empty() {
        return Err(invalid("Invalid parameter: Empty message"));
    }
    let attributes = form.attributes("MessageAttributes.entry")?;
    if message.len() > MESSAGE_BYTES {
        return Err(invalid("Invalid parameter: Message too long"));
    }
    let subject = form.get("Subject");
    if subject.is_some_and(|it| {
        it.is_empty() || it.contains(['\n', '\r']) || it.chars().count() > SUBJECT
    }) {
        return Err(invalid("Invalid parameter: Subject"));
    }
    let structure = form.get("MessageStructure");
    if structure == Some("json") {
        let has_default = serde_json::from_str::<serde_json::Value>(message)
            .map_err(|_| {
                invalid("Invalid parameter: Message Structure - JSON message body failed to parse")
            })?
            .get("default")
            .is_some_and(serde_json::Value::is_string);
        if !has_default {
            return Err(invalid(
                "Invalid parameter: Message Structure - No default entry in JSON message body",
            ));
        }
    }
    let group = form.get("MessageGroupId");
    if topic.ends_with(".fifo") && group.is_none() {
        return Err(invalid(
            "Invalid parameter: The MessageGroupId parameter is required for FIFO topics",
        ));
    }
    let owned = |text: Option<&str>| text.map(str::to_owned);
    Ok(Publication {
        message: message.to_owned(),
        subject: owned(subject),
        structure: owned(structure),
        attributes,
        group: owned(group),
        deduplication: owned(form.get("MessageDeduplicationId")),
    })
}

fn invalid(message: &str) -> Failure {
    Failure::new("InvalidParameter", message)
}

/// SNS has a code of its own for what is not permitted.
fn renamed(failure: Failure) -> Failure {
    Failure { code: "AuthorizationError".into(), ..failure }.status(403)
}
