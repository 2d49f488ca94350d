//! A line for people: time, trace, part, what, duration, outcome.

use std::{fmt::Write, time::SystemTime};

use anstyle::{AnsiColor, Style};
use esteira::engine::{Input, Seen, What};

use super::{
    Log, Names,
    entry::{Entry, GivenUp, Said},
    names::short,
    pace::Counted,
    text,
    totals::Hop,
};

/// The columns that are not as wide as the longest name.
const TRACE: usize = 8;
const WHAT: usize = 24;
const TOOK: usize = 7;

const DIM: Style = Style::new().dimmed();
const GOOD: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default();

/// Colours of handlers that are not those of an outcome.
const COLORS: [AnsiColor; 6] = [
    AnsiColor::Cyan,
    AnsiColor::Magenta,
    AnsiColor::Blue,
    AnsiColor::BrightCyan,
    AnsiColor::BrightMagenta,
    AnsiColor::BrightBlue,
];

/// Writes lines.
pub(super) struct Painter {
    /// Of the longest name.
    width: usize,
    color: bool,
}

/// A line before it is written.
struct Line<'a> {
    at: SystemTime,
    trace: Option<&'a str>,
    part: &'a str,
    style: Style,
    what: String,
    took: Option<String>,
    outcome: Option<(Style, String)>,
    /// Said after the outcome.
    more: String,
}

impl Painter {
    pub(super) fn new(names: &Names, color: bool) -> Self {
        Self { width: names.width(), color }
    }

    /// What happened.
    pub(super) fn line(&self, entry: &Entry<'_>, names: &Names) -> String {
        let line = |part, style, what| Line {
            at: entry.at,
            trace: entry.trace,
            part,
            style,
            what,
            took: None,
            outcome: None,
            more: String::new(),
        };
        let handler = |number| (names.handler(number), color(number));
        self.write(&match &entry.what {
            Said::Put { stream, number } => {
                line(names.stream(*stream), Style::new(), text::of(*number as u64, "record"))
            }
            Said::Invoked { what: What::Invoked { function, input, took, outcome }, given_up } => {
                let (part, style) = handler(*function);
                Line {
                    took: Some(text::took(*took)),
                    outcome: Some(end(input, outcome, given_up.is_some())),
                    more: given_up.map(gave_up).unwrap_or_default(),
                    ..line(part, style, text::input(input))
                }
            }
            Said::Invoked { what, .. } | Said::Other(what) => match what {
                What::Published { bus, detail_type, functions, .. } => {
                    let to: Vec<&str> = functions.iter().map(|to| names.handler(*to)).collect();
                    let more = match to.is_empty() {
                        true => "to nobody: no rule matches".into(),
                        false => format!("to {}", to.join(", ")),
                    };
                    Line { more, ..line(names.bus(*bus), Style::new(), detail_type.clone()) }
                }
                What::Notified { topic, subject, body } => {
                    let text = subject.as_deref().unwrap_or(body);
                    line(short(topic), Style::new(), text::plain(text))
                }
                What::GaveUp { function, input, condition, destination } => {
                    let (part, style) = handler(*function);
                    let given_up = GivenUp { input, condition, destination };
                    Line { more: gave_up(given_up), ..line(part, style, text::input(input)) }
                }
                What::Refused(refusal) => Line {
                    outcome: Some((BAD, "refused".into())),
                    more: text::plain(&refusal.reason),
                    ..line(names.handler_of(&refusal.function), Style::new(), String::new())
                },
                What::Put { .. } | What::Invoked { .. } => {
                    // Said above.
                    line("", Style::new(), String::new())
                }
            },
        })
    }

