//! The names lead with `system`, by which the ordinary test run leaves these tests out.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use anyhow::Context;
use base64::{Engine, prelude::BASE64_STANDARD as BASE64};
use esteira::manifest::{Idempotent, Kind, Manifest, On, Scalar, environment_variable};
use esteira::{Attribute, Message};
use esteira_tests::aws::Aws;
use esteira_tests::emulator::Emulator;
use esteira_tests::function::Function;
use esteira_tests::recorder::Recorder;
use esteira_tests::runtime_api::{Answer, Invocation};
use esteira_tests::scripted::Call;
use esteira_tests::suite::{Architecture, Output, Suite, resources};
use esteira_xtask::tools;
use scenarios::acts::asked;
use serde_json::{Value, json};

use super::acts::{DELIVERIES, Performed, performed_in_memory};
use super::{Sent, entered, granted, handler, items, played_in_memory};

#[test]
fn aws_does_what_every_store_must() -> anyhow::Result<()> {
    let Some(stage) = Stage::prepared()? else { return Ok(()) };
    let audience = stage.emulator.aws().listen("Audience", "audience")?;
    let programme = stage.emulator.aws().listen("Programme.fifo", "programme.fifo")?;
    let play = Played::start(&stage, "play")?;
    assert!(play.failure(&wanted("no such scenario"))?.is_some(), "a failure is seen");
    let mut failed = Vec::new();
    for scenario in scenarios::NAMES {
        let failure = play.failure(&wanted(scenario))?;
        failed.extend(failure.map(|why| format!("{scenario}: {why}")));
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));

    let calls = play.recorder.calls();
    assert_eq!(used(&calls), permissions(&stage, "play")?);
    // What came to the bus and to subscribers is what memory says was sent.
    let sent = Sent::by(&played_in_memory());
    assert_eq!(details(&calls)?, sent.spoken.iter().map(|it| json!(it)).collect::<Vec<_>>());
    let delivered = stage.emulator.aws().notifications(&audience)?;
    assert_eq!(
        delivered.iter().map(only_what_was_sent).collect::<Vec<_>>(),
        sent.audience.iter().map(notification).collect::<Vec<_>>()
    );
    assert_eq!(sealed(&calls)?, sent.audience.iter().flat_map(bytes).collect::<Vec<_>>());
    // A queue has groups in no order among each other.
    let delivered = stage.emulator.aws().notifications(&programme)?;
    assert_eq!(
        by_group(delivered.iter().map(only_what_was_sent)),
        by_group(sent.programme.iter().map(notification))
    );
    Ok(())
}

#[test]
fn aws_has_a_client_of_its_own_at_the_same_table() -> anyhow::Result<()> {
    let Some(stage) = Stage::prepared()? else { return Ok(()) };
    let browse = Played::start(&stage, "browse")?;
    let entered = event("Library Entered", &json!(entered()));
    assert_eq!(browse.failure(&entered)?, None);
    assert_eq!(used(&browse.recorder.calls()), permissions(&stage, "browse")?);
    Ok(())
}

#[test]
fn aws_has_a_handler_that_remembers_do_what_it_does_in_memory() -> anyhow::Result<()> {
    let Some(stage) = Stage::prepared()? else { return Ok(()) };
    let audience = stage.emulator.aws().listen("Audience", "audience")?;
    let perform = Played::start(&stage, "perform")?;
    let mut performed = Performed::default();
    for act in asked() {
        let mut answers = Vec::new();
        // As Lambda does with what a bus hands it.
        while answers.len() < DELIVERIES && answers.last() != Some(&None) {
            answers.push(perform.failure(&event("Act Wanted", &json!(act)))?);
        }
        performed.answers.push((act.act, answers));
    }
    let calls = perform.recorder.calls();
    assert_eq!(used(&calls), permissions(&stage, "perform")?);

    let aws = stage.emulator.aws();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    for begun in aws.scan("Acts")? {
        performed.begun.insert(text(&begun["act"]), text(&begun["times"]).parse()?);
    }
    for note in aws.scan(&stage.name(Idempotent::TABLE)?)? {
        performed.notes.insert(text(&note["key"]), text(&note["state"]));
    }
    let spoken = details(&calls)?.into_iter().map(serde_json::from_value);
    performed.spoken = spoken.collect::<Result<_, _>>()?;
    performed.told = aws.notifications(&audience)?.iter().map(|it| text(&it["Message"])).collect();
    assert_eq!(performed, performed_in_memory());
    Ok(())
}

