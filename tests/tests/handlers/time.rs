//! A function's time: what is repeated within it, what is reported before it is over, and what
//! happens when Lambda ends the process.

use std::time::{Duration, Instant};

use anyhow::ensure;
use esteira_tests::function::Signal;
use esteira_tests::runtime_api::{Answer, Invocation};
use esteira_tests::scripted::Reply;
use esteira_tests::wait;
use serde_json::{Value, json};

use crate::records::{self, Record, order, reading};
use crate::stage::{self, Stage};

/// As short as a function's time may be without its margins being most of it.
const SHORT: Duration = Duration::from_secs(3);

/// How long Lambda leaves a process after it told it to end.
/// <https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>
const UNTIL_KILLED: Duration = Duration::from_millis(500);

fn alarm() -> Value {
    json!({
        "sensorId": 3, "celsius": 121.5, "severity": "critical",
        "place": { "hall-name": "Oven 3", "level": 0 },
    })
}

#[test]
fn what_is_throttled_is_repeated_until_it_succeeds() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("sensors", "keep_reading")? else { return Ok(()) };
    let throttled = |code| Reply::refused(code, "slow down");
    stage.aws.next(
        "PutItem",
        [
            throttled("ThrottlingException"),
            throttled("ProvisionedThroughputExceededException"),
            throttled("RequestLimitExceeded"),
            Reply::fault(),
            Reply::Close,
            Reply::Success,
        ],
    );
    assert_eq!(stage.deliver(&[reading(1, 1, 20.0)])?, None);
    let calls = stage.aws.inputs("PutItem");
    assert_eq!(calls.len(), 6);
    assert!(calls.iter().all(|call| *call == calls[0]), "{calls:?}");
    Ok(())
}

#[test]
fn what_stays_throttled_is_given_up_in_time() -> anyhow::Result<()> {
    for (handler, operation) in [("keep_reading", "PutItem"), ("keep_reading", "PutEvents")] {
        let Some(stage) = Stage::start("sensors", handler)? else { return Ok(()) };
        stage.aws.script(operation, |_| Reply::throttled());
        let (at, done) = stage.deliver_within(SHORT, &[reading(1, 1, 95.0)])?;
        assert_eq!(at, Some(0), "{operation}");
        assert!(!done.left.is_zero(), "{operation}: it took {:?}", done.took);
        let tries = stage.aws.inputs(operation).len();
        assert!((4..200).contains(&tries), "{operation} was tried {tries} times");
        assert!(stage.errors().to_lowercase().contains("throttled"), "{}", stage.errors());
    }
    Ok(())
}

#[test]
fn an_endpoint_that_hangs_is_left_in_time_to_report_how_far_it_got() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("sensors", "keep_reading")? else { return Ok(()) };
    stage.aws.script("PutItem", |call| match call.input["Item"]["sensor"]["N"].as_str() {
        Some("2") => Reply::Hang,
        _ => Reply::Success,
    });
    let records: Vec<Record> = (0..5).map(|sensor| reading(sensor, 1, 95.0)).collect();
    let (at, done) = stage.deliver_within(SHORT, &records)?;
    assert_eq!(at, Some(2));
    assert!(!done.left.is_zero(), "it took {:?}", done.took);
    let announced = stage.put_events().concat();
    for sensor in 0..2 {
        let found = announced.iter().any(|entry| entry.detail["sensorId"] == sensor);
        assert!(found, "the alarm of {sensor} is not in {announced:?}");
    }
    assert_eq!(stage.deliver(&[reading(1, 1, 20.0)])?, None, "and then serves the next batch");
    Ok(())
}

#[test]
fn a_bus_that_hangs_is_left_in_time() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("pipeline", "processar_pedido")? else { return Ok(()) };
    stage.aws.next("PutEvents", [Reply::Hang]);
    let (at, done) = stage.deliver_within(SHORT, &[Record::order(1), Record::order(2)])?;
    assert_eq!(at, Some(0));
    assert!(!done.left.is_zero(), "it took {:?}", done.took);
    Ok(())
}

