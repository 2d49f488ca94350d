//! Agreement with AWS's own matcher.
//!
//! The cases of `event-patterns.jsonl` are generated, and labelled by event-ruler 2.x, the matcher
//! that AWS has published under the Apache License 2.0
//! (<https://github.com/aws/event-ruler>): whether the event matches the pattern, or that the
//! pattern is refused, and in its words why.

use esteira_pattern::{Pattern, Rules};
use serde_json::{Value, value::RawValue};

struct Case {
    line: usize,
    pattern: String,
    event: Value,
    /// None: the pattern is refused.
    matches: Option<bool>,
}

fn cases() -> Vec<Case> {
    #[derive(serde::Deserialize)]
    struct Line<'a> {
        /// As it is written: the order of its fields counts.
        #[serde(borrow)]
        pattern: &'a RawValue,
        event: Value,
        r#match: Value,
    }
    let lines = include_str!("event-patterns.jsonl").lines();
    let case = |(n, line)| {
        let Line { pattern, event, r#match } = serde_json::from_str(line).expect("is a case");
        let matches = match r#match {
            Value::Bool(matches) => Some(matches),
            Value::String(label) if label == "error" => None,
            other => panic!("line {n}: {other}"),
        };
        Case { line: n, pattern: pattern.get().to_owned(), event, matches }
    };
    (1..).zip(lines).map(case).collect()
}

#[test]
fn every_case_is_decided_as_aws_decides_it() {
    let cases = cases();
    assert_eq!(cases.len(), 3000);
    let mut wrong = Vec::new();
    for Case { line, pattern, event, matches } in cases {
        let ours = Pattern::parse(&pattern).map(|pattern| pattern.matches(&event));
        if ours.as_ref().ok() != matches.as_ref() {
            wrong.push(format!("line {line}: {ours:?}, not {matches:?}: {pattern}"));
        }
    }
    assert_eq!(wrong.len(), 0, "{}", wrong.join("\n"));
}

#[test]
fn every_refusal_says_where_and_what_to_write() {
    for Case { line, pattern, .. } in cases() {
        if let Err(error) = Pattern::parse(&pattern) {
            assert!(!error.path().is_empty(), "line {line}: {error}");
            assert!(!error.reason().is_empty() && !error.help().is_empty(), "line {line}: {error}");
        }
    }
}

#[test]
fn rules_find_what_matching_one_by_one_finds() {
    let cases = cases();
    let mut rules = Rules::new();
    let mut patterns = Vec::new();
    for case in &cases {
        if let Ok(pattern) = Pattern::parse(&case.pattern) {
            patterns.push((case.line, pattern.clone()));
            rules.add(pattern, case.line);
        }
    }
    for case in cases.iter().step_by(60) {
        let together: Vec<_> = rules.matching(&case.event).copied().collect();
        let alone: Vec<_> = patterns
            .iter()
            .filter(|(_, pattern)| pattern.matches(&case.event))
            .map(|(line, _)| *line)
            .collect();
        assert_eq!(together, alone, "line {}", case.line);
    }
}
