use esteira_dev::endpoint::backend::AttributeContent;

use crate::stage::{LIMITED, Reply, Stage, element};

const TOPIC: &str = "arn:aws:sns:us-east-1:123456789012:Avisos";
const FIFO: &str = "arn:aws:sns:us-east-1:123456789012:Fila.fifo";

fn call(stage: &Stage, action: &str, fields: &[(&str, &str)]) -> Reply {
    let mut all = vec![("Action", action), ("Version", "2010-03-31")];
    all.extend(fields);
    stage.form_as(None, "/", &all)
}

#[test]
fn messages_are_published_with_what_is_beside_them() {
    let stage = Stage::new();
    let reply = call(
        &stage,
        "Publish",
        &[
            ("TopicArn", TOPIC),
            ("Message", "Olá & adeus"),
            ("Subject", "Aviso"),
            ("MessageAttributes.entry.1.Name", "uf"),
            ("MessageAttributes.entry.1.Value.DataType", "String"),
            ("MessageAttributes.entry.1.Value.StringValue", "PE"),
        ],
    );
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(element(&reply.body, "MessageId").len(), 36);
    let published = stage.local.published("Avisos");
    assert_eq!(published[0].message, "Olá & adeus");
    assert_eq!(published[0].subject.as_deref(), Some("Aviso"));
    assert_eq!(published[0].attributes["uf"].value, AttributeContent::Text("PE".into()));
}

#[test]
fn a_batch_answers_for_each_of_its_messages() {
    let stage = Stage::new();
    let reply = call(
        &stage,
        "PublishBatch",
        &[
            ("TopicArn", FIFO),
            ("PublishBatchRequestEntries.member.1.Id", "a"),
            ("PublishBatchRequestEntries.member.1.Message", "um"),
            ("PublishBatchRequestEntries.member.1.MessageGroupId", "g"),
            ("PublishBatchRequestEntries.member.1.MessageDeduplicationId", "d"),
            ("PublishBatchRequestEntries.member.2.Id", "b"),
            ("PublishBatchRequestEntries.member.2.Message", "dois"),
        ],
    );
    assert_eq!(reply.status, 200, "{reply:?}");
    assert_eq!(element(element(&reply.body, "Successful"), "Id"), "a");
    let failed = element(&reply.body, "Failed");
    assert_eq!((element(failed, "Id"), element(failed, "Code")), ("b", "InvalidParameter"));
    let published = stage.local.published("Fila.fifo");
    assert_eq!(published.len(), 1);
    assert_eq!(published[0].deduplication.as_deref(), Some("d"));
}

#[test]
fn topics_are_listed() {
    let reply = call(&Stage::new(), "ListTopics", &[]);
    assert!(reply.body.contains(TOPIC) && reply.body.contains(FIFO), "{reply:?}");
}

#[test]
fn what_sns_does_not_take_is_refused_with_its_code() {
    let stage = Stage::new();
    let large = "x".repeat(256 * 1024 + 1);
    let subject = "x".repeat(101);
    for (action, fields, status, code) in [
        (
            "Publish",
            vec![("TopicArn", "arn:aws:sns:us-east-1:123456789012:Outro"), ("Message", "x")],
            404,
            "NotFound",
        ),
        ("Publish", vec![("Message", "x")], 400, "InvalidParameter"),
        ("Publish", vec![("TopicArn", TOPIC)], 400, "InvalidParameter"),
        ("Publish", vec![("TopicArn", TOPIC), ("Message", &large)], 400, "InvalidParameter"),
        (
            "Publish",
            vec![("TopicArn", TOPIC), ("Message", "x"), ("Subject", &subject)],
            400,
            "InvalidParameter",
        ),
        (
            "Publish",
            vec![("TopicArn", TOPIC), ("Message", "x"), ("Subject", "a\nb")],
            400,
            "InvalidParameter",
        ),
        ("Publish", vec![("TopicArn", FIFO), ("Message", "x")], 400, "InvalidParameter"),
        (
            "Publish",
            vec![("TopicArn", TOPIC), ("Message", "{}"), ("MessageStructure", "json")],
            400,
            "InvalidParameter",
        ),
        ("PublishBatch", vec![("TopicArn", TOPIC)], 400, "EmptyBatchRequest"),
        ("CreateTopic", vec![("Name", "x")], 400, "UnknownOperationException"),
    ] {
        let reply = call(&stage, action, &fields);
        assert_eq!((reply.status, element(&reply.body, "Code")), (status, code), "{reply:?}");
        assert_eq!(element(&reply.body, "Type"), "Sender");
        assert_eq!(element(&reply.body, "RequestId").len(), 36);
    }
    let fields =
        [("Action", "Publish"), ("Version", "2010-03-31"), ("TopicArn", TOPIC), ("Message", "x")];
    let reply = stage.form_as(Some(LIMITED), "/", &fields);
    assert_eq!((reply.status, element(&reply.body, "Code")), (403, "AuthorizationError"));
    assert!(reply.body.contains("sns:Publish on resource: arn:aws:sns:"), "{reply:?}");
}
