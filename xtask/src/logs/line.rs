//! A line of a log, read and made readable.
//!
//! With the log format JSON, Lambda writes its own lines as JSON too
//! (<https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html>); those of the
//! runtime are of `tracing`, and its metrics are in the embedded metric format.

use std::{borrow::Cow, fmt::Write};

use anstyle::{AnsiColor, Style};
use serde_json::{Map, Value, json};

use super::{Line, Source};

/// What a line says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Entry {
    /// Something that the function says.
    Said { level: String, request: Option<String>, message: String, fields: Vec<(String, Value)> },
    /// What was counted in an invocation.
    Counted(Vec<(String, Value)>),
    /// How an invocation ended, as Lambda saw it.
    Ended { request: Option<String>, status: String, text: String },
    /// What Lambda says besides, such as that an invocation begins.
    Platform(String),
    /// Anything else.
    Text(String),
}

/// What stands in lines of the runtime besides the fields of an event.
const FRAME: [&str; 6] = ["timestamp", "level", "message", "target", "span", "spans"];

impl Entry {
    pub(crate) fn read(text: &str) -> Self {
        match serde_json::from_str(text) {
            Ok(Value::Object(object)) => {
                Self::of_object(&object).unwrap_or_else(|| Self::plain(text))
            }
            _ => Self::plain(text),
        }
    }

    fn of_object(object: &Map<String, Value>) -> Option<Self> {
        let text = |key: &str| object.get(key).and_then(Value::as_str).map(str::to_owned);
        if let (Some(kind), Some(Value::Object(record))) = (text("type"), object.get("record"))
            && let Some(kind) = kind.strip_prefix("platform.")
        {
            return Some(platform(kind, record));
        }
        if object.contains_key("_aws") {
            return Some(Self::Counted(counts(object)));
        }
        let level = text("level")?;
        let spans = object.get("spans").and_then(Value::as_array).into_iter().flatten();
        let spans: Vec<&Map<String, Value>> = spans.filter_map(Value::as_object).collect();
        let request = spans
            .iter()
            .find_map(|span| span.get("request_id")?.as_str())
            .map(str::to_owned)
            .or_else(|| text("requestId"));
        let of_span = |key: &str| !["name", "request_id"].contains(&key);
        let within = spans.iter().flat_map(|span| span.iter()).filter(|(key, _)| of_span(key));
        let own = object.iter().filter(|(key, _)| !FRAME.contains(&key.as_str()));
        let fields = own.chain(within).map(|(key, value)| (key.clone(), value.clone())).collect();
        Some(Self::Said { level, request, message: text("message").unwrap_or_default(), fields })
    }

    /// With the log format Text, and on emulators, Lambda writes these.
    fn plain(text: &str) -> Self {
        let lambda = ["START RequestId: ", "END RequestId: ", "INIT_START "];
        if let Some(rest) = text.strip_prefix("REPORT RequestId: ") {
            let (request, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            let text = rest.split_whitespace().collect::<Vec<_>>().join(" ");
            let status = text.split_once("Status: ").map_or("success", |(_, rest)| rest);
            let status = status.split(' ').next().unwrap_or_default().to_owned();
            return Self::Ended { request: Some(request.to_owned()), status, text };
        }
        match lambda.iter().any(|start| text.starts_with(start)) {
            true => Self::Platform(text.trim_end().to_owned()),
            false => Self::Text(text.to_owned()),
        }
    }
}

/// Metrics of the embedded format: all that is not about the format itself.
fn counts(object: &Map<String, Value>) -> Vec<(String, Value)> {
    let counts = object.iter().filter(|(key, value)| *key != "_aws" && value.is_number());
    counts.map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn platform(kind: &str, record: &Map<String, Value>) -> Entry {
    let text = |key: &str| record.get(key).and_then(Value::as_str).map(str::to_owned);
    if kind != "report" {
        let status = text("status").map(|status| format!(" {status}")).unwrap_or_default();
        return Entry::Platform(format!("{kind}{status}"));
    }
    let metrics = record.get("metrics").and_then(Value::as_object);
    let number = |key: &str| metrics?.get(key)?.as_f64();
    let mut said = Vec::new();
    said.extend(number("durationMs").map(|ms| format!("{ms:.0} ms")));
    said.extend(number("initDurationMs").map(|ms| format!("start-up {ms:.0} ms")));
    if let (Some(used), Some(size)) = (number("maxMemoryUsedMB"), number("memorySizeMB")) {
        said.push(format!("{used} of {size} MB"));
    }
    said.extend(text("errorType"));
    let status = text("status").unwrap_or_default();
    Entry::Ended { request: text("requestId"), status, text: said.join(", ") }
}

/// Writes lines: time, handler, level, request, message, fields.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Painter {
    /// The width of the longest handler's name.
    width: usize,
    /// Whether what Lambda says of every invocation is shown.
    verbose: bool,
}

const DIM: Style = Style::new().dimmed();

/// Colours that are not those of a level; a handler keeps its own, whichever others are shown.
const COLORS: [AnsiColor; 8] = [
    AnsiColor::Cyan,
    AnsiColor::Magenta,
    AnsiColor::Green,
    AnsiColor::Blue,
    AnsiColor::BrightCyan,
    AnsiColor::BrightMagenta,
    AnsiColor::BrightGreen,
    AnsiColor::BrightBlue,
];

impl Painter {
    pub(crate) fn new(sources: &[Source], verbose: bool) -> Self {
        let width = sources.iter().map(|source| source.handler.chars().count()).max();
        Self { width: width.unwrap_or_default(), verbose }
    }

