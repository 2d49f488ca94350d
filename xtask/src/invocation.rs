//! Calling a function, and what became of it.

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::Value;

use crate::{
    aws::{Aws, Refusal},
    graph::Function,
};

/// A call of a function that came to its end, whatever end that was.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Invocation {
    /// The function's name in AWS.
    pub(crate) function: String,
    /// What it answered.
    pub(crate) answer: Value,
    pub(crate) outcome: Outcome,
    /// The last 4 KB of what it logged.
    pub(crate) log: String,
}

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    Answered,
    /// With this error.
    Failed(String),
    /// Some records of a batch failed: the sequence numbers that it reports.
    Partly(Vec<String>),
}

impl Invocation {
    /// Calls a function and waits for its answer.
    ///
    /// # Errors
    ///
    /// AWS does not call it. That it fails is none.
    pub(crate) fn call(aws: &Aws, function: &Function, event: &Value) -> Result<Self, Refusal> {
        Self::call_with(aws, function, &event.to_string())
    }

    /// As [`call`](Self::call), with an event that is JSON already: so every digit of it stays.
    ///
    /// # Errors
    ///
    /// Those of `call`.
    pub(crate) fn call_with(aws: &Aws, function: &Function, event: &str) -> Result<Self, Refusal> {
        let name = &function.node.name;
        // A function may take longer than the command line waits, or would be called a second time.
        let patience = (function.timeout + 30).to_string();
        // The only ways to hand over an event and to get the answer that both versions of the
        // command line have, without a file that would lie about.
        let arguments = [
            "--function-name",
            name,
            "--log-type",
            "Tail",
            "--cli-read-timeout",
            &patience,
            "--payload",
            "fileb:///dev/stdin",
            "/dev/stdout",
        ];
        let said = aws.text_with_input("lambda", "invoke", &arguments, event.as_bytes())?;
        Self::read(name, &said).ok_or_else(|| {
            Refusal::other("lambda", "invoke", &format!("its answer is not understood: {said}"))
        })
    }

    /// Hands a function an event without waiting for what it makes of it, as a bus does: Lambda
    /// tries as often as for an event of the bus, and gives up in the same place.
    ///
    /// # Errors
    ///
    /// AWS does not take it.
    pub(crate) fn hand_over(aws: &Aws, function: &Function, event: &str) -> Result<(), Refusal> {
        let arguments = [
            "--function-name",
            &function.node.name,
            "--invocation-type",
            "Event",
            "--payload",
            "fileb:///dev/stdin",
            "/dev/stdout",
        ];
        aws.text_with_input("lambda", "invoke", &arguments, event.as_bytes()).map(drop)
    }

    /// The answer, and behind it what Lambda says of the call.
    fn read(function: &str, said: &str) -> Option<Self> {
        let (answer, about) = said.match_indices('{').find_map(|(start, _)| {
            let about: Value = serde_json::from_str(&said[start..]).ok()?;
            about.get("StatusCode").is_some().then(|| (said[..start].trim(), about))
        })?;
        let answer = match answer {
            "" => Value::Null,
            text => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
        };
        let log = about["LogResult"]
            .as_str()
            .and_then(|text| BASE64_STANDARD.decode(text).ok())
            .unwrap_or_default();
        Some(Self {
            function: function.to_owned(),
            outcome: outcome(&answer, about["FunctionError"].as_str()),
            answer,
            log: whole_lines(&log),
        })
    }
}

/// What Lambda gives of the log, without the line that its end alone is left of.
fn whole_lines(log: &[u8]) -> String {
    const MOST: usize = 4096;
    let text = String::from_utf8_lossy(log);
    match text.split_once('\n') {
        Some((_, rest)) if log.len() >= MOST => rest.to_owned(),
        _ => text.into_owned(),
    }
}

