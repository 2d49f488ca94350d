//! Events of a bus.

use std::time::Duration;

use serde_json::{Value, json};

use crate::application::{Alarms, Called, How, Sensor, TooHot, plant, seen, sensor};

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn an_event_reaches_the_functions_whose_rules_match() {
    let mut plant = plant();
    for reading in [20, 200, 2_000] {
        plant.insert::<Sensor>(&sensor(reading, reading)).unwrap();
    }
    plant.settle().await;
    let alarms = plant.memory().messages::<Alarms>();
    let texts: Vec<&str> = alarms.iter().map(|message| message.body.as_str()).collect();
    assert_eq!(texts, ["sensor 200 reads 200"], "2,000 is beyond the rule");
    assert_eq!(plant.memory().events::<TooHot>().len(), 2);
}

#[tokio::test]
async fn an_event_that_its_function_fails_at_is_tried_again_and_ends_in_the_queue() {
    let mut plant = plant();
    plant.publish(&Called { how: How::Panicking }).unwrap();
    plant.settle().await;
    assert_eq!(plant.invocations().len(), 1);
    assert!(plant.invocations()[0].error.as_deref().unwrap().contains("I cannot"));
    plant.advance(Duration::from_secs(59)).await;
    assert_eq!(plant.invocations().len(), 1);
    plant.advance(Duration::from_secs(1)).await;
    assert_eq!(plant.invocations().len(), 2, "after a minute");
    plant.advance(10 * MINUTE).await;
    assert_eq!(plant.invocations().len(), 2, "one retry is what the handler asks for");
    let given_up = plant.given_up("answer").unwrap();
    assert_eq!(given_up.len(), 1);
    assert_eq!(given_up[0]["detail"], json!({ "how": "panicking" }));
    assert_eq!(given_up[0]["detail-type"], "Called");
}

#[tokio::test]
async fn a_function_that_does_not_end_is_ended_by_its_timeout() {
    let mut plant = plant();
    let began = plant.now();
    plant.publish(&Called { how: How::NeverEnding }).unwrap();
    plant.settle().await;
    let took = plant.now().duration_since(began).unwrap();
    assert!((9..=10).contains(&took.as_secs()), "{took:?}");
    let error = plant.invocations()[0].error.clone().unwrap();
    assert!(error.contains("time"), "{error}");
}

#[tokio::test]
async fn no_more_run_at_once_than_are_reserved() {
    let mut plant = plant();
    let began = plant.now();
    for _ in 0..4 {
        plant.publish(&Called { how: How::NeverEnding }).unwrap();
    }
    plant.settle().await;
    let took = plant.now().duration_since(began).unwrap();
    assert!((18..=20).contains(&took.as_secs()), "two, and then two more: {took:?}");
    assert_eq!(plant.invocations().len(), 4);
}

#[tokio::test]
async fn an_event_that_cannot_be_handed_over_for_now_is_tried_again_by_the_bus() {
    let mut plant = plant();
    plant.break_delivery("answer", true).unwrap();
    plant.publish(&Called { how: How::Well }).unwrap();
    plant.advance(10 * MINUTE).await;
    assert_eq!(plant.invocations(), []);
    assert_eq!(plant.given_up("answer").unwrap(), [] as [Value; 0]);
    plant.mend_delivery("answer").unwrap();
    plant.advance(20 * MINUTE).await;
    assert_eq!(seen(&plant), [(-1, 1)]);
}

#[tokio::test]
async fn an_event_that_cannot_be_handed_over_for_a_day_ends_in_the_queue() {
    let mut plant = plant();
    plant.break_delivery("answer", true).unwrap();
    plant.publish(&Called { how: How::Well }).unwrap();
    plant.advance(25 * 60 * MINUTE).await;
    assert_eq!(plant.given_up("answer").unwrap().len(), 1);
    plant.mend_delivery("answer").unwrap();
    assert_eq!(plant.redrive("answer").unwrap(), 1);
    plant.settle().await;
    assert_eq!(seen(&plant), [(-1, 1)]);
}

#[tokio::test]
async fn an_event_that_may_not_be_handed_over_goes_to_the_queue_at_once() {
    let mut plant = plant();
    plant.break_delivery("answer", false).unwrap();
    plant.publish(&Called { how: How::Well }).unwrap();
    plant.settle().await;
    assert_eq!(plant.given_up("answer").unwrap().len(), 1);
}

#[tokio::test]
async fn an_event_from_the_queue_goes_through_once_the_cause_is_mended() {
    let mut plant = plant();
    plant.publish(&Called { how: How::Panicking }).unwrap();
    plant.advance(10 * MINUTE).await;
    assert_eq!(plant.redrive("answer").unwrap(), 1);
    assert_eq!(plant.given_up("answer").unwrap(), [] as [Value; 0]);
    plant.advance(10 * MINUTE).await;
    assert_eq!(plant.given_up("answer").unwrap().len(), 1, "it is not mended");
    let error = plant.redrive("nobody").unwrap_err().to_string();
    assert_eq!(error, "there is no handler `nobody`; there is: alarm, answer, count, doubt, watch");
}
