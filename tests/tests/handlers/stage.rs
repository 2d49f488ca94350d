//! A function on its stage: a process of its own, and an AWS of its own.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail};
use esteira_tests::function::Function;
use esteira_tests::runtime_api::{Answer, Done, Invocation};
use esteira_tests::scripted::ScriptedAws;
use esteira_tests::suite::{Architecture, Suite};
use serde_json::{Value, json};

use crate::records::{self, Record};

/// What a test has more than enough of, where time is not what it is about.
const TIME: Duration = Duration::from_secs(60);

/// A function and the AWS that it calls.
pub(crate) struct Stage {
    pub(crate) aws: ScriptedAws,
    pub(crate) function: Function,
}

impl Stage {
    /// Starts a function of an application; none, and a skip, if it was not built.
    pub(crate) fn start(application: &str, handler: &str) -> anyhow::Result<Option<Self>> {
        Self::with(application, handler, |_| {})
    }

    /// Starts a function after a change to how it is started.
    pub(crate) fn with(
        application: &str,
        handler: &str,
        change: impl FnOnce(&mut Command),
    ) -> anyhow::Result<Option<Self>> {
        let Some(suite) = Suite::prepared() else { return Ok(None) };
        let output = suite.output(application, Architecture::X86_64);
        let aws = ScriptedAws::start()?;
        let mut command = output.function(handler)?;
        command.env("AWS_ENDPOINT_URL", aws.endpoint());
        change(&mut command);
        Ok(Some(Self { aws, function: Function::start(&mut command)? }))
    }

    /// Delivers a batch; returns the position of the record from which on the mapping would
    /// deliver again.
    pub(crate) fn deliver(&self, records: &[Record]) -> anyhow::Result<Option<usize>> {
        Ok(self.deliver_within(TIME, records)?.0)
    }

    /// Delivers a batch with so much time for it; returns what was left of it, too.
    pub(crate) fn deliver_within(
        &self,
        time: Duration,
        records: &[Record],
    ) -> anyhow::Result<(Option<usize>, Done)> {
        let invocation = Invocation::new(&records::batch(records)).within(time);
        let done = self.function.invoke(&invocation)?;
        Ok((checkpoint(&done, records.len())?, done))
    }

    /// Delivers an event with that detail.
    pub(crate) fn event(&self, detail: &Value) -> anyhow::Result<Answer> {
        Ok(self.event_within(TIME, detail)?.answer)
    }

    /// Delivers an event with so much time for it.
    pub(crate) fn event_within(&self, time: Duration, detail: &Value) -> anyhow::Result<Done> {
        self.function.invoke(&Invocation::new(&envelope(detail)).within(time))
    }

    /// What was put on the bus, call by call: the entries, each with its detail read.
    pub(crate) fn put_events(&self) -> Vec<Vec<Entry>> {
        let calls = self.aws.inputs("PutEvents");
        calls.iter().map(|input| entries(&input["Entries"])).collect()
    }

    /// The orders that events were put on the bus for, call by call.
    pub(crate) fn orders(&self) -> Vec<Vec<i64>> {
        let order = |entry: &Entry| entry.detail["PedidoID"].as_i64().unwrap_or_default();
        self.put_events().iter().map(|call| call.iter().map(order).collect()).collect()
    }

    /// The log lines of a level.
    pub(crate) fn lines(&self, level: &str) -> Vec<Value> {
        self.function.log().into_iter().filter(|line| line["level"] == level).collect()
    }

    /// The text of all log lines of the level `ERROR`.
    pub(crate) fn errors(&self) -> String {
        self.lines("ERROR").iter().map(|line| format!("{line}\n")).collect()
    }
}

/// An entry of a PutEvents call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) detail_type: String,
    pub(crate) detail: Value,
    /// As EventBridge counts it, in bytes.
    pub(crate) size: usize,
}

fn entries(value: &Value) -> Vec<Entry> {
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
    let entries = value.as_array().into_iter().flatten();
    entries
        .map(|entry| {
            let detail = text(entry, "Detail");
            let detail_type = text(entry, "DetailType");
            let size = text(entry, "Source").len() + detail_type.len() + detail.len();
            Entry { detail_type, detail: serde_json::from_str(&detail).unwrap_or_default(), size }
        })
        .collect()
}

/// An event as EventBridge delivers it.
pub(crate) fn envelope(detail: &Value) -> Value {
    json!({
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "detail-type": "Novo Pedido Criado",
        "source": "ecommerce.pedidos",
        "account": "123456789012",
        "time": "2026-11-23T18:43:48Z",
        "region": "us-east-1",
        "resources": [],
        "detail": detail,
    })
}

/// The position of the one record that an answer names, read as strictly as Lambda reads it: an
/// empty or null identifier, or one of another batch, makes it deliver the whole batch again.
pub(crate) fn checkpoint(done: &Done, count: usize) -> anyhow::Result<Option<usize>> {
    let Answer::Response(answer) = &done.answer else { bail!("it failed: {:?}", done.answer) };
    let failures = answer["batchItemFailures"].as_array();
    let failures = failures.with_context(|| format!("no batchItemFailures in {answer}"))?;
    let [failure] = failures.as_slice() else {
        return if failures.is_empty() { Ok(None) } else { bail!("not one checkpoint: {answer}") };
    };
    let named = |position: &usize| {
        *failure == json!({ "itemIdentifier": records::sequence_number(*position) })
    };
    let position = (0..count).find(named);
    Ok(Some(position.with_context(|| format!("{failure} names no record of the batch"))?))
}
