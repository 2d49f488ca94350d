//! Who signed a request.

use hyper::http::request::Parts;

/// The access key id of a request's signature, in its header or, of a URL that was signed
/// beforehand, in its query. The signature itself is not looked at.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html>
pub(super) fn access_key(head: &Parts) -> Option<String> {
    in_header(head).or_else(|| in_query(head))
}

fn in_header(head: &Parts) -> Option<String> {
    let header = head.headers.get("authorization")?.to_str().ok()?;
    let (_, rest) = header.split_once("Credential=")?;
    key_of(rest)
}

fn in_query(head: &Parts) -> Option<String> {
    let query = head.uri.query()?.as_bytes();
    let (_, scope) = form_urlencoded::parse(query).find(|(name, _)| name == "X-Amz-Credential")?;
    key_of(&scope)
}

/// The first part of `key/date/region/service/aws4_request`.
fn key_of(scope: &str) -> Option<String> {
    let key = scope.split(['/', ',', ' ']).next()?;
    (!key.is_empty()).then(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use hyper::Request;

    use super::*;

    fn key(uri: &str, authorization: Option<&str>) -> Option<String> {
        let mut request = Request::builder().uri(uri);
        if let Some(authorization) = authorization {
            request = request.header("Authorization", authorization);
        }
        access_key(&request.body(()).expect("is a request").into_parts().0)
    }

    #[test]
    fn the_key_is_the_first_part_of_the_credential() {
        let header = "AWS4-HMAC-SHA256 Credential=AKIAX/20260102/sa-east-1/dynamodb/aws4_request, \
                      SignedHeaders=host, Signature=00";
        assert_eq!(key("/", Some(header)).as_deref(), Some("AKIAX"));
        let query = "/b/k?X-Amz-Credential=AKIAY%2F20260102%2Fsa-east-1%2Fs3%2Faws4_request";
        assert_eq!(key(query, None).as_deref(), Some("AKIAY"));
    }

    #[test]
    fn what_is_no_signature_has_no_key() {
        for header in [None, Some("Bearer x"), Some("AWS4-HMAC-SHA256 Credential=/x")] {
            assert_eq!(key("/?a=b", header), None, "{header:?}");
        }
    }
}
