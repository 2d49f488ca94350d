//! The Runtime API of Lambda, and as much of the Extensions API as a function itself asks for.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc as std_mpsc};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use hyper::Method;
use hyper::body::Bytes;
use serde_json::{Value, json};
use tokio::sync::{Mutex as AsyncMutex, mpsc};

use crate::http::{Answered, Asked, Server, response};

/// What is handed to a function: an event, and how long it may take.
#[derive(Debug, Clone)]
pub struct Invocation {
    event: Bytes,
    time: Duration,
    trace: String,
}

/// What a function answered to an invocation.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The handler returned this.
    Response(Value),
    /// The handler failed: `errorMessage` and `errorType`.
    Error(Value),
}

/// An answer, and what it took.
#[derive(Debug, Clone, PartialEq)]
pub struct Done {
    /// The answer.
    pub answer: Answer,
    /// From the hand-out of the event to the last byte of the answer.
    pub took: Duration,
    /// What was left of the function's time then.
    pub left: Duration,
}

/// An invocation that was handed over and is not answered yet.
#[derive(Debug)]
pub struct Pending {
    /// The id of the request, which the function's log lines name.
    pub id: String,
    pub(crate) done: std_mpsc::Receiver<Done>,
    pub(crate) time: Duration,
}

/// An endpoint that one function asks for its invocations.
#[derive(Debug)]
pub struct RuntimeApi {
    server: Server,
    queue: mpsc::UnboundedSender<Queued>,
    state: Arc<State>,
}

#[derive(Debug)]
struct Queued {
    id: String,
    invocation: Invocation,
    done: std_mpsc::Sender<Done>,
}

#[derive(Debug)]
struct State {
    queued: AsyncMutex<mpsc::UnboundedReceiver<Queued>>,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    count: u64,
    ready: Option<Instant>,
    running: HashMap<String, Running>,
    init_error: Option<Value>,
    extensions: Vec<String>,
    unknown: Vec<String>,
}

#[derive(Debug)]
struct Running {
    since: Instant,
    time: Duration,
    done: std_mpsc::Sender<Done>,
}

impl Invocation {
    /// An event, and a minute for it.
    pub fn new(event: &Value) -> Self {
        Self {
            event: Bytes::from(event.to_string()),
            time: Duration::from_secs(60),
            trace: "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1"
                .to_owned(),
        }
    }

    /// Sets how long the function has from the hand-out on.
    #[must_use]
    pub fn within(self, time: Duration) -> Self {
        Self { time, ..self }
    }

    /// Sets the trace header.
    #[must_use]
    pub fn traced(self, trace: &str) -> Self {
        Self { trace: trace.to_owned(), ..self }
    }
}

impl RuntimeApi {
    /// Starts one on a free port.
    ///
    /// # Errors
    ///
    /// It cannot listen.
    pub fn start() -> anyhow::Result<Self> {
        let (queue, queued) = mpsc::unbounded_channel();
        let state = Arc::new(State { queued: AsyncMutex::new(queued), seen: Mutex::default() });
        let server = Server::start({
            let state = Arc::clone(&state);
            move |request| serve(Arc::clone(&state), request)
        })?;
        Ok(Self { server, queue, state })
    }

    /// Where it listens, as `AWS_LAMBDA_RUNTIME_API` says it.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Hands an invocation over, as soon as the function asks for one.
    pub fn begin(&self, invocation: &Invocation) -> Pending {
        let id = {
            let mut seen = self.state.seen();
            seen.count += 1;
            format!("8476a536-e9f4-11e8-9739-{:012}", seen.count)
        };
        let (done, receiver) = std_mpsc::channel();
        let queued = Queued { id: id.clone(), invocation: invocation.clone(), done };
        // The other end lives as long as the state does.
        let _ = self.queue.send(queued);
        Pending { id, done: receiver, time: invocation.time }
    }

    /// When the function first asked for an invocation, which ends its start.
    pub fn ready(&self) -> Option<Instant> {
        self.state.seen().ready
    }

