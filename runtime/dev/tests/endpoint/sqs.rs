use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::stage::{LIMITED, Stage, element, error_of};

fn call(stage: &Stage, operation: &str, mut request: Value) -> Value {
    if request.get("QueueUrl").is_none() {
        request["QueueUrl"] = json!(format!("{}/123456789012/Falhas", stage.url));
    }
    stage.ok(&format!("AmazonSQS.{operation}"), request)
}

#[test]
fn messages_are_sent_received_and_deleted() {
    let stage = Stage::new();
    let attribute = json!({"uf": {"DataType": "String", "StringValue": "PE"}});
    let sent = call(
        &stage,
        "SendMessage",
        json!({"MessageBody": "hello", "MessageAttributes": attribute}),
    );
    assert_eq!(sent["MD5OfMessageBody"], "5d41402abc4b2a76b9719d911017c592");
    let all = json!({"AttributeNames": ["All"], "MessageAttributeNames": ["All"]});
    let received = call(&stage, "ReceiveMessage", all.clone());
    let message = &received["Messages"][0];
    assert_eq!(message["Body"], "hello");
    assert_eq!(message["MessageId"], sent["MessageId"]);
    assert_eq!(message["MessageAttributes"], attribute);
    assert_eq!(message["MD5OfMessageAttributes"], sent["MD5OfMessageAttributes"]);
    assert_eq!(message["Attributes"]["ApproximateReceiveCount"], "1");
    assert_eq!(call(&stage, "ReceiveMessage", all.clone()), json!({}), "it is hidden");
    let receipt = json!({"ReceiptHandle": message["ReceiptHandle"]});
    let mut shown = receipt.clone();
    shown["VisibilityTimeout"] = json!(0);
    call(&stage, "ChangeMessageVisibility", shown);
    let again = call(&stage, "ReceiveMessage", all.clone());
    assert_eq!(again["Messages"][0]["Attributes"]["ApproximateReceiveCount"], "2");
    let receipt =
        json!({"ReceiptHandle": again["Messages"][0]["ReceiptHandle"], "VisibilityTimeout": 0});
    call(&stage, "DeleteMessage", receipt);
    assert_eq!(call(&stage, "ReceiveMessage", all), json!({}));
}

