//! What functions say: events of `tracing` in this process, and lines of processes.

use std::{
    collections::VecDeque,
    fmt::{self, Write},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use serde_json::{Map, Value};
use tokio::sync::Notify;
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
    span,
};
use tracing_subscriber::{layer::Context, registry::LookupSpan};

use super::text;

/// The most lines that wait to be shown. Of more than that the oldest are dropped, and counted.
const MOST: usize = 10_000;

/// The span that the engine has around an invocation.
const INVOCATION: &str = "invocation";

/// A line that a function logged.
#[derive(Debug, Clone, PartialEq)]
pub struct Log {
    /// When.
    pub at: SystemTime,
    /// The name of the Rust function; what else logs is named by its module.
    pub handler: String,
    /// The trace of its invocation.
    pub trace: Option<String>,
    /// Such as `INFO`.
    pub level: String,
    /// What it says.
    pub message: String,
    /// What it says besides.
    pub fields: Vec<(String, Value)>,
}

/// Where log lines wait to be shown.
#[derive(Debug, Clone, Default)]
pub struct Logs(Arc<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    lines: Mutex<Taken>,
    added: Notify,
}

/// Lines that waited.
#[derive(Debug, Default)]
pub(super) struct Taken {
    pub(super) lines: VecDeque<Log>,
    pub(super) dropped: usize,
}

impl Logs {
    /// Adds a line.
    pub fn add(&self, log: Log) {
        let mut waiting = self.lines();
        if waiting.lines.len() == MOST {
            waiting.lines.pop_front();
            waiting.dropped += 1;
        }
        waiting.lines.push_back(log);
        drop(waiting);
        self.0.added.notify_one();
    }

    /// Resolves when there is a line to be shown.
    pub async fn added(&self) {
        while self.lines().lines.is_empty() {
            self.0.added.notified().await;
        }
    }

    /// Adds a line that the process of a function wrote: JSON of this runtime, or any text.
    pub fn line(&self, handler: &str, line: &str) {
        if let Some(log) = read(handler, line) {
            self.add(log);
        }
    }

    /// Takes the events of this process, those of a level and above, as a layer of a subscriber.
    #[must_use]
    pub fn layer(&self, level: LevelFilter) -> Layer {
        Layer { logs: self.clone(), level }
    }

    pub(super) fn take(&self) -> Taken {
        std::mem::take(&mut *self.lines())
    }

    fn lines(&self) -> MutexGuard<'_, Taken> {
        self.0.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Log {
    pub(super) fn is_bad(&self) -> bool {
        self.level == "ERROR"
    }

    /// Message and fields.
    pub(super) fn text(&self) -> String {
        let mut text = text::plain(&self.message);
        for (name, value) in &self.fields {
            let value = match value {
                Value::String(value) => text::plain(value),
                value => value.to_string(),
            };
            let _ = write!(text, "{}{name}={value}", if text.is_empty() { "" } else { "  " });
        }
        text
    }
}

/// What stands in lines of the runtime besides the fields of an event.
const FRAME: [&str; 6] = ["timestamp", "level", "message", "target", "span", "spans"];

/// What stands in their spans besides the fields.
const SPAN_FRAME: [&str; 2] = ["name", "request_id"];

/// Nothing if it is of metrics, which are no text to be read.
fn read(handler: &str, line: &str) -> Option<Log> {
    let log = |level: &str, message: &str, fields| Log {
        at: SystemTime::now(),
        handler: handler.to_owned(),
        trace: None,
        level: level.to_owned(),
        message: message.to_owned(),
        fields,
    };
    let Ok(Value::Object(object)) = serde_json::from_str(line) else {
        return (!line.trim().is_empty()).then(|| log("", line, Vec::new()));
    };
    if object.contains_key("_aws") {
        return None;
    }
    let text = |key: &str| object.get(key).and_then(Value::as_str);
    let Some(level) = text("level") else { return Some(log("", line, Vec::new())) };
    let not =
        |frame: &'static [&str]| move |(key, _): &(&String, &Value)| !frame.contains(&key.as_str());
    let spans = object.get("spans").and_then(Value::as_array).into_iter().flatten();
    let spans = spans.filter_map(Value::as_object).flat_map(Map::iter).filter(not(&SPAN_FRAME));
    let own = object.iter().filter(not(&FRAME));
    let fields = own.chain(spans).map(|(key, value)| (key.clone(), value.clone())).collect();
    Some(log(level, text("message").unwrap_or_default(), fields))
}

/// Takes the events of a process.
#[derive(Debug, Clone)]
pub struct Layer {
    logs: Logs,
    level: LevelFilter,
}

/// What a span adds to the lines in it.
struct Within(Vec<(String, Value)>);

impl<S: Subscriber + for<'a> LookupSpan<'a>> tracing_subscriber::Layer<S> for Layer {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        *metadata.level() <= self.level
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    fn on_new_span(
        &self,
        attributes: &span::Attributes<'_>,
        id: &span::Id,
        context: Context<'_, S>,
    ) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(Within(fields.0));
        }
    }

    fn on_record(&self, id: &span::Id, values: &span::Record<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        if let Some(span) = context.span(id)
            && let Some(within) = span.extensions_mut().get_mut::<Within>()
        {
            within.0.extend(fields.0);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let Fields(mut fields) = fields;
        let message = take(&mut fields, "message").unwrap_or_default();
        let (mut handler, mut trace) = (None, None);
        for span in context.event_scope(event).into_iter().flatten() {
            let extensions = span.extensions();
            let Some(Within(within)) = extensions.get() else { continue };
            let mut within = within.clone();
            if span.name() == INVOCATION {
                handler = take(&mut within, "handler");
                trace = take(&mut within, "trace");
            }
            fields.extend(within);
        }
        self.logs.add(Log {
            at: SystemTime::now(),
            handler: handler.unwrap_or_else(|| event.metadata().target().to_owned()),
            trace,
            level: event.metadata().level().to_string(),
            message,
            fields,
        });
    }
}

