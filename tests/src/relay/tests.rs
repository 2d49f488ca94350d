use std::time::Duration;

use crate::scripted::{Reply, ScriptedAws};
use serde_json::{Value, json};

use super::*;

/// Calls an operation; gives the status and the body.
fn call(relay: &Relay, patience: Duration) -> Result<(u16, String), ureq::Error> {
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(patience))
        .http_status_as_error(false)
        .proxy(None);
    let agent = config.build().new_agent();
    let request = agent.post(relay.endpoint()).header("X-Amz-Target", "Logs.Call");
    let mut answer = request.send("{}")?;
    Ok((answer.status().as_u16(), answer.body_mut().read_to_string()?))
}

#[test]
fn a_connection_goes_the_way_that_it_is_told() {
    let patience = Duration::from_secs(20);
    let aws = ScriptedAws::start().unwrap();
    aws.script("Call", |_| Reply::Output(json!({ "reached": true })));
    let relay = Relay::to(&aws.endpoint()).unwrap();
    let reached = |answer: Result<(u16, String), ureq::Error>| {
        let (status, body) = answer.unwrap();
        let body: Value = serde_json::from_str(&body).unwrap();
        status == 200 && body["reached"] == true
    };
    assert!(reached(call(&relay, patience)));
    relay.turn(Way::Closed);
    assert!(!matches!(call(&relay, patience), Ok(_) | Err(ureq::Error::Timeout(_))));
    relay.turn(Way::Silent);
    let silent = call(&relay, Duration::from_millis(300));
    assert!(matches!(silent, Err(ureq::Error::Timeout(_))), "{silent:?}");
    relay.turn(Way::Expired);
    let (status, body) = call(&relay, patience).unwrap();
    assert!(status == 400 && body.contains("ExpiredTokenException"), "{status}: {body}");
    relay.turn(Way::Open);
    assert!(reached(call(&relay, patience)));
    assert_eq!(aws.calls().len(), 2, "something reached it that was not to");
}

#[test]
fn what_is_under_way_falls_silent_too() {
    let aws = ScriptedAws::start().unwrap();
    aws.script("Call", |_| Reply::Success.after(Duration::from_millis(300)));
    let relay = Relay::to(&aws.endpoint()).unwrap();
    thread::scope(|scope| {
        let asked = scope.spawn(|| call(&relay, Duration::from_secs(1)));
        while aws.calls().is_empty() {
            thread::sleep(Duration::from_millis(10));
        }
        relay.turn(Way::Silent);
        let answered = asked.join().unwrap();
        assert!(matches!(answered, Err(ureq::Error::Timeout(_))), "{answered:?}");
    });
}
