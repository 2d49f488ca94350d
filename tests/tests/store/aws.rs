//! The names lead with `system`, by which the ordinary test run leaves these tests out.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::Context;
use esteira::manifest::{Kind, Scalar, Table, environment_variable};
use esteira::{Attribute, Message};
use esteira_tests::aws::Aws;
use esteira_tests::emulator::Emulator;
use esteira_tests::function::Function;
use esteira_tests::recorder::Recorder;
use esteira_tests::runtime_api::{Answer, Invocation};
use esteira_tests::scripted::Call;
use esteira_tests::suite::{Architecture, Suite, resources};
use esteira_xtask::tools;
use serde_json::{Value, json};

use super::{granted, items, played_in_memory, sent};

#[test]
fn aws_does_what_every_store_must() -> anyhow::Result<()> {
    let Some(suite) = Suite::prepared() else { return Ok(()) };
    let Some(python) = suite.tool(&tools::MINISTACK) else { return Ok(()) };
    let output = suite.output("scenarios", Architecture::X86_64);
    let emulator = Emulator::start(&python)?;
    create(&emulator.aws())?;
    let queue = emulator.aws().listen("Audience", "audience")?;
    let recorder = Recorder::start(emulator.endpoint())?;
    let mut command = output.function("play")?;
    let function = Function::start(command.env("AWS_ENDPOINT_URL", recorder.endpoint()))?;

    let mut failed = Vec::new();
    for scenario in scenarios::NAMES {
        let invocation = Invocation::new(&wanted(scenario)).within(Duration::from_secs(60));
        if let Answer::Error(error) = function.invoke(&invocation)?.answer {
            failed.push(format!("{scenario}: {}", error["errorMessage"]));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));

    let calls = recorder.calls();
    let used: BTreeSet<_> = calls.iter().flat_map(Call::permissions).collect();
    assert_eq!(used, permissions(&output.manifest()?)?);
    // What came to the bus and to a subscriber is what memory says was sent.
    let (spoken, told) = sent(&played_in_memory());
    assert_eq!(details(&calls)?, spoken.iter().map(|it| json!(it)).collect::<Vec<_>>());
    let delivered = emulator.aws().notifications(&queue)?;
    assert_eq!(
        delivered.iter().map(only_what_was_sent).collect::<Vec<_>>(),
        told.iter().map(notification).collect::<Vec<_>>()
    );
    Ok(())
}

/// The permissions of the handles, in the terms of the recorder.
fn permissions(
    manifest: &esteira::manifest::Manifest,
) -> anyhow::Result<BTreeSet<(String, String)>> {
    let names: Vec<_> = resources(manifest).collect();
    let name = |id: &str| {
        let event = items().find_map(|item| match &item.kind {
            Kind::Event(event) if item.id == id => Some(event),
            _ => None,
        });
        match event {
            Some(event) => Some(format!("{}/{}", event.source, event.detail_type)),
            None => {
                let variable = environment_variable(id);
                names.iter().find(|(name, _)| *name == variable).map(|(_, value)| value.clone())
            }
        }
    };
    let permission = |grant: esteira::manifest::Grant| {
        let name = name(&grant.resource).with_context(|| grant.resource.to_string())?;
        Ok((grant.action.iam().to_owned(), name))
    };
    granted().into_iter().map(permission).collect()
}

/// An event as EventBridge delivers it.
fn wanted(scenario: &str) -> Value {
    json!({
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "detail-type": "Scenario Wanted",
        "source": "scenarios",
        "account": "123456789012",
        "time": "2026-11-23T18:43:48Z",
        "region": "us-east-1",
        "resources": [],
        "detail": { "scenario": scenario },
    })
}

/// Creates the tables, buses and topics of the application, under the names that functions know
/// them by.
fn create(aws: &Aws) -> anyhow::Result<()> {
    for item in items() {
        match &item.kind {
            Kind::Table(table) => create_table(aws, table)?,
            Kind::Bus(bus) => {
                let body = json!({ "Name": bus.name });
                aws.json("events", "AWSEvents.CreateEventBus", &body)?;
            }
            Kind::Topic(topic) => {
                let parameters = [("Version", "2010-03-31"), ("Name", &*topic.name)];
                aws.query("sns", "CreateTopic", &parameters)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn create_table(aws: &Aws, table: &Table) -> anyhow::Result<()> {
    let keys =
        [Some((&table.partition_key, "HASH")), table.sort_key.as_ref().map(|it| (it, "RANGE"))];
    let keys: Vec<_> = keys.into_iter().flatten().collect();
    let scalar = |scalar| match scalar {
        Scalar::S => "S",
        Scalar::N => "N",
    };
    let attributes = keys
        .iter()
        .map(|(key, _)| json!({ "AttributeName": key.name, "AttributeType": scalar(key.scalar) }));
    let schema =
        keys.iter().map(|(key, kind)| json!({ "AttributeName": key.name, "KeyType": kind }));
    let body = json!({
        "TableName": table.name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": attributes.collect::<Vec<_>>(),
        "KeySchema": schema.collect::<Vec<_>>(),
    });
    aws.json("dynamodb", "DynamoDB_20120810.CreateTable", &body).map(drop)
}

/// The details of all events that were put on the bus.
fn details(calls: &[Call]) -> anyhow::Result<Vec<Value>> {
    let entries = calls.iter().filter_map(|call| call.input["Entries"].as_array()).flatten();
    let detail = |entry: &Value| {
        Ok(serde_json::from_str(entry["Detail"].as_str().context("an entry without a detail")?)?)
    };
    entries.map(detail).collect()
}

/// A message as a queue gets it that is subscribed to its topic.
///
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html>
fn notification(message: &Message) -> Value {
    let attribute = |attribute: &Attribute| match attribute {
        Attribute::Text(text) => json!({ "Type": "String", "Value": text }),
        Attribute::Number(number) => json!({ "Type": "Number", "Value": number.to_string() }),
        Attribute::Texts(texts) => {
            json!({ "Type": "String.Array", "Value": json!(texts).to_string() })
        }
        other => panic!("no scenario sends {other:?}"),
    };
    let attributes =
        message.attributes.iter().map(|(name, value)| (name.clone(), attribute(value)));
    only_what_was_sent(&json!({
        "Subject": message.subject,
        "Message": message.body,
        "MessageAttributes": attributes.collect::<serde_json::Map<_, _>>(),
    }))
}

/// A notification without what the topic adds, such as its own id.
fn only_what_was_sent(notification: &Value) -> Value {
    let attributes = notification["MessageAttributes"].as_object().cloned().unwrap_or_default();
    json!([notification["Subject"], notification["Message"], attributes])
}
