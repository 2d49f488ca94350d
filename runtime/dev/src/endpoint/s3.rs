//! S3: objects, in the style that has the bucket in the path.

use http_body_util::Full;
use hyper::http::request::Parts;
use hyper::{Method, Response, body::Bytes};

use super::{
    call::Call,
    failure::{Failure, Outcome},
    xml::Xml,
};

mod chunked;
mod list;
mod object;

const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// What a call is answered when it is carried out.
type Answer = Response<Full<Bytes>>;

/// Parameters that make another operation of a request; none of them is served.
/// `x-id` only repeats the operation's name.
const OTHER_OPERATIONS: &[&str] = &[
    "acl",
    "attributes",
    "cors",
    "delete",
    "encryption",
    "lifecycle",
    "legal-hold",
    "logging",
    "notification",
    "object-lock",
    "partNumber",
    "policy",
    "replication",
    "restore",
    "retention",
    "select",
    "tagging",
    "torrent",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
    "versions",
    "website",
];

/// A request to S3.
struct S3<'a> {
    call: &'a Call<'a>,
    head: &'a Parts,
    bucket: String,
    key: String,
    query: Vec<(String, String)>,
}

impl S3<'_> {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name)?.to_str().ok()
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    /// Fails unless the caller may do it with the object, or the bucket if there is no key.
    fn authorize(&self, action: &str) -> Outcome<()> {
        let resource = match self.key.as_str() {
            "" => format!("arn:aws:s3:::{}", self.bucket),
            key => format!("arn:aws:s3:::{}/{key}", self.bucket),
        };
        self.may(action, &resource)
    }

    fn may(&self, action: &str, resource: &str) -> Outcome<()> {
        self.call
            .authorize(action, resource)
            .map_err(|failure| Failure { code: "AccessDenied".into(), ..failure }.status(403))
    }

    /// Fails unless the bucket exists.
    fn open(&self) -> Outcome<()> {
        if self.call.backend.buckets().contains(&self.bucket) {
            Ok(())
        } else {
            let message = "The specified bucket does not exist";
            Err(Failure::new("NoSuchBucket", message).status(404))
        }
    }

    fn answer(&self, body: Bytes) -> Outcome<Answer> {
        if let Some(name) = OTHER_OPERATIONS.iter().find(|name| self.parameter(name).is_some()) {
            return Err(not_served(format!("{} with `{name}`", self.head.method)));
        }
        let on_object = !self.key.is_empty();
        match (&self.head.method, on_object) {
            (&Method::GET, false) if self.bucket.is_empty() => list::buckets(self),
            (&Method::GET, false) => list::objects(self),
            (&Method::HEAD, false) => object::head_bucket(self),
            (&Method::PUT, true) => object::put(self, body),
            (&Method::GET, true) => object::get(self, true),
            (&Method::HEAD, true) => object::get(self, false),
            (&Method::DELETE, true) => object::delete(self),
            (method, true) => Err(not_served(format!("{method} of an object"))),
            (method, false) => Err(not_served(format!("{method} of a bucket"))),
        }
    }
}

/// Answers a call.
pub(super) fn answer(call: &Call<'_>, head: &Parts, body: Bytes, request_id: &str) -> Answer {
    let outcome = read(call, head).and_then(|request| request.answer(body));
    let mut response = outcome.unwrap_or_else(|failure| {
        let error = Xml::new()
            .text("Code", failure.code)
            .text("Message", failure.message)
            .text("Resource", head.uri.path())
            .text("RequestId", request_id);
        let text = Xml::document().element("Error", error).finish();
        // An answer to HEAD has no body, and hyper knows.
        Response::builder()
            .status(failure.status)
            .header("content-type", "application/xml")
            .body(Full::new(text.into()))
            .unwrap_or_default()
    });
    if let Ok(id) = request_id.parse() {
        response.headers_mut().insert("x-amz-request-id", id);
    }
    response
}

fn read<'a>(call: &'a Call<'a>, head: &'a Parts) -> Outcome<S3<'a>> {
    let path = percent_encoding::percent_decode_str(head.uri.path().trim_start_matches('/'));
    let path = path
        .decode_utf8()
        .map_err(|_| Failure::new("InvalidURI", "Couldn't parse the specified URI."))?;
    let (bucket, key) = path.split_once('/').unwrap_or((&path, ""));
    let query = head.uri.query().unwrap_or_default().as_bytes();
    Ok(S3 {
        call,
        head,
        bucket: bucket.to_owned(),
        key: key.to_owned(),
        query: form_urlencoded::parse(query).into_owned().collect(),
    })
}

fn not_served(what: String) -> Failure {
    let message = format!(
        "the local endpoint does not serve {what}; it puts, gets, heads, deletes and lists objects"
    );
    Failure::new("NotImplemented", message).status(501)
}

/// An answer that is XML.
fn document(name: &str, inner: Xml) -> Answer {
    let text = Xml::document().element_in(name, NAMESPACE, inner).finish();
    Response::builder()
        .header("content-type", "application/xml")
        .body(Full::new(text.into()))
        .unwrap_or_default()
}