    /// A line for people; none if it says nothing of interest to most.
    pub(crate) fn line(&self, line: &Line<'_>) -> Option<String> {
        let Source { handler, position, .. } = line.source;
        let color = COLORS[position % COLORS.len()].on_default();
        let said = self.entry(&Entry::read(&line.text))?;
        let width = self.width;
        Some(format!("{DIM}{}{DIM:#} {color}{handler:width$}{color:#} {said}", line.time))
    }

    /// What an entry says, without when and who.
    pub(crate) fn entry(&self, entry: &Entry) -> Option<String> {
        Some(match entry {
            Entry::Said { level, request, message, fields } => {
                let style = style(level);
                let (level, message) = (harmless(level), harmless(message));
                let mut text = format!("{style}{level:>5}{style:#} {}{message}", short(request));
                for (key, value) in fields {
                    let value = Field(value).to_string();
                    let (key, value) = (harmless(key), harmless(&value));
                    let _ = write!(text, " {DIM}{key}={DIM:#}{value}");
                }
                text
            }
            Entry::Counted(counts) => {
                let counts: Vec<_> =
                    counts.iter().map(|(key, value)| format!("{key}={value}")).collect();
                format!("{DIM}COUNT {}{DIM:#}", counts.join(" "))
            }
            Entry::Ended { request, status, text } => {
                let (style, word) = match status.as_str() {
                    "success" => (DIM, "ENDED".to_owned()),
                    status => (self::style("ERROR"), status.to_uppercase()),
                };
                format!("{style}{word:>5}{style:#} {}{DIM}{text}{DIM:#}", short(request))
            }
            Entry::Platform(_) if !self.verbose => return None,
            Entry::Platform(text) => format!("{DIM}{}{DIM:#}", harmless(text)),
            Entry::Text(text) => harmless(text).into_owned(),
        })
    }
}

/// A line for programs.
pub(crate) fn as_json(line: &Line<'_>) -> Value {
    let message = match serde_json::from_str(&line.text) {
        Ok(Value::Object(object)) => Value::Object(object),
        _ => line.text.as_str().into(),
    };
    json!({ "time": line.time.to_string(), "handler": line.source.handler, "message": message })
}

fn style(level: &str) -> Style {
    match level {
        "ERROR" => AnsiColor::Red.on_default().bold(),
        "WARN" => AnsiColor::Yellow.on_default().bold(),
        "INFO" => Style::new(),
        _ => DIM,
    }
}

/// A text that does nothing to a terminal: whoever sends events decides what handlers log.
fn harmless(text: &str) -> Cow<'_, str> {
    let harms = |letter: char| letter.is_control() && letter != '\t';
    if !text.contains(harms) {
        return text.into();
    }
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match harms(letter) {
            true => safe.extend(letter.escape_default()),
            false => safe.push(letter),
        }
    }
    safe.into()
}

/// The beginning of a request's id, which is enough to tell one from another.
fn short(request: &Option<String>) -> String {
    let request: Option<String> = request.as_ref().map(|id| id.chars().take(8).collect());
    request.map(|id| format!("{DIM}{id}{DIM:#} ")).unwrap_or_default()
}