#[test]
fn a_receiver_waits_until_a_message_comes() {
    let stage = Stage::new();
    let start = Instant::now();
    std::thread::scope(|scope| {
        let receiver =
            scope.spawn(|| call(&stage, "ReceiveMessage", json!({"WaitTimeSeconds": 20})));
        std::thread::sleep(Duration::from_millis(300));
        call(&stage, "SendMessage", json!({"MessageBody": "x"}));
        let received = receiver.join().expect("the receiver did not panic");
        assert_eq!(received["Messages"][0]["Body"], "x");
    });
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_receiver_waits_for_a_hidden_message_and_no_longer_than_it_said() {
    let stage = Stage::new();
    call(&stage, "SendMessage", json!({"MessageBody": "x", "DelaySeconds": 1}));
    assert_eq!(call(&stage, "ReceiveMessage", json!({})), json!({}));
    let received = call(&stage, "ReceiveMessage", json!({"WaitTimeSeconds": 10}));
    assert_eq!(received["Messages"][0]["Body"], "x");
    let start = Instant::now();
    assert_eq!(call(&stage, "ReceiveMessage", json!({"WaitTimeSeconds": 1})), json!({}));
    assert!(start.elapsed() >= Duration::from_secs(1));
}

#[test]
fn batches_answer_for_each_of_their_messages() {
    let stage = Stage::new();
    let entries = json!([
        {"Id": "a", "MessageBody": "um"},
        {"Id": "b", "MessageBody": "\u{1}"},
    ]);
    let answer = call(&stage, "SendMessageBatch", json!({"Entries": entries}));
    assert_eq!(answer["Successful"][0]["Id"], "a");
    assert_eq!(answer["Failed"][0]["Id"], "b");
    assert_eq!(answer["Failed"][0]["Code"], "InvalidMessageContents");
    let received = call(&stage, "ReceiveMessage", json!({"MaxNumberOfMessages": 10}));
    let receipt = &received["Messages"][0]["ReceiptHandle"];
    let entries = json!([
        {"Id": "a", "ReceiptHandle": receipt, "VisibilityTimeout": 5},
        {"Id": "b", "ReceiptHandle": "x", "VisibilityTimeout": 5},
    ]);
    for operation in ["ChangeMessageVisibilityBatch", "DeleteMessageBatch"] {
        let answer = call(&stage, operation, json!({"Entries": entries}));
        assert_eq!(answer["Successful"], json!([{"Id": "a"}]), "{operation}");
        assert_eq!(answer["Failed"][0]["Code"], "ReceiptHandleIsInvalid", "{operation}");
    }
}

#[test]
fn queues_are_found_listed_and_purged() {
    let stage = Stage::new();
    let url = format!("{}/123456789012/Falhas", stage.url);
    let found = stage.ok("AmazonSQS.GetQueueUrl", json!({"QueueName": "Falhas"}));
    assert_eq!(found["QueueUrl"], url);
    assert_eq!(stage.ok("AmazonSQS.ListQueues", json!({}))["QueueUrls"], json!([url]));
    let none = json!({"QueueNamePrefix": "x"});
    assert_eq!(stage.ok("AmazonSQS.ListQueues", none), json!({}));
    call(&stage, "SendMessage", json!({"MessageBody": "x"}));
    let count = |stage: &Stage| {
        let names = json!({"AttributeNames": ["ApproximateNumberOfMessages", "QueueArn"]});
        let attributes = call(stage, "GetQueueAttributes", names);
        assert_eq!(
            attributes["Attributes"]["QueueArn"],
            "arn:aws:sqs:us-east-1:123456789012:Falhas"
        );
        attributes["Attributes"]["ApproximateNumberOfMessages"].clone()
    };
    assert_eq!(count(&stage), "1");
    call(&stage, "PurgeQueue", json!({}));
    assert_eq!(count(&stage), "0");
}

#[test]
fn what_sqs_does_not_take_is_refused_with_its_code() {
    let stage = Stage::new();
    let url = format!("{}/123456789012/Falhas", stage.url);
    let large = "x".repeat(1024 * 1024 + 1);
    let entry = json!({"Id": "a", "MessageBody": "x"});
    for (operation, request, code) in [
        (
            "SendMessage",
            json!({"QueueUrl": "http://x/1/Outra", "MessageBody": "x"}),
            "QueueDoesNotExist",
        ),
        ("SendMessage", json!({"MessageBody": "x"}), "MissingParameter"),
        ("SendMessage", json!({"QueueUrl": url}), "MissingParameter"),
        ("SendMessage", json!({"QueueUrl": url, "MessageBody": ""}), "MissingParameter"),
        ("SendMessage", json!({"QueueUrl": url, "MessageBody": large}), "InvalidParameterValue"),
        (
            "SendMessage",
            json!({"QueueUrl": url, "MessageBody": "x", "DelaySeconds": 901}),
            "InvalidParameterValue",
        ),
        (
            "SendMessage",
            json!({"QueueUrl": url, "MessageBody": "x", "MessageAttributes": {"a": {"DataType": "String"}}}),
            "InvalidParameterValue",
        ),
        (
            "ReceiveMessage",
            json!({"QueueUrl": url, "MaxNumberOfMessages": 11}),
            "InvalidParameterValue",
        ),
        (
            "ReceiveMessage",
            json!({"QueueUrl": url, "WaitTimeSeconds": 21}),
            "InvalidParameterValue",
        ),
        (
            "ReceiveMessage",
            json!({"QueueUrl": url, "VisibilityTimeout": -1}),
            "InvalidParameterValue",
        ),
        ("DeleteMessage", json!({"QueueUrl": url, "ReceiptHandle": "x"}), "ReceiptHandleIsInvalid"),
        ("SendMessageBatch", json!({"QueueUrl": url}), "EmptyBatchRequest"),
        (
            "SendMessageBatch",
            json!({"QueueUrl": url, "Entries": vec![entry.clone(); 11]}),
            "TooManyEntriesInBatchRequest",
        ),
        (
            "SendMessageBatch",
            json!({"QueueUrl": url, "Entries": [entry, entry]}),
            "BatchEntryIdsNotDistinct",
        ),
        (
            "SendMessageBatch",
            json!({"QueueUrl": url, "Entries": [{"Id": "a b", "MessageBody": "x"}]}),
            "InvalidBatchEntryId",
        ),
    ] {
        let (found, message) = stage.error(&format!("AmazonSQS.{operation}"), request);
        assert_eq!(found, code, "{operation}: {message}");
    }
}

#[test]
fn errors_say_what_the_older_protocol_called_them() {
    let stage = Stage::new();
    let request = json!({"QueueUrl": "http://x/1/Outra", "MessageBody": "x"});
    let reply = stage.json_as(None, "AmazonSQS.SendMessage", &request);
    let older = "AWS.SimpleQueueService.NonExistentQueue;Sender";
    assert_eq!(reply.header("x-amzn-query-error"), older);
    let request = json!({"QueueUrl": "http://x/1/Falhas", "MessageBody": "x"});
    let reply = stage.json_as(Some(LIMITED), "AmazonSQS.SendMessage", &request);
    assert_eq!(reply.status, 403);
    assert_eq!(error_of(&reply.json()).0, "AccessDeniedException");
    assert_eq!(reply.header("x-amzn-query-error"), "AccessDenied;Sender");
}

#[test]
fn older_clients_send_forms_and_get_xml() {
    let stage = Stage::new();
    let call = |fields: &[(&str, &str)]| {
        let mut all = vec![("Version", "2012-11-05")];
        all.extend(fields);
        stage.form_as(None, "/123456789012/Falhas", &all)
    };
    let reply = call(&[
        ("Action", "SendMessage"),
        ("MessageBody", "a<b"),
        ("MessageAttribute.1.Name", "uf"),
        ("MessageAttribute.1.Value.DataType", "String"),
        ("MessageAttribute.1.Value.StringValue", "PE"),
    ]);
    assert_eq!(reply.status, 200, "{reply:?}");
    let id = element(&reply.body, "MessageId").to_owned();
    let reply = call(&[
        ("Action", "ReceiveMessage"),
        ("MaxNumberOfMessages", "1"),
        ("AttributeName.1", "SentTimestamp"),
        ("MessageAttributeName.1", "All"),
    ]);
    let message = element(element(&reply.body, "ReceiveMessageResult"), "Message");
    assert_eq!((element(message, "MessageId"), element(message, "Body")), (id.as_str(), "a&lt;b"));
    assert_eq!(element(element(message, "Attribute"), "Name"), "SentTimestamp");
    let attribute = element(message, "MessageAttribute");
    assert_eq!(element(attribute, "Name"), "uf");
    assert_eq!(element(element(attribute, "Value"), "StringValue"), "PE");
    let receipt = element(message, "ReceiptHandle").to_owned();
    let reply = call(&[
        ("Action", "DeleteMessageBatch"),
        ("DeleteMessageBatchRequestEntry.1.Id", "a"),
        ("DeleteMessageBatchRequestEntry.1.ReceiptHandle", &receipt),
    ]);
    assert_eq!(element(element(&reply.body, "DeleteMessageBatchResultEntry"), "Id"), "a");
    let reply = call(&[("Action", "SendMessage"), ("QueueUrl", "http://x/1/Outra")]);
    assert_eq!(element(&reply.body, "Code"), "AWS.SimpleQueueService.NonExistentQueue");
}
