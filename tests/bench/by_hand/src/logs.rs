//! JSON log lines, and metrics in CloudWatch's Embedded Metric Format.

use std::{
    env, io,
    io::Write,
    panic,
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::{Value, json};
use tracing_subscriber::{EnvFilter, filter::LevelFilter};

/// Starts logging. The subscriber of `lambda_runtime` writes no timestamp, without which Lambda
/// takes every line for `INFO`.
pub fn start() {
    let level = env::var("AWS_LAMBDA_LOG_LEVEL").or_else(|_| env::var("RUST_LOG"));
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_env_filter(
            EnvFilter::builder()
                .with_default_directive(LevelFilter::INFO.into())
                .parse_lossy(level.unwrap_or_default()),
        )
        .with_writer(io::stdout)
        .init();
    panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string);
        tracing::error!(panic = panic.payload_as_str(), at, "a panic");
    }));
}

/// Writes the counts of one invocation.
pub fn metrics(function: &str, counts: &[(&str, usize)]) {
    let timestamp = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let names: Vec<Value> =
        counts.iter().map(|(name, _)| json!({ "Name": name, "Unit": "Count" })).collect();
    let mut line = json!({
        "_aws": {
            "Timestamp": timestamp as u64,
            "CloudWatchMetrics": [
                { "Namespace": "Pedidos", "Dimensions": [["FunctionName"]], "Metrics": names }
            ],
        },
        "FunctionName": function,
    });
    for (name, count) in counts {
        line[*name] = (*count).into();
    }
    let mut text = line.to_string();
    text.push('\n');
    // There is nowhere to report it to.
    let _ = io::stdout().write_all(text.as_bytes());
}
