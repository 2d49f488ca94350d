//! The Runtime API of one instance, and as much of the Extensions API as our runtime asks for.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    time::{SystemTime, UNIX_EPOCH},
};

use esteira::engine::Failure;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header::HeaderValue,
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    sync::{mpsc, oneshot},
    task::{JoinHandle, JoinSet},
};

use super::{failure, instance::Work};

/// The most bytes of an answer.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const MOST_BYTES: usize = 6 * 1024 * 1024;

const FUNCTION_ERROR_TYPE: &str = "Lambda-Runtime-Function-Error-Type";
/// `HeaderMap` wants what it inserts in small letters.
const EXTENSION_ID: &str = "lambda-extension-identifier";

/// What an instance says of itself.
pub(super) enum Said {
    /// It wants an invocation.
    Asks(oneshot::Sender<Work>),
    /// What an invocation came to, by its id; whether it is the one under way is told back.
    Answered(String, Result<Vec<u8>, Failure>, oneshot::Sender<bool>),
    /// It cannot start.
    Broken(Failure),
}

/// Where an instance asks for its invocations.
pub(super) struct Api {
    pub(super) address: SocketAddr,
    pub(super) said: mpsc::Receiver<Said>,
    server: JoinHandle<()>,
}

impl Api {
    /// # Errors
    ///
    /// No port is free.
    pub(super) async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (say, said) = mpsc::channel(8);
        let server = tokio::spawn(listen(listener, say));
        Ok(Self { address, said, server })
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn listen(listener: TcpListener, say: mpsc::Sender<Said>) {
    // They end with it.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                let say = say.clone();
                let service = service_fn(move |request| {
                    let say = say.clone();
                    async move { Ok::<_, hyper::Error>(serve(&say, request).await) }
                });
                let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                connections.spawn(connection);
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve(say: &mpsc::Sender<Said>, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let segments: Vec<&str> = head.uri.path().trim_start_matches('/').split('/').collect();
    let kind = head.headers.get(FUNCTION_ERROR_TYPE).and_then(|kind| kind.to_str().ok());
    let body = async || Limited::new(body, MOST_BYTES).collect().await.ok().map(|it| it.to_bytes());
    match (&head.method, segments.as_slice()) {
        (&Method::GET, ["2018-06-01", "runtime", "invocation", "next"]) => next(say).await,
        (&Method::POST, ["2018-06-01", "runtime", "invocation", id, "response"]) => {
            let Some(body) = body().await else {
                let message = format!("the answer has more than {MOST_BYTES} bytes");
                let failed = failure("Function.ResponseSizeTooLarge", message);
                answered(say, id, Err(failed)).await;
                return refused(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge");
            };
            accepted(answered(say, id, Ok(body.to_vec())).await)
        }
        (&Method::POST, ["2018-06-01", "runtime", "invocation", id, "error"]) => {
            let failed = failed(kind, &body().await.unwrap_or_default());
            accepted(answered(say, id, Err(failed)).await)
        }
        (&Method::POST, ["2018-06-01", "runtime", "init", "error"]) => {
            let failed = failed(kind, &body().await.unwrap_or_default());
            accepted(say.send(Said::Broken(failed)).await.is_ok())
        }
        (&Method::POST, ["2020-01-01", "extension", "register"]) => {
            let function = json!({ "functionVersion": "$LATEST", "handler": "bootstrap" });
            let mut answer = response(StatusCode::OK, &function);
            if let Ok(id) = super::new_id().parse() {
                answer.headers_mut().insert(EXTENSION_ID, id);
            }
            answer
        }
        // It is told by a signal, and subscribes to nothing.
        (&Method::GET, ["2020-01-01", "extension", "event", "next"]) => {
            std::future::pending().await
        }
        _ => refused(StatusCode::NOT_FOUND, "NotFound"),
    }
}

/// Unanswered while there is no invocation, as on Lambda.
async fn next(say: &mpsc::Sender<Said>) -> Response<Full<Bytes>> {
    let (ask, work) = oneshot::channel();
    let asked = say.send(Said::Asks(ask)).await;
    let (Ok(()), Ok(work)) = (asked, work.await) else {
        return refused(StatusCode::INTERNAL_SERVER_ERROR, "Ended");
    };
    let Work { id, arn, payload, trace, timeout } = work;
    let deadline = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default() + timeout;
    // A trace comes from whoever published the event, and may be no header.
    let trace = trace.and_then(|trace| HeaderValue::from_str(&trace).ok());
    let built = Response::builder()
        .header("Content-Type", "application/json")
        .header("Lambda-Runtime-Aws-Request-Id", id)
        .header("Lambda-Runtime-Deadline-Ms", deadline.as_millis().to_string())
        .header("Lambda-Runtime-Invoked-Function-Arn", &*arn)
        .header("Lambda-Runtime-Trace-Id", trace.unwrap_or(HeaderValue::from_static("")))
        .body(Full::new(payload.into()));
    built.unwrap_or_else(|_| refused(StatusCode::INTERNAL_SERVER_ERROR, "InvalidName"))
}

async fn answered(say: &mpsc::Sender<Said>, id: &str, answer: Result<Vec<u8>, Failure>) -> bool {
    let (tell, told) = oneshot::channel();
    let said = say.send(Said::Answered(id.to_owned(), answer, tell)).await;
    said.is_ok() && told.await.unwrap_or(false)
}

/// What the function says of its failure.
fn failed(kind: Option<&str>, body: &[u8]) -> Failure {
    let said = serde_json::from_slice::<Value>(body).unwrap_or_default();
    let text = |key: &str| said[key].as_str().map(str::to_owned);
    let kind = text("errorType").or(kind.map(str::to_owned));
    let message = text("errorMessage");
    Failure {
        kind: kind.unwrap_or_else(|| "Unhandled".into()),
        message: message.unwrap_or_else(|| String::from_utf8_lossy(body).into_owned()),
    }
}

fn accepted(known: bool) -> Response<Full<Bytes>> {
    match known {
        true => response(StatusCode::ACCEPTED, &json!({ "status": "OK" })),
        false => refused(StatusCode::BAD_REQUEST, "InvalidRequestID"),
    }
}

fn refused(status: StatusCode, kind: &str) -> Response<Full<Bytes>> {
    let message = status.canonical_reason().unwrap_or_default();
    response(status, &json!({ "errorType": kind, "errorMessage": message }))
}

fn response(status: StatusCode, body: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.to_string().into()));
    *response.status_mut() = status;
    response
}
