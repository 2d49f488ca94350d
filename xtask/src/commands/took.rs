//! How long each part of a command took.

use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

/// The parts of a command, in order.
#[derive(Debug, Default)]
pub(super) struct Took(Vec<(&'static str, Duration)>);

impl Took {
    /// Does a part, and notes how long that took.
    pub(super) fn time<T>(&mut self, part: &'static str, work: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let done = work();
        self.0.push((part, started.elapsed()));
        done
    }

    /// Seconds, by part.
    pub(super) fn as_json(&self) -> Value {
        let parts = self.0.iter();
        let parts: Map<_, _> =
            parts.map(|(part, took)| ((*part).to_owned(), json!(took.as_secs_f64()))).collect();
        Value::Object(parts)
    }

    /// The same in one line.
    pub(super) fn text(&self) -> String {
        let parts = self.0.iter();
        let parts = parts.map(|(part, took)| format!("{part} {:.1}s", took.as_secs_f64()));
        parts.collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_told_by_its_name() {
        let mut took = Took::default();
        assert_eq!(took.time("plan", || 7), 7);
        took.time("apply", || ());
        assert_eq!(took.text(), "plan 0.0s, apply 0.0s");
        let data = took.as_json();
        assert!(data["plan"].is_f64() && data["apply"].is_f64(), "{data}");
    }
}
