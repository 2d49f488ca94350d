//! A line of JSON for each thing that happens, for programs. `docs/dev-json.md` has the fields, which
//! are only ever added to.

use std::{
    io::{self, Write},
    time::Duration,
};

use esteira::engine::{Input, Seen, What};
use serde_json::{Map, Value, json};

use super::{
    Gauges, Log, Names, Wish,
    names::short,
    text,
    totals::{OfFunction, Totals},
};

/// What happened.
pub(super) fn of(seen: &Seen, names: &Names) -> Value {
    let mut line = match &seen.what {
        What::Put { stream } => json!({ "kind": "record", "stream": names.stream(*stream) }),
        What::Published { bus, source, detail_type, functions } => {
            let functions: Vec<&str> = functions.iter().map(|to| names.handler(*to)).collect();
            json!({
                "kind": "published",
                "bus": names.bus(*bus),
                "source": source,
                "detail_type": detail_type,
                "functions": functions,
            })
        }
        What::Invoked { function, input, took, outcome } => {
            let (word, again, error) = match outcome {
                Ok(0) => ("done", 0, Value::Null),
                Ok(again) => ("partly", *again, Value::Null),
                Err(failure) => {
                    let error = json!({ "type": failure.kind, "message": failure.message });
                    let all = if let Input::Records(number) = input { *number } else { 1 };
                    ("failed", all, error)
                }
            };
            with_input(
                input,
                json!({
                    "kind": "invoked",
                    "function": names.handler(*function),
                    "took_us": micros(*took),
                    "outcome": word,
                    "again": again,
                    "error": error,
                }),
            )
        }
        What::Notified { topic, subject, body } => json!({
            "kind": "notified", "topic": short(topic), "subject": subject, "message": body,
        }),
        What::GaveUp { function, input, condition, destination } => with_input(
            input,
            json!({
                "kind": "gave_up",
                "function": names.handler(*function),
                "condition": condition,
                "destination": destination,
            }),
        ),
        What::Refused(refusal) => json!({
            "kind": "refused",
            "function": names.handler_of(&refusal.function),
            "reason": refusal.reason,
        }),
    };
    line["at"] = text::timestamp(seen.at).into();
    if let Some(trace) = &seen.trace {
        line["trace"] = (&**trace).into();
    }
    line
}

/// What a function said.
pub(super) fn of_log(log: &Log) -> Value {
    let fields: Map<String, Value> = log.fields.iter().cloned().collect();
    let mut line = json!({
        "at": text::timestamp(log.at),
        "kind": "log",
        "function": log.handler,
        "level": log.level,
        "message": log.message,
        "fields": fields,
    });
    if let Some(trace) = &log.trace {
        line["trace"] = trace.as_str().into();
    }
    line
}

/// What there was in all.
pub(super) fn summary(names: &Names, totals: &Totals, gauges: &Gauges, elapsed: Duration) -> Value {
    let named = |names: &[String], numbers: &[u64]| -> Map<String, Value> {
        names.iter().cloned().zip(numbers.iter().map(|it| (*it).into())).collect()
    };
    let functions = names.functions.iter().zip(&totals.functions).enumerate();
    let functions: Map<String, Value> = functions
        .map(|(number, (function, of))| {
            let told = of_function(of, gauges.function(number).lag, |condition| {
                json!({ "redrive": format!("{} {}", names.redrive, function.handler), "condition": condition })
            });
            (function.handler.clone(), told)
        })
        .collect();
    json!({
        "at": text::timestamp(std::time::SystemTime::now()),
        "kind": "summary",
        "seconds": elapsed.as_secs_f64(),
        "streams": named(&names.streams, &totals.streams),
        "buses": named(&names.buses, &totals.buses),
        "topics": totals.topics,
        "functions": functions,
    })
}

fn of_function(of: &OfFunction, lag: usize, frame: impl Fn(&str) -> Value) -> Value {
    let given_up = of.given_up.iter().map(|(condition, it)| {
        let mut told = frame(condition);
        told["number"] = it.number.into();
        told["destination"] = it.destination.as_str().into();
        told
    });
    json!({
        "invocations": of.invocations,
        "given": of.given,
        "failed": of.failed,
        "refused": of.refused,
        "p50_us": of.took.quantile(0.5).map(micros),
        "p99_us": of.took.quantile(0.99).map(micros),
        "lag": lag,
        "given_up": given_up.collect::<Vec<_>>(),
    })
}

/// Writes lines, and sees to it that they are read at once.
pub(super) fn write(
    output: &mut dyn Write,
    lines: impl IntoIterator<Item = Value>,
) -> io::Result<Wish> {
    let mut any = false;
    for line in lines {
        serde_json::to_writer(&mut *output, &line)?;
        output.write_all(b"\n")?;
        any = true;
    }
    if any {
        output.flush()?;
    }
    Ok(Wish::GoOn)
}

fn with_input(input: &Input, mut line: Value) -> Value {
    match input {
        Input::Records(number) => line["records"] = (*number).into(),
        Input::Event(detail_type) => line["event"] = detail_type.as_str().into(),
    }
    line
}

fn micros(took: Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}
