//! Records of a stream.
//!
//! What a mapping delivers when, and in which order, is tested at the mapping itself.

use std::time::Duration;

use esteira::CallError;
use serde_json::{Value, json};

use crate::application::{Doubtful, Readings, Seen, Sensor, plant, seen, sensor};

#[tokio::test]
async fn every_function_of_a_stream_is_given_every_record() {
    let mut plant = plant();
    for id in 0..25 {
        plant.insert::<Sensor>(&sensor(id, 20)).unwrap();
    }
    plant.settle().await;
    assert_eq!(seen(&plant).len(), 25);
    assert_eq!(plant.memory().counted("Readings"), 25);
    let batches = plant.invocations().iter().filter(|it| it.handler == "watch");
    assert!(batches.clone().all(|it| it.given <= 10), "no batch has more than it may");
    assert!(batches.count() >= 3);
}

#[tokio::test]
async fn a_failing_function_holds_up_no_other_one_of_its_stream() {
    let mut plant = plant();
    plant.insert::<Sensor>(&sensor(1, 20)).unwrap();
    for _ in 0..4 {
        plant.memory().fail_next(CallError::Refused("AccessDeniedException".into()));
    }
    plant.advance(Duration::from_secs(60)).await;
    assert_eq!(plant.memory().counted("Readings"), 1);
    assert_eq!(plant.given_up("watch").unwrap().len(), 1);
    assert_eq!(plant.given_up("count").unwrap().len(), 0);
}

#[tokio::test]
async fn a_record_that_is_given_up_is_kept_with_its_data_and_comes_back_to_its_function_alone() {
    let mut plant = plant();
    let poison = r#"{"data":{"id":"none"},"metadata":{"record-type":"data","operation":"insert","schema-name":"plant","table-name":"sensors"}}"#;
    plant.insert::<Sensor>(&sensor(1, 20)).unwrap();
    plant.put::<Readings>("p", poison).unwrap();
    plant.insert::<Sensor>(&sensor(2, 20)).unwrap();
    plant.advance(Duration::from_secs(3_600)).await;
    assert_eq!(seen(&plant), [(1, 20), (2, 20)], "those beside it are handled");
    let given_up = plant.given_up("watch").unwrap();
    assert_eq!(given_up, [serde_json::from_str::<Value>(poison).unwrap()]);
    let tries = plant.invocations().iter().filter(|it| it.handler == "watch" && it.failed > 0);
    assert!(tries.count() >= 4, "once, and three retries");

    let before = plant.invocations().len();
    assert_eq!(plant.redrive("watch").unwrap(), 1);
    assert_eq!(plant.given_up("watch").unwrap(), [] as [Value; 0]);
    plant.advance(Duration::from_secs(60)).await;
    assert!(plant.invocations()[before..].iter().all(|it| it.handler == "watch"));
    assert_eq!(plant.given_up("watch").unwrap().len(), 1, "it is still poison");
}

#[tokio::test]
async fn a_record_that_was_given_up_goes_through_once_the_cause_is_mended() {
    let mut plant = plant();
    for _ in 0..4 {
        plant.memory().fail_next(CallError::Refused("AccessDeniedException".into()));
    }
    plant.insert::<Sensor>(&sensor(1, 20)).unwrap();
    plant.advance(Duration::from_secs(60)).await;
    assert_eq!((seen(&plant), plant.given_up("watch").unwrap().len()), (vec![], 1));
    assert_eq!(plant.redrive("watch").unwrap(), 1);
    plant.settle().await;
    assert_eq!((seen(&plant), plant.waiting("watch").unwrap()), (vec![(1, 20)], 0));
}

#[tokio::test]
async fn a_batch_waits_for_its_window() {
    let mut plant = plant();
    plant.put::<Doubtful>("a", "1").unwrap();
    plant.advance(Duration::from_secs(4)).await;
    assert_eq!(seen(&plant), []);
    plant.put::<Doubtful>("a", "2").unwrap();
    plant.advance(Duration::from_secs(1)).await;
    assert_eq!(seen(&plant), [(0, 1), (0, 2)]);
    assert_eq!(plant.invocations().len(), 1);
}

#[tokio::test]
async fn a_record_without_retries_is_given_up_at_its_first_failure() {
    let mut plant = plant();
    for data in ["1", "x", "3"] {
        plant.put::<Doubtful>("a", data).unwrap();
    }
    plant.advance(Duration::from_secs(5)).await;
    assert_eq!(seen(&plant), [(0, 1), (0, 3)]);
    assert_eq!(plant.given_up("doubt").unwrap(), [json!("x")]);
}

#[tokio::test]
async fn what_a_failed_record_published_is_not() {
    let mut plant = plant();
    plant.memory().fail_next(CallError::Refused("AccessDeniedException".into()));
    plant.insert::<Sensor>(&sensor(1, 200)).unwrap();
    plant.settle().await;
    assert_eq!(plant.memory().events::<crate::application::TooHot>().len(), 0);
    plant.advance(Duration::from_secs(1)).await;
    assert_eq!(plant.memory().events::<crate::application::TooHot>().len(), 1);
    assert_eq!(plant.memory().items::<Seen>().len(), 1);
}

#[tokio::test]
async fn a_record_that_waits_longer_than_its_age_is_given_up() {
    let mut plant = plant();
    plant.put::<Doubtful>("a", "1").unwrap();
    plant.settle().await;
    // The engine stands still for longer than a record may wait, as when its function is busy.
    plant.skip(Duration::from_secs(61)).await;
    assert_eq!(seen(&plant), []);
    assert_eq!(plant.given_up("doubt").unwrap(), [json!(1)]);
}
