//! The order in which records are handled, and where a batch has to begin again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use esteira_tests::scripted::{Call, Reply};

use crate::records::{Record, event_id, reading};
use crate::stage::Stage;

/// How many records of a batch are handled at once where the attribute does not say.
const AT_ONCE: usize = 10;

/// The reading that a PutItem call keeps: the sensor, and when it measured.
fn kept(call: &Call) -> (u64, u64) {
    let number = |name: &str| {
        let text = call.input["Item"][name]["N"].as_str().unwrap_or_default();
        text.parse().unwrap_or_default()
    };
    (number("sensor"), number("at"))
}

/// All readings that were kept, in the order of the calls.
fn all_kept(stage: &Stage) -> Vec<(u64, u64)> {
    stage.aws.calls().iter().filter(|it| it.operation == "PutItem").map(kept).collect()
}

#[test]
fn an_empty_batch_and_one_without_failures_report_nothing() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("sensors", "keep_reading")? else { return Ok(()) };
    assert_eq!(stage.deliver(&[])?, None);
    assert_eq!(stage.deliver(&[reading(1, 1, 20.0)])?, None);
    assert!(stage.function.api().unknown().is_empty(), "{:?}", stage.function.api().unknown());
    Ok(())
}

#[test]
fn a_poison_record_is_the_checkpoint_and_everything_below_it_is_done() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("sensors", "keep_reading")? else { return Ok(()) };
    // Those below it take their time, so that they are under way when it is known to have failed.
    let slow = Reply::Success.after(Duration::from_millis(200));
    stage.aws.script("PutItem", move |_| slow.clone());
    let mut records: Vec<Record> = (0..9).map(|sensor| reading(sensor, 1, 95.0)).collect();
    records[4] = Record::text(4, r#"{"sensor":"four"}"#);
    assert_eq!(stage.deliver(&records)?, Some(4));
    let kept: Vec<u64> = all_kept(&stage).iter().map(|(sensor, _)| *sensor).collect();
    let announced = stage.put_events().concat();
    for sensor in 0..4 {
        assert!(kept.contains(&sensor), "the reading of {sensor} is not among {kept:?}");
        let count = announced.iter().filter(|it| it.detail["sensorId"] == sensor).count();
        assert_eq!(count, 1, "the alarm of {sensor} in {announced:?}");
    }
    assert!(!kept.contains(&4), "{kept:?}");
    let errors = stage.errors();
    assert!(errors.contains(&event_id(4)) && errors.contains("invalid type"), "{errors}");
    Ok(())
}

#[test]
fn the_lowest_of_several_failures_is_the_checkpoint() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("sensors", "keep_reading")? else { return Ok(()) };
    // The higher one is known at once, the lower one only later.
    stage.aws.script("PutItem", |call| match kept(call) {
        (2, _) => Reply::refused("ValidationException", "no such attribute")
            .after(Duration::from_millis(300)),
        _ => Reply::Success,
    });
    let records =
        [reading(1, 1, 20.0), reading(2, 1, 20.0), reading(3, 1, 20.0), Record::text(4, "poison")];
    assert_eq!(stage.deliver(&records)?, Some(1));
    let errors = stage.errors();
    assert!(errors.contains(&event_id(1)) && errors.contains("no such attribute"), "{errors}");
    Ok(())
}

#[test]
fn nothing_of_a_key_is_begun_after_its_record_failed() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("sensors", "keep_reading")? else { return Ok(()) };
    let records =
        [reading(7, 1, 20.0), Record::text(7, "poison"), reading(7, 3, 20.0), reading(7, 4, 20.0)];
    assert_eq!(stage.deliver(&records)?, Some(1));
    assert_eq!(all_kept(&stage), [(7, 1)]);
    Ok(())
}

#[test]
fn once_a_failure_is_known_nothing_higher_is_begun() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("sensors", "keep_reading")? else { return Ok(()) };
    let wait = Duration::from_millis(200);
    // At most ten at a time, all of them would take more than four seconds.
    stage.aws.script("PutItem", move |call| match kept(call) {
        (3, _) => Reply::refused("ValidationException", "not this one").after(wait),
        _ => Reply::Success.after(Duration::from_millis(45)),
    });
    let records: Vec<Record> = (0..1_000).map(|sensor| reading(sensor, 1, 20.0)).collect();
    assert_eq!(stage.deliver(&records)?, Some(3));
    let calls = stage.aws.calls();
    let failed = calls.iter().find(|call| kept(call) == (3, 1)).map(|call| call.at + wait);
    let known = failed.expect("it was tried") + Duration::from_millis(500);
    let late = calls.iter().filter(|call| call.at > known).count();
    assert_eq!(late, 0, "calls were begun after the failure was known");
    assert!(calls.len() < 500, "{} calls", calls.len());
    Ok(())
}

