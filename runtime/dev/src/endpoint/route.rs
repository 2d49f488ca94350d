//! Which service a request is for.

use http_body_util::Full;
use hyper::http::request::Parts;
use hyper::{Method, Response, body::Bytes};

use super::{
    Backend, call::Call, caller, dynamodb, eventbridge, failure::Failure, guard, json, kinesis,
    query, s3, sns, sqs, sts,
};

/// The namespace of errors that are no service's own.
const UNKNOWN: &str = "com.amazon.coral.service";

/// What the paths begin with that are not AWS's but ours: no bucket has such a name.
const OWN: &str = "/_esteira/";

/// Answers a request of the tool.
fn own(backend: &dyn Backend, head: &Parts) -> Response<Full<Bytes>> {
    let (status, body) = match (&head.method, head.uri.path()) {
        (&Method::POST, "/_esteira/redrive") => {
            let query = head.uri.query().unwrap_or_default().as_bytes();
            let mut query = form_urlencoded::parse(query);
            let handler = query.find(|(name, _)| name == "handler").map(|(_, value)| value);
            match backend.redrive(handler.as_deref()) {
                Ok(redriven) => (200, serde_json::json!(redriven).to_string()),
                Err(why) => (404, why),
            }
        }
        (method, path) => (404, format!("there is no {method} {path}")),
    };
    let mut response = Response::new(Full::from(body));
    *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or_default();
    response
}

/// Answers a request.
pub(super) async fn answer(
    backend: &dyn Backend,
    tokens: &dynamodb::Tokens,
    head: &Parts,
    body: Bytes,
) -> Response<Full<Bytes>> {
    let access_key = caller::access_key(head);
    let call = Call { backend, tokens, access_key: access_key.as_deref() };
    let id = request_id();
    let header = |name: &str| head.headers.get(name)?.to_str().ok();
    if head.uri.path().starts_with(OWN) {
        return own(backend, head);
    }
    if let Some(failure) = guard::refusal(head) {
        return json::respond("1.0", Err(failure), &id, UNKNOWN);
    }
    if let Some(target) = header("x-amz-target") {
        let version = header("content-type").map_or("1.0", |it| {
            if it.starts_with("application/x-amz-json-1.1") { "1.1" } else { "1.0" }
        });
        let (service, operation) = target.split_once('.').unwrap_or((target, ""));
        let (namespace, outcome) = match service {
            "DynamoDB_20120810" => {
                ("com.amazonaws.dynamodb.v20120810", dynamodb::answer(&call, operation, &body))
            }
            "Kinesis_20131202" => {
                ("com.amazonaws.kinesis", kinesis::answer(&call, operation, &body))
            }
            "AWSEvents" => {
                ("com.amazonaws.eventbridge", eventbridge::answer(&call, operation, &body))
            }
            "AmazonSQS" => {
                let host = header("host").unwrap_or_default();
                ("com.amazonaws.sqs", sqs::json::answer(&call, host, operation, &body).await)
            }
            other => (UNKNOWN, Err(unknown_service(other))),
        };
        return json::respond(version, outcome, &id, namespace);
    }
    let is_form = header("content-type")
        .is_some_and(|it| it.starts_with("application/x-www-form-urlencoded"));
    if head.method == Method::POST && is_form {
        let form = query::Form::read(&body);
        let action = form.get("Action").unwrap_or_default().to_owned();
        let (namespace, outcome) = match form.get("Version") {
            Some("2010-03-31") => (sns::NAMESPACE, sns::answer(&call, &action, &form)),
            Some("2012-11-05") => {
                let host = header("host").unwrap_or_default();
                (
                    sqs::NAMESPACE,
                    sqs::query::answer(&call, host, head.uri.path(), &action, &form).await,
                )
            }
            Some("2011-06-15") => (sts::NAMESPACE, sts::answer(&call, &action)),
            other => (sts::NAMESPACE, Err(unknown_service(other.unwrap_or("of no version")))),
        };
        return query::respond(namespace, &action, outcome, &id);
    }
    s3::answer(&call, head, body, &id)
}

/// Answers a request whose body could not be read, most likely as it is too large.
pub(super) fn unreadable(limit: usize) -> Response<Full<Bytes>> {
    let message = format!("the local endpoint reads requests of at most {limit} bytes");
    let failure = Failure::new("RequestEntityTooLarge", message).status(413);
    json::respond("1.0", Err(failure), &request_id(), UNKNOWN)
}

fn unknown_service(name: &str) -> Failure {
    Failure::new(
        "UnknownOperationException",
        format!(
            "the local endpoint does not serve {name}; it serves Kinesis, EventBridge, DynamoDB, SNS, SQS, S3 and STS"
        ),
    )
}

/// A new id of a request.
fn request_id() -> String {
    new_id().to_string()
}

/// A random id.
pub(super) fn new_id() -> uuid::Uuid {
    uuid::Builder::from_random_bytes(fastrand::u128(..).to_be_bytes()).into_uuid()
}
