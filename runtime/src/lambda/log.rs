//! Log lines as Lambda reads them.

use std::{env, panic, time::SystemTime};

use aws_smithy_types::{DateTime, date_time::Format};
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use super::fields::Fields;

/// Writes one JSON object a line, with the `timestamp` (RFC 3339) and `level` without which
/// Lambda takes every line for `INFO`; `spans` says which invocation it is of (`request_id`), and
/// which record. They are spans of the level `ERROR`, so that a function that logs only errors
/// says it, too. A panic is such a line as well.
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html>
pub(super) fn start() {
    let said = env::var("AWS_LAMBDA_LOG_LEVEL").or_else(|_| env::var("RUST_LOG"));
    let said = said.unwrap_or_default();
    let (filter, unread) = filter(&said);
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .fmt_fields(Fields)
        .with_max_level(LevelFilter::TRACE)
        .with_writer(std::io::stdout)
        .finish()
        .with(filter)
        .init();
    panic::set_hook(Box::new(|panic| {
        let at = panic.location().map(ToString::to_string).unwrap_or_default();
        let text = panic.payload_as_str().unwrap_or_default();
        tracing::error!(panic = text, at, "a panic");
    }));
    for directive in unread {
        tracing::warn!(directive, "RUST_LOG: not read; write a level, or `target=level`");
    }
}

/// What is logged, and which directives cannot be read: from a level on, as Lambda names it, or
/// what `RUST_LOG` says of targets; from `INFO` on if nothing that can be read is said.
///
/// What `EnvFilter` understands beyond that, directives about spans and their fields, takes a
/// machine of regular expressions: half a megabyte in every function.
fn filter(said: &str) -> (Targets, Vec<&str>) {
    let directives = said.split(',').map(str::trim).filter(|directive| !directive.is_empty());
    // Brackets are about spans and fields; without braces they would pass for a target's name.
    let (read, unread): (Vec<_>, Vec<_>) = directives
        .partition(|directive| !directive.contains('[') && directive.parse::<Targets>().is_ok());
    let filter = read.join(",").parse().ok().filter(|_| !read.is_empty());
    (filter.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO)), unread)
}

/// A time as Lambda reads it: RFC 3339.
pub(super) fn timestamp(time: SystemTime) -> String {
    // A time before 1583 or after 9999 cannot be written; there is no such clock.
    DateTime::from(time).fmt(Format::DateTime).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn levels_and_targets_say_what_is_logged() {
        let logged = |said: &str| {
            let (filter, _) = filter(said);
            let most = |target: &str| {
                let levels = [Level::TRACE, Level::DEBUG, Level::INFO, Level::WARN, Level::ERROR];
                levels.into_iter().find(|level| filter.would_enable(target, level))
            };
            (most("esteira"), most("shop::orders"))
        };
        let all = |level| (Some(level), Some(level));
        assert_eq!(logged("DEBUG"), all(Level::DEBUG));
        assert_eq!(logged("error"), all(Level::ERROR));
        assert_eq!(logged("warn,shop=trace"), (Some(Level::WARN), Some(Level::TRACE)));
        assert_eq!(logged("esteira=debug"), (Some(Level::DEBUG), None));
        assert_eq!(logged("FATAL"), (None, None), "nothing that is logged here is fatal");
        assert_eq!(logged("warn, shop=loud"), all(Level::WARN));
        for unsaid in ["", " ", "[span{field=1}]=debug", "shop=loud"] {
            assert_eq!(logged(unsaid), all(Level::INFO), "{unsaid}");
        }
        assert_eq!(filter("warn, shop=loud,,[span]=info").1, ["shop=loud", "[span]=info"]);
    }
}