#[test]
fn the_records_of_a_key_keep_their_order_and_wait_for_each_other() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("sensors", "keep_reading")? else { return Ok(()) };
    // When the last call of each sensor is answered.
    let answered = Arc::<Mutex<HashMap<u64, Instant>>>::default();
    let early = Arc::<Mutex<Vec<(u64, u64)>>>::default();
    stage.aws.script("PutItem", {
        let (answered, early) = (Arc::clone(&answered), Arc::clone(&early));
        move |call| {
            let (sensor, at) = kept(call);
            let wait = Duration::from_millis((sensor * 31 + at * 17) % 40);
            let last = answered.lock().unwrap().insert(sensor, call.at + wait);
            if last.is_some_and(|last| call.at < last) {
                early.lock().unwrap().push((sensor, at));
            }
            Reply::Success.after(wait)
        }
    });
    let records: Vec<Record> = (0..60).map(|number| reading(number % 4, number, 20.0)).collect();
    assert_eq!(stage.deliver(&records)?, None);
    let kept = all_kept(&stage);
    for sensor in 0..4 {
        let times: Vec<u64> = kept.iter().filter(|it| it.0 == sensor).map(|(_, at)| *at).collect();
        assert_eq!(times, (0..15).map(|turn| turn * 4 + sensor).collect::<Vec<u64>>());
    }
    let early = early.lock().unwrap();
    assert!(early.is_empty(), "begun before the one before it was done: {early:?}");
    Ok(())
}

#[test]
fn different_keys_run_at_once_up_to_a_limit() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("sensors", "keep_reading")? else { return Ok(()) };
    let wait = Duration::from_millis(400);
    stage.aws.script("PutItem", move |_| Reply::Success.after(wait));
    let records: Vec<Record> = (0..30).map(|sensor| reading(sensor, 1, 20.0)).collect();
    assert_eq!(stage.deliver(&records)?, None);
    let calls = stage.aws.calls();
    let under_way = |call: &Call| {
        let before = calls.iter().filter(|it| it.at <= call.at && call.at < it.at + wait);
        before.count()
    };
    let most = calls.iter().map(under_way).max();
    assert_eq!(most, Some(AT_ONCE), "of {} calls", calls.len());
    Ok(())
}

#[test]
fn a_panic_fails_its_record_and_the_process_serves_the_next_batch() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("sensors", "keep_reading")? else { return Ok(()) };
    let records = [reading(1, 1, 95.0), reading(2, 1, -300.0), reading(3, 1, 20.0)];
    assert_eq!(stage.deliver(&records)?, Some(1));
    let errors = stage.errors();
    assert!(errors.contains("sensor 2 measured -300 °C"), "its message is not in {errors}");
    assert!(errors.contains(&event_id(1)), "which record it was is not in {errors}");
    assert_eq!(stage.put_events().concat().len(), 1, "what is below it is published");
    assert_eq!(stage.function.stderr(), "", "the log has it, and nothing else");
    assert_eq!(stage.deliver(&[reading(4, 1, 20.0)])?, None);
    assert_eq!(all_kept(&stage).last(), Some(&(4, 1)));
    Ok(())
}

#[test]
fn one_process_serves_many_batches_and_keeps_nothing_of_one_for_the_next() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("sensors", "keep_reading")? else { return Ok(()) };
    for at in 0..40 {
        let failing = at % 3 == 0;
        let second = if failing { Record::text(2, "poison") } else { reading(2, at, 95.0) };
        let answer = stage.deliver(&[reading(1, at, 95.0), second])?;
        assert_eq!(answer, failing.then_some(1), "batch {at}");
    }
    let announced = stage.put_events().concat().len();
    assert_eq!(announced, 40 + 26, "an alarm for each reading, and none twice");
    Ok(())
}