    /// What the function said of its failure to start.
    pub fn init_error(&self) -> Option<Value> {
        self.state.seen().init_error.clone()
    }

    /// The names of the extensions that registered.
    pub fn extensions(&self) -> Vec<String> {
        self.state.seen().extensions.clone()
    }

    /// What was asked for that the APIs do not have, or answered that nobody waits for.
    pub fn unknown(&self) -> Vec<String> {
        self.state.seen().unknown.clone()
    }
}

impl State {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn serve(state: Arc<State>, request: Asked) -> Answered {
    let path = request.uri().path();
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match (request.method(), segments.as_slice()) {
        (&Method::GET, ["2018-06-01", "runtime", "invocation", "next"]) => next(&state).await,
        (
            &Method::POST,
            ["2018-06-01", "runtime", "invocation", id, kind @ ("response" | "error")],
        ) => {
            let now = Instant::now();
            let Some(running) = state.seen().running.remove(*id) else {
                return unknown(&state, &request, 403);
            };
            let body = json_or_text(request.body());
            let answer =
                if *kind == "error" { Answer::Error(body) } else { Answer::Response(body) };
            let took = now - running.since;
            // Whoever handed it over may have stopped waiting.
            let _ =
                running.done.send(Done { answer, took, left: running.time.saturating_sub(took) });
            accepted()
        }
        (&Method::POST, ["2018-06-01", "runtime", "init", "error"]) => {
            state.seen().init_error = Some(json_or_text(request.body()));
            accepted()
        }
        (&Method::POST, ["2020-01-01", "extension", "register"]) => {
            let name = request.headers().get("Lambda-Extension-Name");
            let name = name.and_then(|it| it.to_str().ok()).unwrap_or_default();
            state.seen().extensions.push(name.to_owned());
            let function = json!({
                "functionName": "function", "functionVersion": "$LATEST", "handler": "bootstrap",
            });
            let id = ("Lambda-Extension-Identifier", "7a3b0f3e-51c2-4a4d-9d61-0c6f9f4a2b10");
            Some(response(200, &[id, JSON], function.to_string()))
        }
        // It subscribes to no event, so none ever comes.
        (&Method::GET, ["2020-01-01", "extension", "event", "next"]) => {
            std::future::pending().await
        }
        _ => unknown(&state, &request, 404),
    }
}

const JSON: (&str, &str) = ("Content-Type", "application/json");

async fn next(state: &State) -> Answered {
    state.seen().ready.get_or_insert_with(Instant::now);
    // Unanswered while there is none, as in Lambda.
    let Queued { id, invocation, done } = state.queued.lock().await.recv().await?;
    let Invocation { event, time, trace } = invocation;
    let deadline = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default() + time;
    let answer = response(
        200,
        &[
            JSON,
            ("Lambda-Runtime-Aws-Request-Id", &id),
            ("Lambda-Runtime-Deadline-Ms", &deadline.as_millis().to_string()),
            (
                "Lambda-Runtime-Invoked-Function-Arn",
                "arn:aws:lambda:us-east-1:123456789012:function:function",
            ),
            ("Lambda-Runtime-Trace-Id", &trace),
        ],
        event,
    );
    state.seen().running.insert(id, Running { since: Instant::now(), time, done });
    Some(answer)
}

fn accepted() -> Answered {
    Some(response(202, &[JSON], r#"{"status":"OK"}"#))
}

fn unknown(state: &State, request: &Asked, status: u16) -> Answered {
    let body = String::from_utf8_lossy(request.body());
    state.seen().unknown.push(format!("{} {}: {body}", request.method(), request.uri().path()));
    Some(response(status, &[JSON], r#"{"errorType":"Unknown","errorMessage":"no such thing"}"#))
}

fn json_or_text(body: &Bytes) -> Value {
    serde_json::from_slice(body)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(body).into_owned()))
}

#[cfg(test)]
mod tests;