fn outcome(answer: &Value, error: Option<&str>) -> Outcome {
    if let Some(error) = error {
        let text = |key: &str| answer[key].as_str().filter(|text| !text.is_empty());
        return Outcome::Failed(match (text("errorType"), text("errorMessage")) {
            (_, Some(message)) => message.to_owned(),
            (Some(kind), None) => kind.to_owned(),
            (None, None) => format!("{error}: {answer}"),
        });
    }
    let failures = answer["batchItemFailures"].as_array().into_iter().flatten();
    let named = |it: &Value| {
        it["itemIdentifier"].as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    };
    // One that names no record fails the batch.
    // <https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html>
    match failures.map(named).collect::<Option<Vec<_>>>() {
        Some(failures) if failures.is_empty() => Outcome::Answered,
        Some(failures) => Outcome::Partly(failures),
        None => Outcome::Failed("it reports a record without its number: none is complete".into()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tempfile::TempDir;

    use super::*;
    use crate::{aws::tests::scripted, fixture, graph::Graph, stage::Stage};

    #[test]
    fn the_answer_is_told_from_what_lambda_says_of_it() {
        let about = r#"{
    "StatusCode": 200,
    "LogResult": "aGVsbG8K",
    "ExecutedVersion": "$LATEST"
}
"#;
        for (answer, expected) in [
            ("null", Value::Null),
            ("", Value::Null),
            (r#"{"a": {"StatusCode": 1}}"#, json!({ "a": { "StatusCode": 1 } })),
            (r#""{""#, json!("{")),
            ("no JSON {", json!("no JSON {")),
        ] {
            let invocation = Invocation::read("f", &format!("{answer}{about}")).unwrap();
            assert_eq!(invocation.answer, expected, "{answer}");
            assert_eq!(invocation.outcome, Outcome::Answered);
            assert_eq!(invocation.log, "hello\n");
        }
        assert_eq!(Invocation::read("f", "null"), None);
    }

    #[test]
    fn a_failure_has_the_message_of_the_function() {
        let read = |said: &str| Invocation::read("f", said).unwrap().outcome;
        let failed = r#"{"errorType":"T","errorMessage":"no stock"}{"StatusCode":200,"FunctionError":"Unhandled"}"#;
        assert_eq!(read(failed), Outcome::Failed("no stock".into()));
        let ended = r#"{"errorType":"Runtime.ExitError"}{"StatusCode":200,"FunctionError":"x"}"#;
        assert_eq!(read(ended), Outcome::Failed("Runtime.ExitError".into()));
    }

    #[test]
    fn records_that_are_reported_are_a_failure() {
        let read = |said: &str| Invocation::read("f", said).unwrap().outcome;
        let some = r#"{"batchItemFailures":[{"itemIdentifier":"7"}]}{"StatusCode":200}"#;
        assert_eq!(read(some), Outcome::Partly(vec!["7".into()]));
        assert_eq!(read(r#"{"batchItemFailures":[]}{"StatusCode":200}"#), Outcome::Answered);
        let nameless = r#"{"batchItemFailures":[{"itemIdentifier":null}]}{"StatusCode":200}"#;
        assert!(matches!(read(nameless), Outcome::Failed(_)));
    }

    #[test]
    fn the_event_goes_in_and_the_answer_comes_out() {
        let folder = TempDir::new().unwrap();
        let graph = Graph::new(&fixture::manifest(), &Stage::new("dev")).unwrap();
        let function = graph.functions.iter().next().unwrap();
        // Larger than what a pipe holds.
        let event = json!({ "text": "x".repeat(200_000) });
        let aws = scripted(folder.path(), r#"cat; echo '{"StatusCode": 200}'"#);
        let invocation = Invocation::call(&aws, function, &event).unwrap();
        assert_eq!(invocation.answer, event);
        // One that does not read it at all.
        let aws = scripted(folder.path(), r#"echo '{"StatusCode": 200}'"#);
        assert_eq!(Invocation::call(&aws, function, &event).unwrap().answer, Value::Null);
    }
}
