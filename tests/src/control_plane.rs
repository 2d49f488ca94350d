//! The control plane of the Database Migration Service, which ministack does not have.
//!
//! It answers what Terraform's provider asks: subnet groups, instances, endpoints, tasks and
//! serverless replications are created, read, changed, started, stopped and deleted. It is as
//! strict as AWS about what is required, about the values that an enumeration has, and about the
//! states in which something can be changed or deleted. No data is moved, everything is ready at
//! once, and what only AWS can know (roles, subnets, secrets, whether a connection works) is
//! taken to be right.
//!
//! <https://docs.aws.amazon.com/dms/latest/APIReference/Welcome.html>

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value, json};

use crate::http::{Answered, Asked, Server, response};
use account::Account;

mod account;
mod collection;
mod endpoints;
mod fault;
mod input;
mod instances;
mod mappings;
mod replications;
mod settings;
mod tasks;

/// The members of a JSON object.
type Object = Map<String, Value>;

/// What comes before the operation in the header that names it.
const TARGET: &str = "AmazonDMSv20160101.";

/// A call, and how it ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Such as `StartReplicationTask`.
    pub operation: String,
    /// What it was given.
    pub input: Value,
    /// The kind of error it was refused with, and why.
    pub refusal: Option<String>,
}

/// A control plane that listens on 127.0.0.1 until this is dropped.
pub struct ControlPlane {
    endpoint: String,
    /// Listens until it is dropped.
    _server: Server,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    account: Account,
    calls: Vec<Call>,
}

impl ControlPlane {
    /// Starts one, with nothing in it, on a free port.
    ///
    /// # Errors
    ///
    /// It cannot listen.
    pub fn start() -> anyhow::Result<Self> {
        let state = Arc::<Mutex<State>>::default();
        let server = Server::start({
            let state = Arc::clone(&state);
            move |request| std::future::ready(serve(&request, &state))
        })?;
        Ok(Self { endpoint: format!("http://{}", server.address()), _server: server, state })
    }

    /// Where it listens.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Every call until now, in order.
    pub fn calls(&self) -> Vec<Call> {
        lock(&self.state).calls.clone()
    }

    /// The tasks there are, as `DescribeReplicationTasks` tells them: among the members are
    /// `Status`, `TableMappings` and `ReplicationTaskSettings`.
    pub fn tasks(&self) -> Vec<Value> {
        lock(&self.state).account.tasks.all()
    }

    /// The serverless replications there are, as `DescribeReplicationConfigs` tells them, with
    /// their `Status`.
    pub fn replications(&self) -> Vec<Value> {
        lock(&self.state).account.configurations.all()
    }

    /// An endpoint, as `DescribeEndpoints` tells it.
    pub fn endpoint_of(&self, arn: &str) -> Option<Value> {
        let all = lock(&self.state).account.endpoints.all();
        all.into_iter().find(|it| it["EndpointArn"] == arn)
    }

    /// The identifiers of everything there is.
    pub fn identifiers(&self) -> Vec<String> {
        lock(&self.state).account.identifiers()
    }
}

impl fmt::Debug for ControlPlane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ControlPlane").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

fn lock(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(request: &Asked, state: &Mutex<State>) -> Answered {
    let target = request.headers().get("X-Amz-Target").and_then(|target| target.to_str().ok());
    let operation = target.and_then(|target| target.strip_prefix(TARGET)).unwrap_or_default();
    let (status, answer) = match serde_json::from_slice::<Object>(request.body()) {
        Ok(input) => lock(state).call(operation.to_owned(), input),
        Err(_) => (400, json!({ "__type": "SerializationException" })),
    };
    let headers = [("Content-Type", "application/x-amz-json-1.1")];
    Some(response(status, &headers, answer.to_string()))
}

impl State {
    fn call(&mut self, operation: String, input: Object) -> (u16, Value) {
        let (status, answer, refusal) = match self.account.call(&operation, &input) {
            Ok(answer) => (200, answer, None),
            Err(fault) => (400, fault.answer(), Some(fault.to_string())),
        };
        self.calls.push(Call { operation, input: Value::Object(input), refusal });
        (status, answer)
    }
}

#[cfg(test)]
mod tests;