/// The built application, and an emulator with all that it declares.
struct Stage {
    output: Output,
    manifest: Manifest,
    emulator: Emulator,
}

impl Stage {
    fn prepared() -> anyhow::Result<Option<Self>> {
        let Some(suite) = Suite::prepared() else { return Ok(None) };
        let Some(python) = suite.tool(&tools::MINISTACK) else { return Ok(None) };
        let output = suite.output("scenarios", Architecture::X86_64);
        let emulator = Emulator::start(&python)?;
        let stage = Self { manifest: output.manifest()?, output, emulator };
        stage.create()?;
        Ok(Some(stage))
    }

    /// What functions know a resource by.
    fn name(&self, id: &str) -> anyhow::Result<String> {
        let variable = environment_variable(id);
        let name = resources(&self.manifest).find(|(name, _)| *name == variable);
        Ok(name.with_context(|| id.to_owned())?.1)
    }

    /// Creates the tables, buses and topics of the application, under the names that functions
    /// know them by.
    fn create(&self) -> anyhow::Result<()> {
        let aws = self.emulator.aws();
        let scalar = |scalar| match scalar {
            Scalar::S => "S",
            Scalar::N => "N",
        };
        for item in items() {
            match &item.kind {
                Kind::Table(table) => {
                    let keys = [
                        Some((&table.partition_key, "HASH")),
                        table.sort_key.as_ref().map(|it| (it, "RANGE")),
                    ];
                    let keys = keys.into_iter().flatten();
                    let keys = keys.map(|(key, kind)| (&*key.name, scalar(key.scalar), kind));
                    create_table(&aws, &table.name, &keys.collect::<Vec<_>>())?;
                }
                Kind::Bus(bus) => {
                    let body = json!({ "Name": bus.name });
                    aws.json("events", "AWSEvents.CreateEventBus", &body)?;
                }
                Kind::Topic(topic) => {
                    let arn = self.name(&item.id)?;
                    let name = arn.rsplit(':').next().unwrap_or_default();
                    let fifo = [
                        ("Attributes.entry.1.key", "FifoTopic"),
                        ("Attributes.entry.1.value", "true"),
                    ];
                    let mut parameters = vec![("Version", "2010-03-31"), ("Name", name)];
                    parameters.extend(fifo.into_iter().filter(|_| topic.fifo));
                    aws.query("sns", "CreateTopic", &parameters)?;
                }
                _ => {}
            }
        }
        let key = (Idempotent::PARTITION_KEY, "S", "HASH");
        create_table(&aws, &self.name(Idempotent::TABLE)?, &[key])
    }
}

fn create_table(aws: &Aws, name: &str, keys: &[(&str, &str, &str)]) -> anyhow::Result<()> {
    let attribute = |(name, scalar, _): &(&str, &str, &str)| json!({ "AttributeName": name, "AttributeType": scalar });
    let part =
        |(name, _, kind): &(&str, &str, &str)| json!({ "AttributeName": name, "KeyType": kind });
    let body = json!({
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": keys.iter().map(attribute).collect::<Vec<_>>(),
        "KeySchema": keys.iter().map(part).collect::<Vec<_>>(),
    });
    aws.json("dynamodb", "DynamoDB_20120810.CreateTable", &body).map(drop)
}

/// A built function, and what it calls.
struct Played {
    recorder: Recorder,
    function: Function,
}

impl Played {
    fn start(stage: &Stage, handler: &str) -> anyhow::Result<Self> {
        let recorder = Recorder::start(stage.emulator.endpoint())?;
        let mut command = stage.output.function(handler)?;
        let function = Function::start(command.env("AWS_ENDPOINT_URL", recorder.endpoint()))?;
        Ok(Self { recorder, function })
    }

    /// Delivers an event; what the function fails with, if it does.
    fn failure(&self, event: &Value) -> anyhow::Result<Option<String>> {
        let invocation = Invocation::new(event).within(Duration::from_secs(60));
        Ok(match self.function.invoke(&invocation)?.answer {
            Answer::Response(_) => None,
            Answer::Error(error) => {
                Some(error["errorMessage"].as_str().context("no errorMessage")?.to_owned())
            }
        })
    }
}

