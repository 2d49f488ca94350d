//! Requests that are nobody's on this machine, or in a protocol that is not spoken.

use hyper::http::request::Parts;

use super::failure::Failure;

/// Why a request is not looked at any further.
///
/// Who sends no signature is the developer and may do everything, so a web page that the developer
/// happens to look at must not be able to send anything: browsers say which page it is, and a page
/// that got at this address by another name cannot hide that name.
pub(super) fn refusal(head: &Parts) -> Option<Failure> {
    let header = |name: &str| head.headers.get(name)?.to_str().ok();
    if header("origin").is_some() {
        let message = "the local endpoint takes no requests from web pages";
        return Some(Failure::new("AccessDenied", message).status(403));
    }
    let host = header("host").unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |it| it.0);
    if !["127.0.0.1", "localhost"].contains(&name) {
        let message = format!(
            "the local endpoint is reached as 127.0.0.1 or localhost, not as `{name}`; a client of S3 puts the bucket into the path if it is told to (path style), and always for 127.0.0.1"
        );
        return Some(Failure::new("InvalidURI", message));
    }
    let content_type = header("content-type").unwrap_or_default();
    if content_type.contains("cbor") || header("smithy-protocol").is_some() {
        let message = format!(
            "the local endpoint does not speak `{content_type}`; have the client use JSON (for Kinesis in Java: AWS_CBOR_DISABLE=true)"
        );
        return Some(Failure::new("UnknownOperationException", message).status(415));
    }
    None
}