    /// What there was in about a second.
    pub(super) fn counts(&self, at: SystemTime, counted: &Counted, names: &Names) -> String {
        let (hop, count, took) = match counted {
            Counted::Of(hop, count, took) => (hop, count, took),
            Counted::Logs(number) => {
                let more = format!("{} not shown", text::of(*number as u64, "log line"));
                return self.write(&Line { more, ..blank(at, "") });
            }
        };
        let what = match hop {
            Hop::Stream(_) => text::of(count.number, "record"),
            Hop::Bus(_) => text::of(count.number, "event"),
            Hop::Topic(_) => text::of(count.number, "message"),
            Hop::Function(_) => text::of(count.invocations, "invocation"),
        };
        let mut more = format!("in {}", text::took(*took));
        if count.number > count.invocations && count.invocations > 0 {
            let _ = write!(more, ", with {}", text::of(count.number, "record"));
        }
        let bad =
            [(count.failed, "failed"), (count.given_up, "given up"), (count.refused, "refused")];
        let bad: Vec<String> = bad
            .iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, what)| format!("{} {what}", text::number(*number)))
            .collect();
        let outcome = (!bad.is_empty()).then(|| (BAD, bad.join(", ")));
        self.write(&Line { what, outcome, more, ..blank(at, hop.name(names)) })
    }

    /// What a function says.
    pub(super) fn log(&self, log: &Log) -> String {
        let style = match log.level.as_str() {
            "ERROR" => BAD,
            "WARN" => WARNING,
            _ => DIM,
        };
        let line = Line {
            trace: log.trace.as_deref(),
            outcome: Some((style, log.level.clone())),
            more: log.text(),
            ..blank(log.at, &log.handler)
        };
        self.write(&line)
    }

    fn write(&self, line: &Line<'_>) -> String {
        let Line { at, trace, part, style, what, took, outcome, more } = line;
        let trace = trace.map_or("", text::trace);
        let (at, width) = (text::clock(*at), self.width);
        let took = took.as_deref().unwrap_or_default();
        let mut out = format!(
            "{DIM}{at}  {trace:TRACE$}{DIM:#}  {style}{part:width$}{style:#}  {:WHAT$}  {took:>TOOK$}",
            text::plain(what)
        );
        if let Some((style, outcome)) = outcome {
            let _ = write!(out, "  {style}{}{style:#}", text::plain(outcome));
        }
        if !more.is_empty() {
            let _ = write!(out, "  {more}");
        }
        let out = if self.color { out } else { anstream::adapter::strip_str(&out).to_string() };
        out.trim_end().to_owned()
    }
}

fn blank(at: SystemTime, part: &str) -> Line<'_> {
    Line {
        at,
        trace: None,
        part,
        style: Style::new(),
        what: String::new(),
        took: None,
        outcome: None,
        more: String::new(),
    }
}

/// How an invocation ended.
fn end(
    input: &Input,
    outcome: &Result<usize, esteira::engine::Failure>,
    is_given_up: bool,
) -> (Style, String) {
    match outcome {
        Ok(0) => (GOOD, "ok".into()),
        Ok(again) => {
            let all = match input {
                Input::Records(number) => *number,
                Input::Event(_) => 1,
            };
            (BAD, format!("failed from record {} of {all} on", all.saturating_sub(*again) + 1))
        }
        Err(failure) => {
            let (kind, message) = (&failure.kind, &failure.message);
            let again = if is_given_up { "" } else { ", comes again" };
            (BAD, format!("failed{again}: {kind}: {message}"))
        }
    }
}

fn gave_up(GivenUp { input, condition, destination }: GivenUp<'_>) -> String {
    let what = match input {
        Input::Records(number) => text::of(*number as u64, "record"),
        Input::Event(_) => "event".into(),
    };
    let why = if condition.is_empty() { String::new() } else { format!(" ({condition})") };
    format!("{what} given up{why}, now in {destination}")
}

/// A function's own.
fn color(function: usize) -> Style {
    COLORS[function % COLORS.len()].on_default()
}

/// The last failures in the words of the lines, for other pictures.
pub(super) fn failure(seen: &Seen) -> Option<String> {
    match &seen.what {
        What::Invoked { input, outcome, .. } if !matches!(outcome, Ok(0)) => {
            let (_, text) = end(input, outcome, true);
            Some(format!("{}: {}", text::input(input), text::plain(&text)))
        }
        What::GaveUp { input, condition, destination, .. } => {
            Some(gave_up(GivenUp { input, condition, destination }))
        }
        What::Refused(refusal) => Some(format!("refused: {}", text::plain(&refusal.reason))),
        _ => None,
    }
}
