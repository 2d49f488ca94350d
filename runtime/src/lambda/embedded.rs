//! Metrics as lines of the log, which CloudWatch reads them from.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>

use std::{
    borrow::Cow,
    io::Write,
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::{Map, Value, json};

use crate::metrics::Metrics;

/// The most metrics of one line.
const MOST: usize = 100;

/// Writes metrics in CloudWatch's embedded metric format.
pub(super) struct Emf {
    function: String,
    /// The least level that Lambda lets through. It takes a line without one for `INFO`, and a
    /// function that logs only errors is counted all the same.
    level: String,
}

impl Emf {
    pub(super) fn from_environment() -> Self {
        let variable = |name| std::env::var(name).unwrap_or_default();
        let level = match variable("AWS_LAMBDA_LOG_LEVEL") {
            level if level.is_empty() => "INFO".to_owned(),
            level => level,
        };
        Self { function: variable("AWS_LAMBDA_FUNCTION_NAME"), level }
    }

    /// Writes what was counted in an invocation, if anything was.
    pub(super) fn write(&self, metrics: &Metrics) {
        let counts = metrics.all();
        let mut out = std::io::stdout().lock();
        for counts in counts.chunks(MOST) {
            let line = self.line(counts, SystemTime::now());
            // Nobody is left to tell if the log is gone.
            let _ = writeln!(out, "{line}");
        }
    }

    fn line(&self, counts: &[(Cow<'static, str>, u64)], now: SystemTime) -> Value {
        let millis = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64;
        let names: Vec<_> =
            counts.iter().map(|(name, _)| json!({ "Name": name, "Unit": "Count" })).collect();
        let mut line = Map::new();
        for (name, count) in counts {
            line.insert(name.clone().into_owned(), (*count).into());
        }
        line.insert("FunctionName".into(), self.function.as_str().into());
        line.insert("timestamp".into(), super::log::timestamp(now).into());
        line.insert("level".into(), self.level.as_str().into());
        line.insert(
            "_aws".into(),
            json!({
                "Timestamp": millis,
                "CloudWatchMetrics": [{
                    "Namespace": "Esteira",
                    "Dimensions": [["FunctionName"]],
                    "Metrics": names,
                }],
            }),
        );
        line.into()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_line_is_what_cloudwatch_reads_and_what_lambda_lets_through() {
        let emf = Emf { function: "orders".into(), level: "ERROR".into() };
        let now = UNIX_EPOCH + Duration::from_millis(1_767_225_600_250);
        let line = emf.line(&[("RecordsFailed".into(), 2)], now);
        assert_eq!(
            line,
            json!({
                "_aws": {
                    "Timestamp": 1_767_225_600_250_u64,
                    "CloudWatchMetrics": [{
                        "Namespace": "Esteira",
                        "Dimensions": [["FunctionName"]],
                        "Metrics": [{ "Name": "RecordsFailed", "Unit": "Count" }],
                    }],
                },
                "FunctionName": "orders",
                "RecordsFailed": 2,
                "level": "ERROR",
                "timestamp": "2026-01-01T00:00:00.25Z",
            })
        );
    }
}
