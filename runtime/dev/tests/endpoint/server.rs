use std::time::{Duration, Instant};

use serde_json::json;

use crate::stage::{LIMITED, ROLE, Stage, element, error_of};

#[test]
fn who_calls_is_told_by_the_access_key() {
    let stage = Stage::new();
    let fields = [("Action", "GetCallerIdentity"), ("Version", "2011-06-15")];
    let reply = stage.form_as(Some(LIMITED), "/", &fields);
    assert_eq!(reply.status, 200);
    assert_eq!(element(&reply.body, "Arn"), ROLE);
    assert_eq!(element(&reply.body, "Account"), "123456789012");
    let reply = stage.form_as(None, "/", &fields);
    assert_eq!(element(&reply.body, "Arn"), "arn:aws:iam::123456789012:user/developer");
}

#[test]
fn what_is_not_granted_is_denied_with_who_what_and_where() {
    let stage = Stage::new();
    let key = json!({"TableName": "Produtos", "Key": {"id": {"S": "p"}}});
    let reply = stage.json_as(Some(LIMITED), "DynamoDB_20120810.GetItem", &key);
    assert_eq!(reply.status, 200, "{reply:?}");
    let reply = stage.json_as(Some(LIMITED), "DynamoDB_20120810.DeleteItem", &key);
    assert_eq!(reply.status, 400);
    let (code, message) = error_of(&reply.json());
    assert_eq!(code, "AccessDeniedException");
    assert_eq!(
        message,
        format!(
            "User: {ROLE} is not authorized to perform: dynamodb:DeleteItem on resource: arn:aws:dynamodb:us-east-1:123456789012:table/Produtos because no identity-based policy allows the dynamodb:DeleteItem action"
        )
    );
}

#[test]
fn every_call_asks_for_its_own_action() {
    let stage = Stage::new();
    let dynamodb = "arn:aws:dynamodb:us-east-1:123456789012:table/Produtos";
    let stream = "arn:aws:kinesis:us-east-1:123456789012:stream/Pedidos";
    let queue = "arn:aws:sqs:us-east-1:123456789012:Falhas";
    let url = json!({"QueueUrl": "http://x/123456789012/Falhas"});
    let named = json!({"StreamName": "Pedidos"});
    let item = json!({"id": {"S": "p"}});
    let put = json!({"TableName": "Produtos", "Item": item});
    let by_key = json!({"TableName": "Produtos", "Key": item});
    for (target, body, action, resource) in [
        ("DynamoDB_20120810.PutItem", put.clone(), "dynamodb:PutItem", dynamodb),
        ("DynamoDB_20120810.UpdateItem", by_key.clone(), "dynamodb:UpdateItem", dynamodb),
        ("DynamoDB_20120810.Query", by_key.clone(), "dynamodb:Query", dynamodb),
        ("DynamoDB_20120810.Scan", by_key.clone(), "dynamodb:Scan", dynamodb),
        ("DynamoDB_20120810.DescribeTable", by_key.clone(), "dynamodb:DescribeTable", dynamodb),
        ("DynamoDB_20120810.ListTables", json!({}), "dynamodb:ListTables", "*"),
        (
            "DynamoDB_20120810.BatchGetItem",
            json!({"RequestItems": {"Produtos": {"Keys": [item]}}}),
            "dynamodb:BatchGetItem",
            dynamodb,
        ),
        (
            "DynamoDB_20120810.BatchWriteItem",
            json!({"RequestItems": {"Produtos": [{"DeleteRequest": {"Key": item}}]}}),
            "dynamodb:BatchWriteItem",
            dynamodb,
        ),
        (
            "DynamoDB_20120810.TransactWriteItems",
            json!({"TransactItems": [{"Put": put}]}),
            "dynamodb:PutItem",
            dynamodb,
        ),
        (
            "DynamoDB_20120810.TransactWriteItems",
            json!({"TransactItems": [{"ConditionCheck": by_key}]}),
            "dynamodb:ConditionCheckItem",
            dynamodb,
        ),
        ("Kinesis_20131202.PutRecord", named.clone(), "kinesis:PutRecord", stream),
        ("Kinesis_20131202.PutRecords", named.clone(), "kinesis:PutRecords", stream),
        ("Kinesis_20131202.ListShards", named.clone(), "kinesis:ListShards", stream),
        ("Kinesis_20131202.GetShardIterator", named.clone(), "kinesis:GetShardIterator", stream),
        ("Kinesis_20131202.DescribeStream", named.clone(), "kinesis:DescribeStream", stream),
        ("Kinesis_20131202.DescribeStreamSummary", named, "kinesis:DescribeStreamSummary", stream),
        ("Kinesis_20131202.ListStreams", json!({}), "kinesis:ListStreams", "*"),
        (
            "AWSEvents.PutEvents",
            json!({"Entries": [{"EventBusName": "Loja"}]}),
            "events:PutEvents",
            "arn:aws:events:us-east-1:123456789012:event-bus/Loja",
        ),
        ("AmazonSQS.SendMessage", url.clone(), "sqs:SendMessage", queue),
        ("AmazonSQS.SendMessageBatch", url.clone(), "sqs:SendMessage", queue),
        ("AmazonSQS.ReceiveMessage", url.clone(), "sqs:ReceiveMessage", queue),
        ("AmazonSQS.DeleteMessage", url.clone(), "sqs:DeleteMessage", queue),
        ("AmazonSQS.ChangeMessageVisibility", url.clone(), "sqs:ChangeMessageVisibility", queue),
        ("AmazonSQS.GetQueueAttributes", url.clone(), "sqs:GetQueueAttributes", queue),
        ("AmazonSQS.PurgeQueue", url, "sqs:PurgeQueue", queue),
        ("AmazonSQS.GetQueueUrl", json!({"QueueName": "Falhas"}), "sqs:GetQueueUrl", queue),
        ("AmazonSQS.ListQueues", json!({}), "sqs:ListQueues", "*"),
    ] {
        let reply = stage.json_as(Some(LIMITED), target, &body);
        let (code, message) = error_of(&reply.json());
        assert_eq!(code, "AccessDeniedException", "{target}: {reply:?}");
        let expected = format!("perform: {action} on resource: {resource} because");
        assert!(message.contains(&expected), "{target}: {message}");
    }
}