/// The permissions that calls took.
fn used(calls: &[Call]) -> BTreeSet<(String, String)> {
    calls.iter().flat_map(Call::permissions).collect()
}

/// The permissions of a handler, in the terms of the recorder.
fn permissions(stage: &Stage, name: &str) -> anyhow::Result<BTreeSet<(String, String)>> {
    let named = |id: &str| {
        let event = items().find_map(|item| match &item.kind {
            Kind::Event(event) if item.id == id => Some(event),
            _ => None,
        });
        match event {
            Some(event) => Ok(format!("{}/{}", event.source, event.detail_type)),
            None => stage.name(id),
        }
    };
    let grants = granted(name).into_iter();
    let grants = grants.map(|grant| Ok((grant.action.iam().to_owned(), named(&grant.resource)?)));
    let mut all = grants.collect::<anyhow::Result<BTreeSet<_>>>()?;
    for allow in handler(name).allows.iter() {
        let on = match &allow.on {
            On::Resource(id) => named(id)?,
            On::Arn(arn) => arn.to_string(),
        };
        all.extend(allow.actions.iter().map(|action| (action.to_string(), on.clone())));
    }
    Ok(all)
}

fn wanted(scenario: &str) -> Value {
    event("Scenario Wanted", &json!({ "scenario": scenario }))
}

/// An event as EventBridge delivers it.
fn event(detail_type: &str, detail: &Value) -> Value {
    json!({
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "detail-type": detail_type,
        "source": "scenarios",
        "account": "123456789012",
        "time": "2026-11-23T18:43:48Z",
        "region": "us-east-1",
        "resources": [],
        "detail": detail,
    })
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
/// Of bytes the emulator delivers the type and no value; AWS delivers base64 of them. That they are
/// sent is looked at where the call is recorded.
///
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html>
fn notification(message: &Message) -> Value {
    let attribute = |attribute: &Attribute| match attribute {
        Attribute::Text(text) => json!({ "Type": "String", "Value": text }),
        Attribute::Number(number) => json!({ "Type": "Number", "Value": number.to_string() }),
        Attribute::Texts(texts) => {
            json!({ "Type": "String.Array", "Value": json!(texts).to_string() })
        }
        Attribute::Bytes(_) => json!({ "Type": "Binary", "Value": "" }),
        other => panic!("no scenario sends {other:?}"),
    };
    let attributes =
        message.attributes.iter().map(|(name, value)| (name.clone(), attribute(value)));
    only_what_was_sent(&json!({
        "Subject": message.subject,
        "Message": message.body,
        "MessageAttributes": attributes.collect::<serde_json::Map<_, _>>(),
        "MessageGroupId": message.group,
    }))
}

/// A notification without what the topic adds, such as its own id.
fn only_what_was_sent(notification: &Value) -> Value {
    let attributes = notification["MessageAttributes"].as_object().cloned().unwrap_or_default();
    let group = &notification["MessageGroupId"];
    json!([notification["Subject"], notification["Message"], attributes, group])
}

/// The notifications of each group, in their order.
fn by_group(notifications: impl Iterator<Item = Value>) -> BTreeMap<String, Vec<Value>> {
    let mut groups = BTreeMap::<_, Vec<_>>::new();
    for notification in notifications {
        groups.entry(notification[3].to_string()).or_default().push(notification);
    }
    groups
}

/// The bytes that a message carries.
fn bytes(message: &Message) -> impl Iterator<Item = Vec<u8>> {
    message.attributes.values().filter_map(|value| match value {
        Attribute::Bytes(bytes) => Some(bytes.clone()),
        _ => None,
    })
}

/// The bytes that calls sent as attributes.
fn sealed(calls: &[Call]) -> anyhow::Result<Vec<Vec<u8>>> {
    let parameters = calls.iter().filter(|call| call.operation == "Publish");
    let parameters = parameters.flat_map(|call| call.input.as_object().into_iter().flatten());
    let values = parameters.filter(|(name, _)| name.ends_with(".Value.BinaryValue"));
    values.map(|(_, value)| Ok(BASE64.decode(value.as_str().unwrap_or_default())?)).collect()
}
