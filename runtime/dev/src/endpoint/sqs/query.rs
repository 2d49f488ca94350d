//! The query protocol of older clients, translated to the shapes of JSON and back.

use serde_json::{Map, Value, json};

use super::json;
use crate::endpoint::{
    call::Call,
    failure::{Failure, Outcome},
    json::older_sqs_code,
    query::Form,
    xml::Xml,
};

/// Parameters that are numbers.
const NUMBERS: &[&str] =
    &["DelaySeconds", "MaxNumberOfMessages", "VisibilityTimeout", "WaitTimeSeconds"];

/// Parameters that are texts.
const TEXTS: &[&str] = &[
    "Id",
    "MessageBody",
    "MessageDeduplicationId",
    "MessageGroupId",
    "QueueName",
    "QueueNamePrefix",
    "QueueUrl",
    "ReceiptHandle",
];

/// Lists of names, and what JSON calls them.
const LISTS: &[(&str, &str)] = &[
    ("AttributeName", "AttributeNames"),
    ("MessageAttributeName", "MessageAttributeNames"),
    ("MessageSystemAttributeName", "MessageSystemAttributeNames"),
];

/// Answers a call. Older clients name the queue by the path they call.
pub(in crate::endpoint) async fn answer(
    call: &Call<'_>,
    host: &str,
    path: &str,
    action: &str,
    form: &Form,
) -> Outcome<Xml> {
    let answered = match request(action, path, form) {
        Ok(body) => json::answer(call, host, action, body.to_string().as_bytes()).await,
        Err(failure) => Err(failure),
    };
    match answered {
        Ok(answer) => Ok(written(action, &answer)),
        Err(failure) => Err(Failure { code: older_sqs_code(&failure.code).into(), ..failure }),
    }
}

fn request(action: &str, path: &str, form: &Form) -> Outcome<Value> {
    let mut body = parameters(form)?;
    let has_queue = path.trim_matches('/').contains('/');
    if has_queue && !body.contains_key("QueueUrl") {
        body.insert("QueueUrl".into(), json!(path));
    }
    let entries = form.list(&format!("{action}RequestEntry"));
    if !entries.is_empty() {
        let entries = entries.iter().map(|entry| Ok(Value::Object(parameters(entry)?)));
        body.insert("Entries".into(), Value::Array(entries.collect::<Outcome<_>>()?));
    }
    Ok(Value::Object(body))
}

fn parameters(form: &Form) -> Outcome<Map<String, Value>> {
    let mut body = Map::new();
    for &name in NUMBERS {
        if let Some(number) = form.number(name)? {
            body.insert(name.into(), json!(number));
        }
    }
    for &name in TEXTS {
        if let Some(text) = form.get(name) {
            body.insert(name.into(), json!(text));
        }
    }
    for &(name, plural) in LISTS {
        let names: Vec<_> =
            form.list(name).iter().filter_map(|it| it.get("").map(str::to_owned)).collect();
        body.insert(plural.into(), json!(names));
    }
    let attributes = form.attributes("MessageAttribute")?;
    body.insert("MessageAttributes".into(), super::message::write(attributes.iter()).into());
    Ok(body)
}

/// An answer: lists lie flat under the name of one of them, and maps are lists of name and value.
fn written(action: &str, answer: &Value) -> Xml {
    let fields = answer.as_object().into_iter().flatten();
    fields.fold(Xml::new(), |xml, (name, value)| match value {
        Value::Array(members) => members.iter().fold(xml, |xml, member| {
            let element = match name.as_str() {
                "Messages" => "Message".to_owned(),
                "QueueUrls" => "QueueUrl".to_owned(),
                "Failed" => "BatchResultErrorEntry".to_owned(),
                "Successful" => format!("{action}ResultEntry"),
                other => other.to_owned(),
            };
            match member {
                Value::Object(_) => xml.element(&element, written(action, member)),
                other => xml.text(&element, plain(other)),
            }
        }),
        Value::Object(entries) => entries.iter().fold(xml, |xml, (key, value)| {
            let entry = Xml::new().text("Name", key);
            let entry = match value {
                Value::Object(_) => entry.element("Value", written(action, value)),
                other => entry.text("Value", plain(other)),
            };
            // `Attributes` and `MessageAttributes`.
            xml.element(name.trim_end_matches('s'), entry)
        }),
        other => xml.text(name, plain(other)),
    })
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
