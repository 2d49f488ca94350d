//! A running endpoint and a client without an SDK.

use std::sync::Arc;

use esteira_dev::endpoint::{
    Endpoint,
    backend::{KeyPart, KeySchema, KeyType},
    local::Local,
};
use serde_json::{Value, json};

/// An access key that may do little.
pub(crate) const LIMITED: &str = "AKIALIMITED";

/// Who has it.
pub(crate) const ROLE: &str = "arn:aws:sts::123456789012:assumed-role/loja/loja";

/// An endpoint with one resource of each kind.
pub(crate) struct Stage {
    pub(crate) local: Arc<Local>,
    pub(crate) url: String,
    agent: ureq::Agent,
    endpoint: Option<Endpoint>,
    // Behind the endpoint, which stops on it.
    runtime: tokio::runtime::Runtime,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: ureq::http::HeaderMap,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or_default()
    }
}

pub(crate) fn local() -> Local {
    let part = |name: &str, kind| KeyPart { name: name.into(), kind };
    let with_sort = KeySchema {
        partition: part("loja", KeyType::Text),
        sort: Some(part("n", KeyType::Number)),
    };
    Local::new()
        .stream("Pedidos", 2)
        .bus("Loja")
        .table("Estoque", with_sort)
        .table("Produtos", KeySchema { partition: part("id", KeyType::Text), sort: None })
        .topic("Avisos")
        .topic("Fila.fifo")
        .queue("Falhas")
        .bucket("falhas")
        .grant(
            LIMITED,
            ROLE,
            "dynamodb:GetItem",
            "arn:aws:dynamodb:us-east-1:123456789012:table/Produtos",
        )
        .grant(LIMITED, ROLE, "s3:GetObject", "arn:aws:s3:::falhas/a")
}

impl Stage {
    pub(crate) fn new() -> Self {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let local = Arc::new(local());
        let endpoint = runtime.block_on(Endpoint::start(local.clone(), 0)).expect("an endpoint");
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let url = endpoint.url();
        Self { local, url, agent, endpoint: Some(endpoint), runtime }
    }

    /// Stops the endpoint.
    pub(crate) fn stop(&mut self) {
        if let Some(endpoint) = self.endpoint.take() {
            self.runtime.block_on(endpoint.stop());
        }
    }

    /// Sends a request whose signature has this access key.
    pub(crate) fn send_as(
        &self,
        access_key: Option<&str>,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Reply {
        let mut request =
            ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.url));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(key) = access_key {
            let credential = format!(
                "AWS4-HMAC-SHA256 Credential={key}/20260102/us-east-1/x/aws4_request, SignedHeaders=host, Signature=0"
            );
            request = request.header("Authorization", credential);
        }
        let request = request.body(body.to_vec()).expect("is a request");
        let mut response = self.agent.run(request).expect("the endpoint answers");
        Reply {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response
                .body_mut()
                .with_config()
                .limit(64 << 20)
                .read_to_string()
                .expect("is text"),
        }
    }

    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Reply {
        self.send_as(None, method, path, headers, body)
    }

    /// Calls an operation of a service that speaks JSON.
    pub(crate) fn json_as(&self, access_key: Option<&str>, target: &str, body: &Value) -> Reply {
        let headers = [("X-Amz-Target", target), ("Content-Type", "application/x-amz-json-1.0")];
        self.send_as(access_key, "POST", "/", &headers, body.to_string().as_bytes())
    }

    /// The answer to a call, which has to be one.
    #[track_caller]
    pub(crate) fn ok(&self, target: &str, body: Value) -> Value {
        let reply = self.json_as(None, target, &body);
        assert_eq!(reply.status, 200, "{target}: {reply:?}");
        reply.json()
    }

    /// The code and the message of the error that a call is answered with.
    #[track_caller]
    pub(crate) fn error(&self, target: &str, body: Value) -> (String, String) {
        let reply = self.json_as(None, target, &body);
        assert_eq!(reply.status, 400, "{target}: {reply:?}");
        error_of(&reply.json())
    }

    /// Calls an operation of a service that takes forms.
    pub(crate) fn form_as(
        &self,
        access_key: Option<&str>,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers = [("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")];
        self.send_as(access_key, "POST", path, &headers, body.as_bytes())
    }
}

/// Code and message of an error.
pub(crate) fn error_of(body: &Value) -> (String, String) {
    let kind = body["__type"].as_str().unwrap_or_default();
    let code = kind.rsplit('#').next().unwrap_or_default();
    (code.to_owned(), body["message"].as_str().unwrap_or_default().to_owned())
}

/// The text of the first element with a name.
pub(crate) fn element<'a>(xml: &'a str, name: &str) -> &'a str {
    let begin = format!("<{name}>");
    let Some((_, rest)) = xml.split_once(&begin) else { return "" };
    rest.split_once(&format!("</{name}>")).map_or("", |it| it.0)
}

/// A text of DynamoDB.
pub(crate) fn s(text: &str) -> Value {
    json!({"S": text})
}

/// A number of DynamoDB.
pub(crate) fn n(number: impl std::fmt::Display) -> Value {
    json!({"N": number.to_string()})
}
