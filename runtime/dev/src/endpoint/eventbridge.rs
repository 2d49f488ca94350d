//! EventBridge: putting events.

use esteira::engine::CALL_BYTES;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    backend::{Entry, Rejected},
    call::{Call, name_of},
    failure::{Failure, Outcome, required},
    json::parameters,
    time,
};

/// The most entries of a call.
/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html>
const ENTRIES: usize = 10;

/// What the time of an event counts, if it has one.
const TIME_BYTES: usize = 14;

/// The most characters of a detail type.
const DETAIL_TYPE: usize = 128;

#[derive(Deserialize)]
struct PutEvents {
    #[serde(rename = "Entries")]
    entries: Option<Vec<Raw>>,
}

/// An entry as it is written.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Raw {
    time: Option<f64>,
    source: Option<String>,
    #[serde(default)]
    resources: Vec<String>,
    detail_type: Option<String>,
    detail: Option<String>,
    event_bus_name: Option<String>,
    trace_header: Option<String>,
}

/// Answers a call.
pub(super) fn answer(call: &Call<'_>, operation: &str, body: &[u8]) -> Outcome<Value> {
    match operation {
        "PutEvents" => put_events(call, parameters(body)?),
        other => Err(Failure::unknown("EventBridge", other, &["PutEvents"])),
    }
}

fn put_events(call: &Call<'_>, request: PutEvents) -> Outcome<Value> {
    let raw = required(request.entries, "Entries")?;
    if raw.is_empty() || raw.len() > ENTRIES {
        return Err(Failure::validation(format!(
            "1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length less than or equal to {ENTRIES} and greater than or equal to 1"
        )));
    }
    // One bus that the caller may not use is enough to refuse the call.
    for entry in &raw {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let (source, detail_type) = (text(&entry.source), text(&entry.detail_type));
        call.authorize_event(&bus_arn(call, entry), &source, &detail_type)?;
    }
    let bytes: usize = raw.iter().map(size).sum();
    if bytes >= CALL_BYTES {
        return Err(Failure::validation(format!(
            "Total size of the entries in the request is over the limit: {bytes} bytes, and it has to be less than {CALL_BYTES}."
        )));
    }
    let checked: Vec<_> = raw.into_iter().map(check).collect();
    let good = checked.iter().filter_map(|entry| entry.as_ref().ok().cloned()).collect();
    let mut answers = call.backend.put_events(good).into_iter();
    let mut failed = 0;
    let mut answer = |result: Result<String, Rejected>| match result {
        Ok(id) => json!({"EventId": id}),
        Err(Rejected { code, message }) => {
            failed += 1;
            json!({"ErrorCode": code, "ErrorMessage": message})
        }
    };
    let entries: Vec<_> = checked
        .into_iter()
        .map(|entry| {
            let lost = || rejected("InternalFailure", "the event got no answer");
            answer(entry.and_then(|_| answers.next().unwrap_or_else(|| Err(lost()))))
        })
        .collect();
    Ok(json!({"FailedEntryCount": failed, "Entries": entries}))
}

fn bus_arn(call: &Call<'_>, entry: &Raw) -> String {
    match entry.event_bus_name.as_deref() {
        Some(arn) if arn.starts_with("arn:") => arn.to_owned(),
        name => call.place().arn("events", &format!("event-bus/{}", name.unwrap_or("default"))),
    }
}

/// The bytes of an entry as EventBridge counts them.
fn size(entry: &Raw) -> usize {
    let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    entry.time.map_or(0, |_| TIME_BYTES)
        + text(&entry.source)
        + text(&entry.detail_type)
        + text(&entry.detail)
        + entry.resources.iter().map(String::len).sum::<usize>()
}

fn rejected(code: &str, message: &str) -> Rejected {
    Rejected { code: code.into(), message: message.into() }
}

/// What is wrong with one entry is said of that entry and stops no other.
fn check(raw: Raw) -> Result<Entry, Rejected> {
    let needed = |value: Option<String>, name: &str| {
        value.filter(|it| !it.is_empty()).ok_or_else(|| {
            rejected(
                "InvalidArgument",
                &format!("Parameter {name} is not valid. Reason: {name} is a required argument."),
            )
        })
    };
    let source = needed(raw.source, "Source")?;
    let detail_type = needed(raw.detail_type, "DetailType")?;
    let detail = needed(raw.detail, "Detail")?;
    if source.starts_with("aws.") {
        return Err(rejected("NotAuthorizedForSourceException", "Not authorized for the source."));
    }
    if detail_type.chars().count() > DETAIL_TYPE {
        return Err(rejected(
            "InvalidArgument",
            "Parameter DetailType is not valid. Reason: DetailType must be 128 characters or less.",
        ));
    }
    if serde_json::from_str::<Map<String, Value>>(&detail).is_err() {
        return Err(rejected("MalformedDetail", "Detail is malformed."));
    }
    let no_time = || rejected("InvalidArgument", "Parameter Time is not valid.");
    let time = raw.time.map(|it| time::from_seconds(it).ok_or_else(no_time)).transpose()?;
    let bus = raw.event_bus_name.as_deref().map_or("default", name_of).to_owned();
    Ok(Entry {
        bus,
        source,
        detail_type,
        detail,
        resources: raw.resources,
        time,
        trace: raw.trace_header,
    })
}
