//! AWS as a test wants it: every call that a function makes is recorded, and succeeds unless the
//! test says otherwise.
//!
//! It keeps nothing: no item that was put is there to be read. What a store has to remember, an
//! answer of the test remembers.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use hyper::body::Bytes;
use serde_json::{Map, Value};

use crate::http::{Answered, Asked, Server};

mod reply;

pub use reply::Reply;

/// A call that was made.
#[derive(Debug, Clone)]
pub struct Call {
    /// Such as `PutEvents`.
    pub operation: String,
    /// Its input: the document of a JSON protocol, the parameters of the query protocol.
    pub input: Value,
    /// The headers, their names in lower case.
    pub headers: HashMap<String, String>,
    /// When it had arrived.
    pub at: Instant,
}

/// An endpoint for all services that handles call. It listens until this is dropped.
pub struct ScriptedAws {
    server: Server,
    state: Arc<Mutex<State>>,
}

type Script = Box<dyn FnMut(&Call) -> Reply + Send>;

#[derive(Default)]
struct State {
    calls: Vec<Call>,
    next: HashMap<String, VecDeque<Reply>>,
    scripts: HashMap<String, Script>,
}

impl ScriptedAws {
    /// Starts one on a free port.
    ///
    /// # Errors
    ///
    /// It cannot listen.
    pub fn start() -> anyhow::Result<Self> {
        let state = Arc::<Mutex<State>>::default();
        let server = Server::start({
            let state = Arc::clone(&state);
            move |request| answer(Arc::clone(&state), request)
        })?;
        Ok(Self { server, state })
    }

    /// The value for `AWS_ENDPOINT_URL`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// Gives the next calls of an operation these answers, in this order.
    pub fn next(&self, operation: &str, replies: impl IntoIterator<Item = Reply>) {
        lock(&self.state).next.entry(operation.to_owned()).or_default().extend(replies);
    }

    /// Gives the calls of an operation, for which there is no [`next`](Self::next), the answer
    /// that the script makes of them.
    pub fn script(&self, operation: &str, script: impl FnMut(&Call) -> Reply + Send + 'static) {
        lock(&self.state).scripts.insert(operation.to_owned(), Box::new(script));
    }

    /// Every call until now, in the order of their arrival.
    pub fn calls(&self) -> Vec<Call> {
        lock(&self.state).calls.clone()
    }

    /// Every call since they were last taken, which are then forgotten.
    pub fn take_calls(&self) -> Vec<Call> {
        std::mem::take(&mut lock(&self.state).calls)
    }

    /// The inputs of all calls of an operation until now.
    pub fn inputs(&self, operation: &str) -> Vec<Value> {
        let calls = self.calls().into_iter().filter(|call| call.operation == operation);
        calls.map(|call| call.input).collect()
    }
}

impl fmt::Debug for ScriptedAws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptedAws").field("server", &self.server).finish_non_exhaustive()
    }
}

async fn answer(state: Arc<Mutex<State>>, request: Asked) -> Answered {
    let call = Call::read(&request);
    let mut reply = {
        let mut state = lock(&state);
        let next = state.next.get_mut(&call.operation).and_then(VecDeque::pop_front);
        let reply = next
            .or_else(|| state.scripts.get_mut(&call.operation).map(|script| script(&call)))
            .unwrap_or(Reply::Success);
        state.calls.push(call.clone());
        reply
    };
    while let Reply::After(wait, then) = reply {
        tokio::time::sleep(wait).await;
        reply = *then;
    }
    match reply {
        Reply::Close => None,
        Reply::Hang => std::future::pending().await,
        reply => Some(reply.response(&call)),
    }
}

impl Call {
    pub(crate) fn read(request: &Asked) -> Self {
        let headers: HashMap<String, String> = request
            .headers()
            .iter()
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        let (operation, input) = match headers.get("x-amz-target") {
            Some(target) => {
                let operation = target.rsplit('.').next().unwrap_or(target).to_owned();
                (operation, serde_json::from_slice(request.body()).unwrap_or_default())
            }
            None => query(request.body()),
        };
        Self { operation, input, headers, at: Instant::now() }
    }

    fn is_query(&self) -> bool {
        !self.headers.contains_key("x-amz-target")
    }
}

/// The query protocol: a form, with the operation as one of its parameters.
fn query(body: &Bytes) -> (String, Value) {
    let mut input: Map<String, Value> = form_urlencoded::parse(body)
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
        .collect();
    let operation = match input.remove("Action") {
        Some(Value::String(operation)) => operation,
        _ => String::new(),
    };
    (operation, Value::Object(input))
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
