//! The fields of spans in log lines.

use std::{fmt, io};

use serde::Serialize;
use serde_json::{Map, Value};
use tracing::{
    field::{Field, Visit},
    span,
};
use tracing_subscriber::{
    field::RecordFields,
    fmt::{FormatFields, FormattedFields, format::Writer},
};

/// Writes the fields of a span as a JSON object, in one go: every record of a batch has a span,
/// and few of them ever log.
pub(super) struct Fields;

impl<'w> FormatFields<'w> for Fields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'w>, fields: R) -> fmt::Result {
        let mut object = Object { writer, entries: 0, outcome: Ok(()) };
        fields.record(&mut object);
        object.end()
    }

    fn add_fields(
        &self,
        current: &'w mut FormattedFields<Self>,
        fields: &span::Record<'_>,
    ) -> fmt::Result {
        let mut added = String::new();
        self.format_fields(Writer::new(&mut added), fields)?;
        let read = |text: &str| serde_json::from_str::<Map<String, Value>>(text);
        let mut all = read(&current.fields).unwrap_or_default();
        all.extend(read(&added).unwrap_or_default());
        current.fields = Value::Object(all).to_string();
        Ok(())
    }
}

struct Object<'w> {
    writer: Writer<'w>,
    entries: usize,
    outcome: fmt::Result,
}

impl Object<'_> {
    fn entry(&mut self, field: &Field, value: impl Serialize) {
        // As `r#type` stands in the source.
        let name = field.name().trim_start_matches("r#");
        let first = self.entries == 0;
        self.entries += 1;
        self.outcome = self.outcome.and_then(|()| {
            self.writer.write_char(if first { '{' } else { ',' })?;
            json(&mut self.writer, name)?;
            self.writer.write_char(':')?;
            json(&mut self.writer, value)
        });
    }

    fn end(mut self) -> fmt::Result {
        self.outcome?;
        self.writer.write_str(if self.entries == 0 { "{}" } else { "}" })
    }
}

/// Writes a value as JSON, without a copy of it.
fn json(writer: &mut Writer<'_>, value: impl Serialize) -> fmt::Result {
    serde_json::to_writer(Bytes(writer), &value).map_err(|_| fmt::Error)
}

/// Takes text as bytes, as serde_json hands it on: character by character, or several at once.
struct Bytes<'a, 'w>(&'a mut Writer<'w>);

impl io::Write for Bytes<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = str::from_utf8(bytes).map_err(io::Error::other)?;
        self.0.write_str(text).map_err(io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Visit for Object<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        // One that is no number is null.
        self.entry(field, value);
    }
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.entry(field, value);
    }
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.entry(field, value);
    }
    fn record_bool(&mut self, field: &Field, value: bool) {
        self.entry(field, value);
    }
    fn record_str(&mut self, field: &Field, value: &str) {
        self.entry(field, value);
    }
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.entry(field, format_args!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_line_has_the_fields_of_its_spans_by_their_types() {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt()
            .json()
            .with_current_span(false)
            .fmt_fields(Fields)
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::with_default(subscriber, || {
            let outer = tracing::info_span!("outer");
            let inner = tracing::info_span!(
                parent: &outer, "inner",
                text = "a \"b\"\n\\ \u{1}é", r#type = 1_u64, left = -2_i64, flag = true, part = 0.5, path = ?["x"],
                later = tracing::field::Empty
            );
            inner.record("later", "now");
            inner.in_scope(|| tracing::info!("hello"));
        });
        let line: Value = serde_json::from_slice(&lines.0.lock().unwrap()).unwrap();
        let expected = serde_json::json!([
            { "name": "outer" },
            { "name": "inner", "text": "a \"b\"\n\\ \u{1}é", "type": 1, "left": -2, "flag": true,
              "part": 0.5, "path": "[\"x\"]", "later": "now" },
        ]);
        assert_eq!(line["spans"], expected);
    }
}
