//! What stands between a function and the emulator: it hands every call on as it came, and keeps
//! what the call was.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use hyper::body::Bytes;
use serde_json::Value;

use crate::http::{Asked, Server, response};
use crate::scripted::Call;

/// An endpoint in front of another one. It listens until this is dropped.
#[derive(Debug)]
pub struct Recorder {
    server: Server,
    calls: Arc<Mutex<Vec<Call>>>,
}

/// What describes the body of a request or an answer; the rest is a matter of one connection.
const HEADERS: [&str; 6] = [
    "authorization",
    "content-type",
    "x-amz-crc32",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-target",
];

impl Recorder {
    /// Starts one on a free port.
    ///
    /// # Errors
    ///
    /// It cannot listen.
    pub fn start(endpoint: &str) -> anyhow::Result<Self> {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(60)))
            .http_status_as_error(false)
            // A proxy would never find 127.0.0.1.
            .proxy(None);
        let agent = config.build().new_agent();
        let calls = Arc::<Mutex<Vec<Call>>>::default();
        let server = Server::start({
            let (calls, endpoint) = (Arc::clone(&calls), endpoint.to_owned());
            move |request| {
                let call = Call::read(&request);
                calls.lock().unwrap_or_else(PoisonError::into_inner).push(call);
                let (agent, endpoint) = (agent.clone(), endpoint.clone());
                async move {
                    // What fails closes the connection, as if there were no recorder.
                    let handed = move || hand_on(&agent, &endpoint, request).ok();
                    tokio::task::spawn_blocking(handed).await.ok().flatten()
                }
            }
        })?;
        Ok(Self { server, calls })
    }

    /// The value for `AWS_ENDPOINT_URL`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// Every call until now, in the order of their arrival.
    pub fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn hand_on(
    agent: &ureq::Agent,
    endpoint: &str,
    request: Asked,
) -> anyhow::Result<hyper::Response<http_body_util::Full<Bytes>>> {
    let mut sent = agent.post(format!("{endpoint}{}", request.uri().path()));
    for name in HEADERS {
        if let Some(value) = request.headers().get(name) {
            sent = sent.header(name, value.to_str()?);
        }
    }
    let mut answer = sent.send(&request.body()[..])?;
    let headers: Vec<(&str, String)> = HEADERS
        .iter()
        .filter_map(|name| Some((*name, answer.headers().get(*name)?.to_str().ok()?.to_owned())))
        .collect();
    let status = answer.status().as_u16();
    let body = answer.body_mut().with_config().limit(64 << 20).read_to_vec()?;
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Ok(response(status, &headers, body))
}

impl Call {
    /// The permissions that AWS asks for: an action by its IAM name, and what it is done to. That
    /// is the name of a table, the ARN of a topic, or `source/detail-type` of an event.
    ///
    /// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html>
    pub fn permissions(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let elements = |value: &Value| value.as_array().cloned().unwrap_or_default();
        match self.operation.as_str() {
            "TransactWriteItems" => elements(&self.input["TransactItems"])
                .iter()
                .flat_map(|item| item.as_object().cloned().unwrap_or_default())
                .map(|(kind, write)| (format!("dynamodb:{kind}Item"), text(&write["TableName"])))
                .collect(),
            "PutEvents" => elements(&self.input["Entries"])
                .iter()
                .map(|entry| {
                    let (source, kind) = (text(&entry["Source"]), text(&entry["DetailType"]));
                    ("events:PutEvents".to_owned(), format!("{source}/{kind}"))
                })
                .collect(),
            "Publish" => vec![("sns:Publish".to_owned(), text(&self.input["TopicArn"]))],
            other => vec![(format!("dynamodb:{other}"), text(&self.input["TableName"]))],
        }
    }
}
