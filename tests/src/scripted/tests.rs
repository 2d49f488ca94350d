use std::time::Duration;

use serde_json::json;

use super::*;

struct Client {
    agent: ureq::Agent,
    endpoint: String,
}

impl Client {
    fn new(aws: &ScriptedAws) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_millis(500)))
            .proxy(None);
        Self { agent: config.build().new_agent(), endpoint: aws.endpoint() }
    }

    /// The status and the answer.
    fn json(&self, target: &str, input: &Value) -> Result<(u16, Value), ureq::Error> {
        let request = self.agent.post(&self.endpoint).header("X-Amz-Target", target);
        let mut answer = request.send(input.to_string())?;
        Ok((answer.status().as_u16(), answer.body_mut().read_json()?))
    }
}

#[test]
fn calls_succeed_and_are_recorded_in_order() {
    let aws = ScriptedAws::start().expect("starts");
    let client = Client::new(&aws);
    let input = json!({ "Entries": [{}, {}] });
    let (status, output) = client.json("AWSEvents.PutEvents", &input).expect("is answered");
    assert_eq!((status, &output["FailedEntryCount"]), (200, &json!(0)));
    assert_eq!(output["Entries"].as_array().map(Vec::len), Some(2));
    let form = [("Action", "Publish"), ("Message", "olá & até")];
    let mut published = client.agent.post(&client.endpoint).send_form(form).expect("is answered");
    let text = published.body_mut().read_to_string().expect("is text");
    assert!(text.contains("<PublishResult><MessageId>"), "{text}");
    assert_eq!(aws.inputs("PutEvents"), [input]);
    assert_eq!(aws.inputs("Publish"), [json!({ "Message": "olá & até" })]);
    let operations: Vec<_> = aws.calls().into_iter().map(|call| call.operation).collect();
    assert_eq!(operations, ["PutEvents", "Publish"]);
}

#[test]
fn answers_are_taken_from_the_queue_then_from_the_script() {
    let aws = ScriptedAws::start().expect("starts");
    let client = Client::new(&aws);
    aws.next("GetItem", [Reply::throttled(), Reply::fault()]);
    aws.script("GetItem", |call| Reply::Output(json!({ "Item": call.input["Key"] })));
    let get = || client.json("DynamoDB_20120810.GetItem", &json!({ "Key": 7 }));
    let (status, error) = get().expect("is answered");
    assert_eq!((status, &error["__type"]), (400, &json!("ThrottlingException")));
    assert_eq!(get().expect("is answered").0, 500);
    assert_eq!(get().expect("is answered"), (200, json!({ "Item": 7 })));
}

#[test]
fn an_answer_may_stay_away() {
    let aws = ScriptedAws::start().expect("starts");
    let client = Client::new(&aws);
    aws.next("PutItem", [Reply::Close, Reply::Hang]);
    for _ in 0..2 {
        client.json("DynamoDB_20120810.PutItem", &json!({})).expect_err("has no answer");
    }
    let late = Reply::Success.after(Duration::from_millis(50));
    aws.next("PutItem", [late]);
    let asked = Instant::now();
    client.json("DynamoDB_20120810.PutItem", &json!({})).expect("is answered");
    assert!(asked.elapsed() >= Duration::from_millis(50));
}
