//! How the services say that credentials have expired, each in its protocol.

use http_body_util::Full;
use hyper::Response;
use hyper::body::Bytes;
use serde_json::json;

use crate::http::{Asked, response};

const SAID: &str = "The security token included in the request is expired";

/// The refusal of a call.
///
/// <https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html>
pub(super) fn answer(request: &Asked) -> Response<Full<Bytes>> {
    let header =
        |name: &str| request.headers().get(name).and_then(|it| it.to_str().ok()).unwrap_or("");
    if !header("x-amz-target").is_empty() {
        let body = json!({ "__type": "ExpiredTokenException", "message": SAID });
        return response(400, &[("Content-Type", "application/x-amz-json-1.1")], body.to_string());
    }
    let xml = |status, body: String| response(status, &[("Content-Type", "text/xml")], body);
    match service(header("authorization")) {
        "s3" => xml(
            400,
            "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message>\
             </Error>"
                .into(),
        ),
        "ec2" => xml(
            400,
            format!(
                "<Response><Errors><Error><Code>RequestExpired</Code><Message>{SAID}</Message>\
                 </Error></Errors><RequestID>0</RequestID></Response>"
            ),
        ),
        "lambda" => {
            let headers = [
                ("Content-Type", "application/json"),
                ("X-Amzn-ErrorType", "ExpiredTokenException"),
            ];
            response(403, &headers, json!({ "message": SAID }).to_string())
        }
        _ => xml(
            403,
            format!(
                "<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code>\
                 <Message>{SAID}</Message></Error><RequestId>0</RequestId></ErrorResponse>"
            ),
        ),
    }
}

/// The service in the scope of a signature: `Credential=KEY/DATE/REGION/SERVICE/aws4_request`.
fn service(authorization: &str) -> &str {
    authorization.split('/').nth(3).unwrap_or_default()
}
