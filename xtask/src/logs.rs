//! What the functions of a stage log.

mod line;
mod seen;

use std::{num::NonZeroUsize, ops::RangeInclusive};

use serde::Deserialize;

pub(crate) use line::{Entry, Painter, as_json};
pub(crate) use seen::Seen;

use crate::{
    aws::{Aws, Refusal},
    graph::Function,
    moment::Moment,
    parallel,
};

/// CloudWatch allows five such calls a second in some regions; each takes about half a second.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>
const AT_ONCE: NonZeroUsize = NonZeroUsize::new(3).unwrap();

/// The most lines of one function that are read at a time.
pub(crate) const MOST: usize = 10_000;

/// The log of one handler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) handler: String,
    /// The log group's name.
    pub(crate) group: String,
    /// Where the handler stands among all of its application: what its colour is chosen by.
    pub(crate) position: usize,
}

impl Source {
    pub(crate) fn new(function: &Function, position: usize) -> Self {
        let (handler, group) = (function.handler.clone(), function.log_group.name.clone());
        Self { handler, group, position }
    }
}

/// One line of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line<'a> {
    pub(crate) source: &'a Source,
    /// The same in every answer that has the line.
    pub(crate) id: String,
    pub(crate) time: Moment,
    pub(crate) text: String,
}

/// What was read of one log.
pub(crate) struct Part<'a> {
    pub(crate) source: &'a Source,
    pub(crate) lines: Result<Vec<Line<'a>>, Refusal>,
    /// There are more in this time, after the last of these.
    pub(crate) more: bool,
}

/// Reads the lines of a time that match a filter pattern, of several logs at once.
pub(crate) fn read<'a>(
    aws: &Aws,
    sources: &[(&'a Source, RangeInclusive<Moment>)],
    pattern: Option<&str>,
) -> Vec<Part<'a>> {
    parallel::map(sources, AT_ONCE, |(source, time)| match answer(aws, source, time, pattern) {
        Ok(Answer { events, next_token }) => {
            let line = |event: Event| {
                let (time, text) = (Moment(event.timestamp), event.message.trim_end().to_owned());
                Line { source, id: event.id(), time, text }
            };
            let lines = Ok(events.into_iter().map(line).collect());
            Part { source, lines, more: next_token.is_some() }
        }
        Err(refusal) => Part { source, lines: Err(refusal), more: false },
    })
}

/// The command line asks for page after page by itself, up to the limit.
fn answer(
    aws: &Aws,
    source: &Source,
    time: &RangeInclusive<Moment>,
    pattern: Option<&str>,
) -> Result<Answer, Refusal> {
    let (start, end, most) =
        (time.start().0.to_string(), time.end().0.to_string(), MOST.to_string());
    let mut arguments = vec!["--log-group-name", &source.group];
    arguments.extend(["--start-time", &start, "--end-time", &end, "--max-items", &most]);
    if let Some(pattern) = pattern {
        arguments.extend(["--filter-pattern", pattern]);
    }
    aws.read("logs", "filter-log-events", &arguments)
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    events: Vec<Event>,
    /// By this the command line says that it stopped at the limit.
    #[serde(rename = "NextToken")]
    next_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    event_id: Option<String>,
    #[serde(default)]
    log_stream_name: String,
    timestamp: i64,
    message: String,
}

impl Event {
    /// AWS gives each line an id, and not everything that stands in for AWS does.
    fn id(&self) -> String {
        let Self { event_id, log_stream_name, timestamp, message } = self;
        event_id.clone().unwrap_or_else(|| format!("{log_stream_name} {timestamp} {message}"))
    }
}

/// What `--filter` says as a filter pattern of CloudWatch: a text is to be in the line as it is,
/// unless it is a pattern itself.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html>
pub(crate) fn pattern(filter: &str) -> String {
    match filter.chars().next() {
        Some('{' | '[' | '"' | '%' | '?') => filter.to_owned(),
        _ => format!("\"{}\"", filter.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::aws;

    fn source(handler: &str) -> Source {
        let group = format!("/aws/lambda/dev-{handler}");
        Source { handler: handler.into(), group, position: 0 }
    }

    #[test]
    fn a_text_is_quoted_and_a_pattern_left_as_it_is() {
        assert_eq!(pattern("not found"), r#""not found""#);
        assert_eq!(pattern(r#"a "b" \"#), r#""a \"b\" \\""#);
        assert_eq!(pattern(r#"{ $.level = "ERROR" }"#), r#"{ $.level = "ERROR" }"#);
        assert_eq!(pattern("?ERROR ?WARN"), "?ERROR ?WARN");
    }

    #[test]
    fn lines_of_several_logs_are_read_and_one_refusal_does_not_hide_the_others() {
        let folder = TempDir::new().unwrap();
        let script = r#"case "$*" in
            *dev-b*) echo 'An error occurred (ResourceNotFoundException) when calling the FilterLogEvents operation: The specified log group does not exist.' >&2; exit 254;;
            *) printf '{"events": [{"logStreamName": "s", "timestamp": 5, "ingestionTime": 6, "eventId": "1", "message": "%s\\n"}], "searchedLogStreams": [], "NextToken": "x"}' "$*";;
        esac"#;
        let aws = aws::tests::scripted(folder.path(), script);
        let (a, b) = (source("a"), source("b"));
        let time = || Moment(1)..=Moment(9);
        let parts = read(&aws, &[(&a, time()), (&b, time())], Some("x"));
        let [first, second] = &parts[..] else { panic!("{}", parts.len()) };
        let lines = first.lines.as_ref().unwrap();
        let asked = "--start-time 1 --end-time 9 --max-items 10000 --filter-pattern x";
        assert!(lines[0].text.ends_with(asked), "{}", lines[0].text);
        assert_eq!((lines[0].time, lines[0].id.as_str(), first.more), (Moment(5), "1", true));
        assert!(second.lines.as_ref().unwrap_err().is_not_found());
    }
}