#[test]
fn what_is_not_served_is_refused_by_name() {
    let stage = Stage::new();
    for (target, what) in [
        ("DynamoDB_20120810.CreateTable", "does not serve CreateTable of DynamoDB"),
        ("Kinesis_20131202.SplitShard", "does not serve SplitShard of Kinesis"),
        ("AWSEvents.PutRule", "does not serve PutRule of EventBridge"),
        ("AmazonSQS.CreateQueue", "does not serve CreateQueue of SQS"),
        ("Logs_20140328.PutLogEvents", "does not serve Logs_20140328"),
        ("nonsense", "does not serve nonsense"),
    ] {
        let (code, message) = stage.error(target, json!({}));
        assert_eq!(code, "UnknownOperationException");
        assert!(message.contains(what), "{message}");
    }
}

#[test]
fn a_body_that_is_no_json_is_refused() {
    let stage = Stage::new();
    let target = [("X-Amz-Target", "DynamoDB_20120810.PutItem")];
    for body in ["{", "[]", "{\"TableName\": 1}", "\u{0}"] {
        let reply = stage.send("POST", "/", &target, body.as_bytes());
        assert_eq!(reply.status, 400, "{reply:?}");
        assert_eq!(error_of(&reply.json()).0, "SerializationException", "{body}");
    }
}

#[test]
fn a_body_that_is_too_large_is_refused() {
    let stage = Stage::new();
    let reply = stage.send("PUT", "/falhas/large", &[], &vec![0; 65 * 1024 * 1024]);
    assert_eq!(reply.status, 413);
    assert_eq!(error_of(&reply.json()).0, "RequestEntityTooLarge");
}

#[test]
fn web_pages_other_names_and_other_protocols_are_refused() {
    let stage = Stage::new();
    for (name, value, status, why) in [
        ("Origin", "https://example.com", 403, "no requests from web pages"),
        ("Host", "falhas.localhost:80", 400, "not as `falhas.localhost`"),
        ("Content-Type", "application/x-amz-cbor-1.1", 415, "does not speak"),
        ("smithy-protocol", "rpc-v2-cbor", 415, "does not speak"),
    ] {
        let reply = stage.send("PUT", "/falhas/a", &[(name, value)], b"x");
        assert_eq!(reply.status, status, "{reply:?}");
        assert!(reply.body.contains(why), "{reply:?}");
    }
    assert_eq!(stage.send("GET", "/falhas/a", &[], b"").status, 404, "nothing was put");
}

#[test]
fn every_answer_has_an_id_and_the_protocol_of_its_question() {
    let stage = Stage::new();
    for version in ["1.0", "1.1"] {
        let kind = format!("application/x-amz-json-{version}");
        let headers =
            [("X-Amz-Target", "DynamoDB_20120810.ListTables"), ("Content-Type", kind.as_str())];
        let reply = stage.send("POST", "/", &headers, b"");
        assert_eq!(reply.header("content-type"), kind);
        assert_eq!(reply.header("x-amzn-requestid").len(), 36);
    }
}

#[test]
fn a_stopped_endpoint_gives_its_port_back_and_ends_calls_that_wait() {
    let mut stage = Stage::new();
    let address = stage.url.trim_start_matches("http://").to_owned();
    let url = stage.url.clone();
    let waiting = std::thread::spawn(move || {
        let body = json!({"QueueUrl": format!("{url}/1/Falhas"), "WaitTimeSeconds": 20});
        ureq::post(&url)
            .header("X-Amz-Target", "AmazonSQS.ReceiveMessage")
            .send(body.to_string())
            .is_ok()
    });
    std::thread::sleep(Duration::from_millis(300));
    let start = Instant::now();
    stage.stop();
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    assert!(!waiting.join().expect("the client did not panic"));
    assert!(std::net::TcpStream::connect(&address).is_err());
    std::net::TcpListener::bind(&address).expect("the port is free");
}
