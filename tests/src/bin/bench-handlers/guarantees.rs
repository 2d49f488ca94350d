//! That a contender loses nothing: only functions that promise the same are compared.

use std::collections::BTreeSet;

use anyhow::{Context, ensure};
use esteira_tests::{
    function::Function,
    runtime_api::{Answer, Invocation},
    scripted::{Reply, ScriptedAws},
};
use esteira_xtask::bench::Contender;
use serde_json::{Value, json};

use crate::scenario::{batch, insertion, record, sequence_number};

/// The function that takes batches.
const FUNCTION: &str = "processar_pedido";

/// Checks what the function for batches promises.
pub(crate) fn check(contender: &Contender, aws: &ScriptedAws) -> anyhow::Result<()> {
    let program = contender.functions.get(FUNCTION).context("it has no function for batches")?;
    let mut command = program.command();
    let function = Function::start(command.env("AWS_ENDPOINT_URL", aws.endpoint()))?;
    let invoke = |event: &Value| -> anyhow::Result<(Vec<String>, Vec<Vec<Value>>)> {
        let done = function.invoke(&Invocation::new(event))?;
        let Answer::Response(response) = &done.answer else {
            anyhow::bail!("a batch failed as a whole: {:?}", done.answer)
        };
        let failures = response["batchItemFailures"].as_array().cloned().unwrap_or_default();
        let failures =
            failures.iter().filter_map(|it| it["itemIdentifier"].as_str()).map(str::to_owned);
        let entries = |call: esteira_tests::scripted::Call| {
            call.input["Entries"].as_array().cloned().unwrap_or_default()
        };
        Ok((failures.collect(), aws.take_calls().into_iter().map(entries).collect()))
    };

    let orders: Vec<String> = (0..30).map(|order| insertion(order).to_string()).collect();
    let (failures, calls) = invoke(&records(&orders))?;
    ensure!(failures.is_empty(), "a batch of which nothing failed has failures");
    ensure!(calls.len() == 3, "30 events left in {} calls, not in tens", calls.len());

    let (failures, calls) = invoke(&batch(200))?;
    ensure!(failures.is_empty(), "a batch of which nothing failed has failures");
    in_order(&calls)?;

    aws.next("PutEvents", [Reply::entries([None, Some("ThrottlingException"), None])]);
    let (failures, calls) = invoke(&batch(3))?;
    let sizes: Vec<usize> = calls.iter().map(Vec::len).collect();
    ensure!(failures.is_empty(), "what was accepted in the end is reported as failed");
    ensure!(sizes == [3, 1], "of three events one was refused for the moment: calls of {sizes:?}");
    ensure!(calls[0][1] == calls[1][0], "another event was sent again than the refused one");

    let refused = Some("NotAuthorizedForSourceException");
    aws.next("PutEvents", [Reply::entries([None, refused, None, refused])]);
    let (failures, calls) = invoke(&batch(4))?;
    ensure!(failures == [sequence_number(1)], "of refused events the lowest counts: {failures:?}");
    ensure!(calls.len() == 1, "what can never be accepted was sent again");

    let damaged = [insertion(0).to_string(), "{".to_owned(), insertion(2).to_string()];
    let (failures, calls) = invoke(&records(&damaged))?;
    ensure!(failures == [sequence_number(1)], "a record that cannot be read: {failures:?}");
    let sent = calls.concat();
    ensure!(!sent.is_empty(), "what came before a failed record was not published");

    // As DMS writes an integer of so many digits.
    let long = insertion(0).to_string().replace("\"id\":0", "\"id\":1.234567890123456789E18");
    let (failures, calls) = invoke(&records(&[long]))?;
    ensure!(failures.is_empty(), "a long integer cannot be read");
    let detail = calls.concat().pop().map(|entry| entry["Detail"].to_string());
    let exact = detail.as_ref().is_some_and(|it| it.contains("1234567890123456789"));
    ensure!(exact, "a long integer is not exact: {detail:?}");

    said(&function.log())
}

/// A batch of records with these data, each of a partition key of its own.
fn records(data: &[String]) -> Value {
    let record = |(at, data): (usize, &String)| record(at, &at.to_string(), data.as_bytes());
    json!({ "Records": data.iter().enumerate().map(record).collect::<Vec<_>>() })
}

/// The events of an order left in the order in which they happened.
fn in_order(calls: &[Vec<Value>]) -> anyhow::Result<()> {
    let mut announced = BTreeSet::new();
    for entry in calls.concat() {
        let detail: Value = serde_json::from_str(entry["Detail"].as_str().unwrap_or_default())?;
        let order = detail["PedidoID"].as_u64().context("an event names no order")?;
        if entry["DetailType"] == "Pedido Cancelado" {
            ensure!(announced.contains(&order), "order {order} was cancelled before it was placed");
        }
        announced.insert(order);
    }
    Ok(())
}

/// Every line is JSON; one is an error as Lambda reads it, one has metrics.
fn said(log: &[Value]) -> anyhow::Result<()> {
    let text = log.iter().find(|line| !line.is_object());
    ensure!(text.is_none(), "a line of its log is no JSON: {text:?}");
    let error = log.iter().find(|line| line["level"] == "ERROR").context("no failure is logged")?;
    ensure!(error["timestamp"].is_string(), "Lambda takes a line without a time for INFO: {error}");
    ensure!(log.iter().any(|line| line.get("_aws").is_some()), "there are no metrics in its log");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_that_is_cancelled_before_it_is_placed_is_found() {
        let entry = |kind: &str| json!({ "DetailType": kind, "Detail": "{\"PedidoID\":7}" });
        let (placed, cancelled) = (entry("Novo Pedido Criado"), entry("Pedido Cancelado"));
        in_order(&[vec![placed.clone(), cancelled.clone()]]).unwrap();
        in_order(&[vec![cancelled], vec![placed]]).unwrap_err();
    }

    #[test]
    fn a_log_has_to_say_level_and_time_and_metrics() {
        let error = json!({ "level": "ERROR", "timestamp": "2026-01-01T00:00:00Z" });
        let metrics = json!({ "_aws": {} });
        said(&[error.clone(), metrics.clone()]).unwrap();
        said(&[json!({ "level": "ERROR" }), metrics.clone()]).unwrap_err();
        said(&[error.clone(), Value::from("text"), metrics]).unwrap_err();
        said(&[error]).unwrap_err();
    }
}
