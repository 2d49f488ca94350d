//! What the user sees: progress and mistakes on stderr, data on stdout.

use std::{fmt::Display, io::Write};

use anstream::ColorChoice;
use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};

use crate::diagnostic::{Diagnostic, Failure, Place};

/// How much is said, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Report {
    pub(crate) quiet: bool,
    pub(crate) verbose: bool,
    pub(crate) json: bool,
    pub(crate) no_color: bool,
}

const STATUS: Style = AnsiColor::Green.on_default().bold();
const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const ARROW: Style = AnsiColor::Blue.on_default().bold();
const BOLD: Style = Style::new().bold();

impl Report {
    /// Applies the choice of colour to everything printed from now on. `NO_COLOR` and a stream
    /// that is no terminal are seen by the streams themselves.
    pub(crate) fn set_up(&self) {
        if self.no_color {
            ColorChoice::Never.write_global();
        }
    }

    /// One line of progress, in the manner of cargo.
    pub(crate) fn status(&self, verb: &str, what: impl Display) {
        if !self.quiet {
            line(anstream::stderr(), format_args!("{STATUS}{verb:>12}{STATUS:#} {what}"));
        }
    }

    /// One line that only `-v` shows.
    pub(crate) fn detail(&self, verb: &str, what: impl Display) {
        if self.verbose {
            self.status(verb, what);
        }
    }

    /// What a person has to do, with the commands to copy beneath.
    pub(crate) fn step(&self, title: &str, text: &str) {
        self.status("To do", title);
        if !self.quiet {
            for text in text.lines() {
                line(anstream::stderr(), format_args!("{:13}{text}", ""));
            }
        }
    }

    /// Data for people, unless `--json` asked for another form of it.
    pub(crate) fn data(&self, text: impl Display) {
        if !self.json {
            line(anstream::stdout(), text);
        }
    }

    /// Data for programs, if `--json` asked for it.
    pub(crate) fn json(&self, value: &Value) {
        if self.json {
            line(anstream::stdout(), format_args!("{value:#}"));
        }
    }

    /// What is not as one might expect, and keeps nothing from being done.
    pub(crate) fn warning(&self, diagnostic: &Diagnostic) {
        line(anstream::stderr(), colored("warning", WARNING, diagnostic));
    }

    /// Every mistake, on stderr; with `--json` on stdout too.
    pub(crate) fn failure(&self, failure: &Failure) {
        for diagnostic in &failure.0 {
            line(anstream::stderr(), colored("error", ERROR, diagnostic));
        }
        self.json(&json!({ "errors": failure.0.iter().map(as_json).collect::<Vec<_>>() }));
    }
}

/// A closed pipe is no reason to panic, and there is nowhere to report it.
fn line(mut stream: impl Write, text: impl Display) {
    let _ = writeln!(stream, "{text}");
}

/// The same text as the diagnostic's own `Display`, in rustc's colours; `word` says how bad it is.
fn colored(word: &str, style: Style, diagnostic: &Diagnostic) -> String {
    let mut text = format!("{style}{word}{style:#}{BOLD}: {}{BOLD:#}", diagnostic.message);
    for (place, label) in &diagnostic.places {
        text += &format!("\n  {ARROW}-->{ARROW:#} {place}");
        if !label.is_empty() {
            text += &format!(": {label}");
        }
    }
    if let Some(help) = &diagnostic.help {
        text += &format!("\n  {ARROW}={ARROW:#} {BOLD}help{BOLD:#}: {help}");
    }
    text
}

/// A diagnostic as data.
pub(crate) fn as_json(diagnostic: &Diagnostic) -> Value {
    let entry = |(place, label): &(Place, String)| json!({ "file": place.file, "line": place.line, "column": place.column, "label": label });
    let places: Vec<_> = diagnostic.places.iter().map(entry).collect();
    json!({ "message": diagnostic.message, "places": places, "help": diagnostic.help })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_adds_nothing_but_colour() {
        let diagnostic = Diagnostic::new("no such stream")
            .at(Place::new("src/lib.rs", 3), "named here")
            .at(Place { column: Some(5), ..Place::new("src/infra.rs", 9) }, "")
            .help("declare it");
        let plain = anstream::adapter::strip_str(&colored("error", ERROR, &diagnostic)).to_string();
        assert_eq!(plain, diagnostic.to_string());
    }

    #[test]
    fn json_names_every_place() {
        let diagnostic = Diagnostic::new("x").at(Place::new("src/lib.rs", 3), "here");
        assert_eq!(
            as_json(&diagnostic),
            json!({ "message": "x", "help": null,
                    "places": [{ "file": "src/lib.rs", "line": 3, "column": null, "label": "here" }] })
        );
    }
}