#[test]
fn a_batch_that_is_too_slow_reports_how_far_it_got() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("sensors", "keep_reading")? else { return Ok(()) };
    stage.aws.script("PutItem", |_| Reply::Success.after(Duration::from_millis(100)));
    // One key, so one after the other: ten seconds of work.
    let records: Vec<Record> = (0..100).map(|at| reading(1, at, 20.0)).collect();
    let (at, done) = stage.deliver_within(SHORT, &records)?;
    assert!(!done.left.is_zero(), "it took {:?}", done.took);
    let begun = stage.aws.inputs("PutItem").len();
    let at = at.unwrap_or(100);
    assert!((5..35).contains(&at), "the checkpoint is {at}");
    assert!((at..=at + 1).contains(&begun), "{begun} were begun, the checkpoint is {at}");
    Ok(())
}

#[test]
fn an_event_fails_in_time_if_what_it_needs_does_not_answer() -> anyhow::Result<()> {
    let cases = [
        ("sensors", "wake_somebody", "Publish", alarm()),
        ("pipeline", "atualizar_estoque", "TransactWriteItems", event(order(1))),
    ];
    for (application, handler, operation, detail) in cases {
        let Some(stage) = Stage::start(application, handler)? else { return Ok(()) };
        stage.aws.script(operation, |_| Reply::Hang);
        let done = stage.event_within(SHORT, &detail)?;
        let Answer::Error(error) = &done.answer else { panic!("{handler}: {:?}", done.answer) };
        let message = error["errorMessage"].as_str().unwrap_or_default();
        assert!(!message.is_empty(), "{handler}: {error}");
        assert!(!done.left.is_zero(), "{handler} took {:?}", done.took);
    }
    Ok(())
}

/// The detail of a new order with that row.
fn event(row: Value) -> Value {
    json!({
        "PedidoID": row["id"], "ProdutoID": row["produto_id"], "Quantidade": row["quantidade"],
        "ClienteNome": row["cliente_nome"], "Email": row["email"],
    })
}

#[test]
fn told_to_end_in_mid_batch_it_reports_how_far_it_got_and_ends() -> anyhow::Result<()> {
    for slow in [Reply::Success.after(Duration::from_millis(100)), Reply::Hang] {
        let Some(stage) = Stage::start("sensors", "keep_reading")? else { return Ok(()) };
        stage.aws.next("PutItem", [Reply::Success, Reply::Success]);
        let waits = slow.clone();
        stage.aws.script("PutItem", move |_| waits.clone());
        let records: Vec<Record> = (0..50).map(|at| reading(1, at, 20.0)).collect();
        let pending = stage.function.begin(&Invocation::new(&records::batch(&records)));
        wait::until("the third record", || {
            Ok((stage.aws.inputs("PutItem").len() >= 3).then_some(()))
        })?;
        let told = Instant::now();
        stage.function.signal(Signal::TERM)?;
        let done = stage.function.answer(&pending)?;
        let at = stage::checkpoint(&done, records.len())?.unwrap_or(50);
        assert!(told.elapsed() < UNTIL_KILLED, "{slow:?}: after {:?}", told.elapsed());
        let status = stage.function.ended(UNTIL_KILLED)?;
        assert!(status.success(), "{slow:?}: {status}");
        let begun = stage.aws.inputs("PutItem").len();
        assert!((2..50).contains(&at), "{slow:?}: the checkpoint is {at}");
        assert!((at..=at + 1).contains(&begun), "{slow:?}: {begun} begun, checkpoint {at}");
    }
    Ok(())
}

#[test]
fn told_to_end_without_an_invocation_it_ends() -> anyhow::Result<()> {
    for (application, handler) in [("sensors", "keep_reading"), ("sensors", "wake_somebody")] {
        let Some(stage) = Stage::start(application, handler)? else { return Ok(()) };
        stage.function.ready(Duration::from_secs(10))?;
        stage.function.signal(Signal::TERM)?;
        let status = stage.function.ended(UNTIL_KILLED)?;
        ensure!(status.success(), "{handler}: {status}");
        // Lambda tells only a process that has an extension.
        ensure!(!stage.function.api().extensions().is_empty(), "{handler}: no extension");
    }
    Ok(())
}