/// A value of a field: a text without its quotes.
struct Field<'a>(&'a Value);

impl std::fmt::Display for Field<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Value::String(text) => f.write_str(text),
            other => write!(f, "{other}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::Moment;

    fn painted(text: &str, verbose: bool) -> Option<String> {
        let source = Source { handler: "avisar".into(), group: "g".into(), position: 1 };
        let line = Line { source: &source, id: "1".into(), time: Moment(0), text: text.into() };
        let painter = Painter { width: 8, verbose };
        painter.line(&line).map(|text| anstream::adapter::strip_str(&text).to_string())
    }

    #[test]
    fn what_an_event_brings_does_nothing_to_the_terminal() {
        let text = r#"{"level":"INFO","message":"a\u001b[2Jb\nc","who":"\u0007ana\tmaria"}"#;
        let said = Painter { width: 0, verbose: false }.entry(&Entry::read(text)).unwrap();
        let said = anstream::adapter::strip_str(&said).to_string();
        assert!(said.ends_with("a\\u{1b}[2Jb\\nc who=\\u{7}ana\tmaria"), "{said:?}");
    }

    #[test]
    fn a_line_of_the_runtime_says_level_request_message_and_fields() {
        let text = r#"{"timestamp":"2026-01-01T00:00:00.000000Z","level":"ERROR","message":"event failed","error":"no stock","target":"esteira::lambda","spans":[{"request_id":"8f507cfc-a2bd-4c5a-9a1f-2cbf2e8f0f2a","name":"invocation"},{"record":"shardId-0:7","name":"record"}]}"#;
        assert_eq!(
            painted(text, false).unwrap(),
            "1970-01-01T00:00:00.000Z avisar   ERROR 8f507cfc event failed error=no stock \
             record=shardId-0:7"
        );
    }

    #[test]
    fn metrics_are_their_names_and_numbers() {
        let text =
            r#"{"_aws":{"Timestamp":1,"CloudWatchMetrics":[]},"RecordsReceived":5,"Function":"x"}"#;
        assert_eq!(Entry::read(text), Entry::Counted(vec![("RecordsReceived".into(), json!(5))]));
        assert!(painted(text, false).unwrap().ends_with("COUNT RecordsReceived=5"));
    }

    #[test]
    fn a_report_says_how_an_invocation_ended_and_what_it_took() {
        let text = r#"{"time":"2026-01-01T00:00:00.000Z","type":"platform.report","record":{"requestId":"8f507cfc-a2bd","metrics":{"durationMs":12.4,"billedDurationMs":13,"memorySizeMB":256,"maxMemoryUsedMB":31,"initDurationMs":49.7},"status":"timeout"}}"#;
        let line = painted(text, false).unwrap();
        assert!(line.ends_with("TIMEOUT 8f507cfc 12 ms, start-up 50 ms, 31 of 256 MB"), "{line}");
        let plain = "REPORT RequestId: 8f507cfc-a2bd\tDuration: 12.40 ms\tStatus: error";
        let line = painted(plain, false).unwrap();
        assert!(line.ends_with("ERROR 8f507cfc Duration: 12.40 ms Status: error"), "{line}");
    }

    #[test]
    fn what_lambda_says_of_every_invocation_is_shown_on_request() {
        for text in [
            r#"{"time":"x","type":"platform.start","record":{"requestId":"a","version":"$LATEST"}}"#,
            "START RequestId: a Version: $LATEST",
        ] {
            assert_eq!(painted(text, false), None);
            assert!(painted(text, true).is_some());
        }
    }

    #[test]
    fn any_other_line_is_shown_as_it_is() {
        for text in ["", "hello", "[1, 2]", r#"{"a": 1}"#, "{", "ação\u{1b}"] {
            assert_eq!(Entry::read(text), Entry::Text(text.into()));
        }
    }

    #[test]
    fn as_json_a_line_is_an_object_whose_message_is_parsed() {
        let source = Source { handler: "avisar".into(), group: "g".into(), position: 0 };
        let line = |text: &str| {
            let line = Line { source: &source, id: "1".into(), time: Moment(0), text: text.into() };
            as_json(&line)
        };
        let time = "1970-01-01T00:00:00.000Z";
        let expected = json!({ "time": time, "handler": "avisar", "message": { "a": 1 } });
        assert_eq!(line(r#"{"a":1}"#), expected);
        assert_eq!(line("7")["message"], "7");
    }
}
