//! The Runtime API of Lambda, as far as one invocation needs it.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, bail};
use esteira_xtask::tools::process::Guard;
use serde_json::Value;
use tiny_http::{Header, Method, Request, Response, Server};

const REQUEST_ID: &str = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";

/// What a function answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The handler returned this.
    Response(Value),
    /// The handler failed.
    Error(Value),
    /// The function did not get as far as taking the invocation.
    InitError(Value),
}

/// Starts a function with one event and returns its answer; the function is then ended.
///
/// `command` starts the function; the variables that Lambda always sets are added.
///
/// # Errors
///
/// It cannot be started, ends by itself, or does not answer in time.
pub fn invoke(command: &mut Command, event: &Value, limit: Duration) -> anyhow::Result<Answer> {
    let end = Instant::now() + limit;
    let server =
        Server::http("127.0.0.1:0").map_err(|error| anyhow::anyhow!("no server: {error}"))?;
    let address = server.server_addr().to_string();
    let child = command
        .env("AWS_LAMBDA_RUNTIME_API", address)
        .env("AWS_LAMBDA_FUNCTION_NAME", "function")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .stdin(Stdio::null())
        .spawn()
        .context("the function cannot be started")?;
    let mut child = Guard(child);
    let mut taken = false;
    // A request for a second invocation stays unanswered, as in Lambda when there is none.
    let mut waiting = Vec::new();
    loop {
        if let Some(status) = child.0.try_wait()? {
            bail!("the function ended by itself with {status}");
        }
        if Instant::now() > end {
            bail!("the function did not answer within {limit:?}, invocation taken: {taken}");
        }
        let Some(mut request) = server.recv_timeout(Duration::from_millis(100))? else { continue };
        let path = request.url().trim_start_matches("/2018-06-01/runtime").to_owned();
        match (request.method(), path.as_str()) {
            (Method::Get, "/invocation/next") if !taken => {
                request.respond(invocation(event, limit)?)?;
                taken = true;
            }
            (Method::Get, "/invocation/next") => waiting.push(request),
            (Method::Post, "/init/error") => return Ok(Answer::InitError(accept(request)?)),
            (Method::Post, path) if path.ends_with("/error") => {
                return Ok(Answer::Error(accept(request)?));
            }
            (Method::Post, path) if path == format!("/invocation/{REQUEST_ID}/response") => {
                return Ok(Answer::Response(accept(request)?));
            }
            (method, path) => {
                let what = format!("{method} {path}");
                let mut body = String::new();
                request.as_reader().read_to_string(&mut body)?;
                bail!("the function asked for {what}, which the Runtime API does not have: {body}");
            }
        }
    }
}

fn invocation(
    event: &Value,
    limit: Duration,
) -> anyhow::Result<Response<std::io::Cursor<Vec<u8>>>> {
    let deadline = (SystemTime::now().duration_since(UNIX_EPOCH)? + limit).as_millis().to_string();
    let headers = [
        ("Content-Type", "application/json"),
        ("Lambda-Runtime-Aws-Request-Id", REQUEST_ID),
        ("Lambda-Runtime-Deadline-Ms", &deadline),
        (
            "Lambda-Runtime-Invoked-Function-Arn",
            "arn:aws:lambda:us-east-1:123456789012:function:function",
        ),
        (
            "Lambda-Runtime-Trace-Id",
            "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1",
        ),
    ];
    let mut response = Response::from_string(event.to_string());
    for (name, value) in headers {
        let header =
            Header::from_bytes(name, value).map_err(|()| anyhow::anyhow!("header {name}"))?;
        response.add_header(header);
    }
    Ok(response)
}

fn accept(mut request: Request) -> anyhow::Result<Value> {
    let mut body = String::new();
    request.as_reader().read_to_string(&mut body)?;
    request.respond(Response::from_string("{\"status\":\"OK\"}").with_status_code(202))?;
    if body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_str(&body)
        .with_context(|| format!("the function answered with no JSON: {body}"))
}
