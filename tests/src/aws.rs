//! A client of AWS that is just large enough for the tests, over plain HTTP.
//!
//! Requests name the emulator's root key and are signed with nothing, which it accepts for that
//! key alone. The calls of the functions under test are signed and checked.

use std::time::Duration;

use anyhow::{Context, bail, ensure};
use base64::Engine;
use base64::prelude::BASE64_STANDARD as BASE64;
use serde_json::{Value, json};

mod dynamodb;
mod events;
mod iam;
mod inventory;
mod logs;
mod messaging;

pub use dynamodb::Item;
pub use events::Event;
pub use logs::Invocation;

/// A client of the emulator.
#[derive(Debug, Clone)]
pub struct Aws {
    endpoint: String,
    agent: ureq::Agent,
}

impl Aws {
    /// A client of what listens at this address.
    pub fn new(endpoint: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(60)))
            .http_status_as_error(false)
            // A proxy would never find 127.0.0.1.
            .proxy(None);
        Self { endpoint: endpoint.to_owned(), agent: config.build().new_agent() }
    }

    /// Whether the emulator answers.
    pub fn healthy(&self) -> bool {
        let url = format!("{}/_ministack/health", self.endpoint);
        self.agent.get(url).call().is_ok_and(|response| response.status().is_success())
    }

    /// Calls an operation of the JSON protocol.
    ///
    /// # Errors
    ///
    /// The service refuses the call; its answer is the message.
    pub fn json(&self, service: &str, target: &str, body: &Value) -> anyhow::Result<Value> {
        let request = self
            .agent
            .post(&self.endpoint)
            .header("Authorization", authorization(service))
            .header("Content-Type", "application/x-amz-json-1.1")
            .header("X-Amz-Target", target);
        let text = answer(target, request.send(body.to_string()))?;
        parse(target, &text)
    }

    /// Calls an operation of the query protocol; the answer is XML.
    ///
    /// # Errors
    ///
    /// The service refuses the call; its answer is the message.
    pub fn query(
        &self,
        service: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> anyhow::Result<String> {
        let request =
            self.agent.post(&self.endpoint).header("Authorization", authorization(service));
        let form = [("Action", action)].into_iter().chain(parameters.iter().copied());
        answer(action, request.send_form(form))
    }

    /// Whether the emulator knows a function, and if so its configuration.
    ///
    /// # Errors
    ///
    /// The answer cannot be understood.
    pub fn function(&self, name: &str) -> anyhow::Result<Value> {
        let path = format!("/2015-03-31/functions/{name}/configuration");
        let request = self.agent.get(format!("{}{path}", self.endpoint));
        let text = answer(&path, request.header("Authorization", authorization("lambda")).call())?;
        parse(&path, &text)
    }

    /// The names of all that an application without a network has and a destroyed one must not.
    ///
    /// # Errors
    ///
    /// An answer cannot be understood.
    pub fn remains(&self) -> anyhow::Result<Vec<String>> {
        let all = [
            self.tables()?,
            self.streams()?,
            self.functions()?,
            self.buses()?,
            self.roles()?,
            self.log_groups()?,
        ];
        Ok(all.concat())
    }

    /// The names of all functions.
    ///
    /// # Errors
    ///
    /// The answer cannot be understood.
    pub fn functions(&self) -> anyhow::Result<Vec<String>> {
        let path = "/2015-03-31/functions/";
        let request = self.agent.get(format!("{}{path}", self.endpoint));
        let text = answer(path, request.header("Authorization", authorization("lambda")).call())?;
        let functions = parse(path, &text)?;
        let functions = functions["Functions"].as_array().context("no Functions")?;
        Ok(functions
            .iter()
            .filter_map(|it| it["FunctionName"].as_str())
            .map(str::to_owned)
            .collect())
    }

    /// Puts records on a stream. Those with the same partition key keep their order.
    ///
    /// # Errors
    ///
    /// The stream does not take all of them.
    pub fn put_records(
        &self,
        stream: &str,
        records: &[Value],
        partition_key: impl Fn(&Value) -> String,
    ) -> anyhow::Result<()> {
        for records in records.chunks(500) {
            let records: Vec<Value> = records
                .iter()
                .map(|it| {
                    let data = BASE64.encode(it.to_string());
                    json!({ "Data": data, "PartitionKey": partition_key(it) })
                })
                .collect();
            let body = json!({ "StreamName": stream, "Records": records });
            let answer = self.json("kinesis", "Kinesis_20131202.PutRecords", &body)?;
            ensure!(answer["FailedRecordCount"] == 0, "PutRecords: {answer}");
        }
        Ok(())
    }

    /// The names of all streams.
    ///
    /// # Errors
    ///
    /// The answer cannot be understood.
    pub fn streams(&self) -> anyhow::Result<Vec<String>> {
        let answer = self.json("kinesis", "Kinesis_20131202.ListStreams", &json!({}))?;
        strings(&answer["StreamNames"])
    }
}

fn authorization(service: &str) -> String {
    let scope = format!("20260101/{}/{service}/aws4_request", crate::emulator::REGION);
    format!("AWS4-HMAC-SHA256 Credential=test/{scope}, SignedHeaders=host, Signature=none")
}

fn answer(
    what: &str,
    sent: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> anyhow::Result<String> {
    let mut response = sent.with_context(|| what.to_owned())?;
    let text = response.body_mut().read_to_string().with_context(|| what.to_owned())?;
    match response.status().is_success() {
        true => Ok(text),
        false => bail!("{what}: {} {text}", response.status()),
    }
}

fn parse(what: &str, text: &str) -> anyhow::Result<Value> {
    if text.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(text).with_context(|| format!("{what}: {text}"))
}

fn strings(value: &Value) -> anyhow::Result<Vec<String>> {
    let all = value.as_array().with_context(|| format!("no list: {value}"))?;
    Ok(all.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// The texts of all elements of that name in an answer of the query protocol.
fn elements<'a>(xml: &'a str, name: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    xml.split(open.as_str())
        .skip(1)
        .filter_map(|rest| rest.split_once(close.as_str()))
        .map(|(text, _)| text)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_by_name() {
        assert_eq!(elements("<a><b>1</b><c/><b>2</b></a>", "b"), ["1", "2"]);
    }
}
