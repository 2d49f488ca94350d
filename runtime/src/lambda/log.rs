//! Log lines as Lambda reads them.

use std::{panic, time::SystemTime};

use aws_smithy_types::{DateTime, date_time::Format};
use tracing_subscriber::{EnvFilter, filter::LevelFilter};

use super::fields::Fields;

/// Writes one JSON object a line, with the `timestamp` (RFC 3339) and `level` without which
/// Lambda takes every line for `INFO`; `spans` says which invocation it is of (`request_id`), and
/// which record. They are spans of the level `ERROR`, so that a function that logs only errors
/// says it, too. A panic is such a line as well.
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html>
pub(super) fn start() {
    let level = std::env::var("AWS_LAMBDA_LOG_LEVEL").or_else(|_| std::env::var("RUST_LOG"));
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::INFO.into())
        .parse_lossy(level.unwrap_or_default());
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .fmt_fields(Fields)
        .with_env_filter(filter)
        .with_writer(std::io::stdout)
        .init();
    panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string).unwrap_or_default();
        let text = panic.payload_as_str().unwrap_or_default();
        tracing::error!(panic = text, at, "a panic");
    }));
}

/// A time as Lambda reads it: RFC 3339.
pub(super) fn timestamp(time: SystemTime) -> String {
    // A time before 1583 or after 9999 cannot be written; there is no such clock.
    DateTime::from(time).fmt(Format::DateTime).unwrap_or_default()
}
