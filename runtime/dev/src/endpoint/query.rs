//! The query protocol: parameters are a form, the answer is XML.
//! <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use http_body_util::Full;
use hyper::{Response, body::Bytes};

use super::{
    backend::{AttributeContent, MessageAttribute},
    failure::{Failure, Outcome},
    xml::Xml,
};

/// The parameters of a call.
#[derive(Debug, Default)]
pub(super) struct Form(BTreeMap<String, String>);

impl Form {
    /// Reads a form. What is no form reads as an empty one.
    pub(super) fn read(body: &[u8]) -> Self {
        Self(form_urlencoded::parse(body).into_owned().collect())
    }

    /// A parameter by its name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A parameter that has to be there.
    pub(super) fn required(&self, name: &str) -> Outcome<&str> {
        self.get(name).ok_or_else(|| {
            Failure::new(
                "MissingParameter",
                format!("The request must contain the parameter {name}."),
            )
        })
    }

    /// A parameter that is a number, if it is there.
    pub(super) fn number(&self, name: &str) -> Outcome<Option<u64>> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let number = text.parse().map_err(|_| {
            Failure::new("InvalidParameterValue", format!("{name} must be a number, not {text}."))
        })?;
        Ok(Some(number))
    }

    /// The members of a list: the parameters below `prefix.1.`, `prefix.2.` and so on, without
    /// that beginning.
    pub(super) fn list(&self, prefix: &str) -> Vec<Form> {
        let mut members = Vec::new();
        loop {
            let path = format!("{prefix}.{}", members.len() + 1);
            let mut member = BTreeMap::new();
            for (name, value) in self.0.range(path.clone()..) {
                let Some(rest) = name.strip_prefix(&path) else { break };
                // A member that is a text has no name of its own.
                if rest.is_empty() {
                    member.insert(String::new(), value.clone());
                } else if let Some(inner) = rest.strip_prefix('.') {
                    member.insert(inner.to_owned(), value.clone());
                }
            }
            if member.is_empty() {
                return members;
            }
            members.push(Form(member));
        }
    }

    /// The attributes of a message.
    pub(super) fn attributes(&self, prefix: &str) -> Outcome<BTreeMap<String, MessageAttribute>> {
        let read = |entry: Form| {
            let name = entry.required("Name")?.to_owned();
            let data_type = entry.required("Value.DataType")?.to_owned();
            let value = match (entry.get("Value.StringValue"), entry.get("Value.BinaryValue")) {
                (Some(text), _) => AttributeContent::Text(text.to_owned()),
                (None, Some(text)) => {
                    AttributeContent::Bytes(BASE64_STANDARD.decode(text).map_err(|error| {
                        Failure::new(
                            "InvalidParameterValue",
                            format!("The message attribute '{name}' is no base64: {error}."),
                        )
                    })?)
                }
                (None, None) => {
                    return Err(Failure::new(
                        "InvalidParameterValue",
                        format!(
                            "The message attribute '{name}' must contain non-empty message attribute value for message attribute type '{data_type}'."
                        ),
                    ));
                }
            };
            Ok((name, MessageAttribute { data_type, value }))
        };
        self.list(prefix).into_iter().map(read).collect()
    }
}

/// Writes what a call of a service is answered.
pub(super) fn respond(
    namespace: &str,
    action: &str,
    outcome: Outcome<Xml>,
    request_id: &str,
) -> Response<Full<Bytes>> {
    let request = Xml::new().text("RequestId", request_id);
    let (status, body) = match outcome {
        Ok(result) => {
            let answer = Xml::new()
                .element(&format!("{action}Result"), result)
                .element("ResponseMetadata", request);
            (200, Xml::document().element_in(&format!("{action}Response"), namespace, answer))
        }
        Err(failure) => {
            let fault = if failure.status < 500 { "Sender" } else { "Receiver" };
            let error = Xml::new()
                .text("Type", fault)
                .text("Code", failure.code)
                .text("Message", failure.message);
            let answer = Xml::new().element("Error", error).then(request);
            (failure.status, Xml::document().element_in("ErrorResponse", namespace, answer))
        }
    };
    Response::builder()
        .status(status)
        .header("content-type", "text/xml")
        .header("x-amzn-requestid", request_id)
        .body(Full::new(body.finish().into()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_in_the_order_of_their_numbers() {
        let names: String = (1..=12).map(|n| format!("E.{n}.Id=x{n}&")).collect();
        let form = Form::read(format!("{names}E.14.Id=beyond").as_bytes());
        let ids: Vec<_> = form.list("E").iter().map(|it| it.get("Id").map(str::to_owned)).collect();
        let expected: Vec<_> = (1..=12).map(|n| Some(format!("x{n}"))).collect();
        assert_eq!(ids, expected);
    }

    #[test]
    fn attributes_are_text_or_bytes() {
        let form = Form::read(
            b"A.entry.1.Name=uf&A.entry.1.Value.DataType=String&A.entry.1.Value.StringValue=PE\
              &A.entry.2.Name=b&A.entry.2.Value.DataType=Binary&A.entry.2.Value.BinaryValue=AQI%3D",
        );
        let attributes = form.attributes("A.entry").expect("are attributes");
        assert_eq!(attributes["uf"].value, AttributeContent::Text("PE".into()));
        assert_eq!(attributes["b"].value, AttributeContent::Bytes(vec![1, 2]));
    }
}
