//! One object.

use http_body_util::Full;
use hyper::{Response, body::Bytes};
use md5::{Digest, Md5};

use super::{Answer, S3, chunked, not_served};
use crate::endpoint::{
    backend::Object,
    failure::{Failure, Outcome},
    sqs::message::hexadecimal,
};

/// What an object is if nobody says.
const CONTENT_TYPE: &str = "binary/octet-stream";

const METADATA: &str = "x-amz-meta-";

/// The most bytes of a key.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html>
const KEY_BYTES: usize = 1024;

pub(super) fn put(request: &S3<'_>, body: Bytes) -> Outcome<Answer> {
    request.authorize("s3:PutObject")?;
    request.open()?;
    if request.header("x-amz-copy-source").is_some() {
        return Err(not_served("copying objects".into()));
    }
    if request.key.len() > KEY_BYTES {
        return Err(Failure::new("KeyTooLongError", "Your key is too long"));
    }
    let signed = request.header("x-amz-content-sha256").unwrap_or_default();
    let content = if signed.starts_with("STREAMING-") { chunked::content(&body)? } else { body };
    if request.header("if-none-match") == Some("*")
        && request.call.backend.object(&request.bucket, &request.key).is_some()
    {
        return Err(precondition());
    }
    let metadata = request
        .head
        .headers
        .iter()
        .filter_map(|(name, value)| {
            let name = name.as_str().strip_prefix(METADATA)?.to_owned();
            Some((name, value.to_str().ok()?.to_owned()))
        })
        .collect();
    let object = Object {
        content,
        content_type: request.header("content-type").unwrap_or(CONTENT_TYPE).to_owned(),
        metadata,
        modified: request.call.backend.now(),
    };
    let tag = tag(&object);
    request.call.backend.put_object(&request.bucket, &request.key, object);
    Ok(Response::builder().header("etag", tag).body(Full::default()).unwrap_or_default())
}

/// The object, or only what is said of it.
pub(super) fn get(request: &S3<'_>, with_content: bool) -> Outcome<Answer> {
    request.authorize("s3:GetObject")?;
    request.open()?;
    let Some(object) = request.call.backend.object(&request.bucket, &request.key) else {
        // Who may not list a bucket does not learn what is not in it.
        request.may("s3:ListBucket", &format!("arn:aws:s3:::{}", request.bucket))?;
        return Err(Failure::new("NoSuchKey", "The specified key does not exist.").status(404));
    };
    let tag = tag(&object);
    if request.header("if-match").is_some_and(|wanted| wanted != tag && wanted != "*") {
        return Err(precondition());
    }
    let mut response = Response::builder()
        .header("etag", &tag)
        .header("accept-ranges", "bytes")
        .header("content-type", &object.content_type)
        .header("last-modified", httpdate::fmt_http_date(object.modified));
    for (name, value) in &object.metadata {
        response = response.header(format!("{METADATA}{name}"), value);
    }
    if request.header("if-none-match").is_some_and(|known| known == tag) {
        return Ok(response.status(304).body(Full::default()).unwrap_or_default());
    }
    let whole = object.content.len();
    let content = match request.header("range").map(|text| range(text, whole)) {
        Some(Range::Part(from, to)) => {
            response = response
                .status(206)
                .header("content-range", format!("bytes {from}-{}/{whole}", to - 1));
            object.content.slice(from..to)
        }
        Some(Range::Beyond) => {
            let message = "The requested range is not satisfiable";
            return Err(Failure::new("InvalidRange", message).status(416));
        }
        // What is no range is as if it were not there.
        Some(Range::Unreadable) | None => object.content,
    };
    response = response.header("content-length", content.len());
    let body = if with_content { Full::new(content) } else { Full::default() };
    Ok(response.body(body).unwrap_or_default())
}

pub(super) fn delete(request: &S3<'_>) -> Outcome<Answer> {
    request.authorize("s3:DeleteObject")?;
    request.open()?;
    request.call.backend.delete_object(&request.bucket, &request.key);
    Ok(Response::builder().status(204).body(Full::default()).unwrap_or_default())
}

pub(super) fn head_bucket(request: &S3<'_>) -> Outcome<Answer> {
    request.authorize("s3:ListBucket")?;
    request.open()?;
    let region = request.call.place().region;
    let response = Response::builder().header("x-amz-bucket-region", region);
    Ok(response.body(Full::default()).unwrap_or_default())
}

/// The entity tag: the digest of the content, in quotes.
pub(super) fn tag(object: &Object) -> String {
    format!("\"{}\"", hexadecimal(&Md5::digest(&object.content)))
}

fn precondition() -> Failure {
    let message = "At least one of the pre-conditions you specified did not hold";
    Failure::new("PreconditionFailed", message).status(412)
}

#[derive(Debug, PartialEq)]
enum Range {
    /// From the first byte up to the second one, which is not part of it.
    Part(usize, usize),
    Beyond,
    Unreadable,
}

/// One range of bytes of a content of some length.
fn range(text: &str, whole: usize) -> Range {
    let parse = || {
        let (from, to) = text.strip_prefix("bytes=")?.split_once('-')?;
        Some(match (from, to) {
            ("", last) => (whole.saturating_sub(last.parse().ok()?), whole),
            (from, "") => (from.parse().ok()?, whole),
            (from, to) => (from.parse().ok()?, to.parse::<usize>().ok()?.checked_add(1)?),
        })
    };
    match parse() {
        None => Range::Unreadable,
        Some((from, to)) if from >= to && from < whole => Range::Unreadable,
        Some((from, _)) if from >= whole => Range::Beyond,
        Some((from, to)) => Range::Part(from, to.min(whole)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cut_to_the_content() {
        for (text, expected) in [
            ("bytes=0-3", Range::Part(0, 4)),
            ("bytes=2-", Range::Part(2, 10)),
            ("bytes=-4", Range::Part(6, 10)),
            ("bytes=-40", Range::Part(0, 10)),
            ("bytes=5-99", Range::Part(5, 10)),
            ("bytes=10-", Range::Beyond),
            ("bytes=-0", Range::Beyond),
            ("bytes=5-2", Range::Unreadable),
            ("bytes=0-18446744073709551615", Range::Unreadable),
            ("items=1-2", Range::Unreadable),
        ] {
            assert_eq!(range(text, 10), expected, "{text}");
        }
    }
}