fn take(fields: &mut Vec<(String, Value)>, name: &str) -> Option<String> {
    let at = fields.iter().position(|(it, _)| it == name)?;
    match fields.remove(at).1 {
        Value::String(text) => Some(text),
        other => Some(other.to_string()),
    }
}

/// Fields of an event or a span.
#[derive(Default)]
struct Fields(Vec<(String, Value)>);

impl Fields {
    fn push(&mut self, field: &Field, value: impl Into<Value>) {
        // As `r#type` stands in the source.
        self.0.push((field.name().trim_start_matches("r#").to_owned(), value.into()));
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.push(field, value);
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.push(field, value);
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.push(field, value);
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.push(field, value);
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.push(field, value);
    }
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.push(field, format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    fn log(handler: &str, level: &str, message: &str, fields: &[(&str, Value)]) -> Log {
        Log {
            at: SystemTime::UNIX_EPOCH,
            handler: handler.into(),
            trace: None,
            level: level.into(),
            message: message.into(),
            fields: fields.iter().map(|(name, value)| ((*name).into(), value.clone())).collect(),
        }
    }

    fn taken(logs: &Logs) -> Vec<Log> {
        let lines = logs.take().lines.into_iter();
        lines.map(|line| Log { at: SystemTime::UNIX_EPOCH, ..line }).collect()
    }

    #[test]
    fn an_event_in_an_invocation_is_of_its_handler_and_trace() {
        let logs = Logs::default();
        let layer = logs.layer(LevelFilter::INFO);
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            let span = tracing::error_span!("invocation", handler = "place", trace = "Root=1-2-3");
            span.in_scope(|| {
                tracing::error_span!("record", record = "shard:7")
                    .in_scope(|| tracing::warn!(left = 3, "little is {}", "left"));
                tracing::debug!("nobody asked");
            });
            tracing::info!(target: "elsewhere", "alone");
        });
        let fields = [("left", json!(3)), ("record", json!("shard:7"))];
        let mut within = log("place", "WARN", "little is left", &fields);
        within.trace = Some("Root=1-2-3".into());
        assert_eq!(taken(&logs), [within, log("elsewhere", "INFO", "alone", &[])]);
    }

    #[test]
    fn a_line_of_a_process_is_read_as_what_the_runtime_writes_or_as_text() {
        let logs = Logs::default();
        let line = json!({
            "timestamp": "2026-01-01T00:00:00Z", "level": "ERROR", "message": "record failed",
            "target": "esteira", "error": "no stock",
            "spans": [{ "name": "invocation", "request_id": "1" }, { "name": "record", "record": "s:7" }],
        });
        logs.line("place", &line.to_string());
        logs.line("place", r#"{"_aws":{},"RecordsFailed":1,"level":"INFO"}"#);
        logs.line("place", "hello");
        logs.line("place", "");
        let fields = [("error", json!("no stock")), ("record", json!("s:7"))];
        let expected =
            [log("place", "ERROR", "record failed", &fields), log("place", "", "hello", &[])];
        assert_eq!(taken(&logs), expected);
    }

    #[test]
    fn lines_that_nobody_fetches_are_dropped_and_counted() {
        let logs = Logs::default();
        (0..MOST + 3).for_each(|number| logs.line("place", &number.to_string()));
        let taken = logs.take();
        assert_eq!((taken.lines.len(), taken.dropped), (MOST, 3));
        assert_eq!(taken.lines[0].message, "3");
    }
}
