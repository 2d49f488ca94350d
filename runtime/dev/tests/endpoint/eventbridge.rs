use serde_json::{Value, json};

use crate::stage::Stage;

fn entry() -> Value {
    json!({"EventBusName": "Loja", "Source": "loja", "DetailType": "Pedido", "Detail": "{\"id\": 1}"})
}

#[test]
fn events_reach_their_bus_and_get_an_id() {
    let stage = Stage::new();
    let mut first = entry();
    first["Time"] = json!(1_700_000_000.5);
    first["Resources"] = json!(["arn:x"]);
    let mut by_arn = entry();
    by_arn["EventBusName"] = json!("arn:aws:events:us-east-1:123456789012:event-bus/Loja");
    let mut nowhere = entry();
    nowhere["EventBusName"] = json!("Outro");
    let answer = stage.ok("AWSEvents.PutEvents", json!({"Entries": [first, by_arn, nowhere]}));
    assert_eq!(answer["FailedEntryCount"], 0);
    for n in 0..3 {
        assert_eq!(answer["Entries"][n]["EventId"].as_str().map(str::len), Some(36));
    }
    let events = stage.local.events();
    assert_eq!(events.len(), 2, "an event for no bus is accepted and lost");
    assert_eq!((events[0].bus.as_str(), events[1].bus.as_str()), ("Loja", "Loja"));
    assert_eq!(events[0].detail, "{\"id\": 1}");
    assert_eq!(events[0].resources, ["arn:x"]);
    let time = events[0].time.and_then(|it| it.duration_since(std::time::UNIX_EPOCH).ok());
    assert_eq!(time.map(|it| it.as_millis()), Some(1_700_000_000_500));
}

#[test]
fn a_wrong_entry_fails_alone_and_in_its_place() {
    let stage = Stage::new();
    let without = |name: &str| {
        let mut entry = entry();
        entry.as_object_mut().expect("is an object").remove(name);
        entry
    };
    let with = |name: &str, value: &str| {
        let mut entry = entry();
        entry[name] = json!(value);
        entry
    };
    let cases = [
        (without("Source"), "InvalidArgument"),
        (without("DetailType"), "InvalidArgument"),
        (without("Detail"), "InvalidArgument"),
        (with("Detail", "{"), "MalformedDetail"),
        (with("Detail", "[1]"), "MalformedDetail"),
        (with("Source", "aws.s3"), "NotAuthorizedForSourceException"),
        (with("DetailType", &"x".repeat(129)), "InvalidArgument"),
    ];
    let mut entries: Vec<_> = cases.iter().map(|it| it.0.clone()).collect();
    entries.push(entry());
    let answer = stage.ok("AWSEvents.PutEvents", json!({"Entries": entries}));
    assert_eq!(answer["FailedEntryCount"], cases.len());
    for (n, (entry, code)) in cases.iter().enumerate() {
        assert_eq!(answer["Entries"][n]["ErrorCode"], *code, "{entry}");
    }
    assert!(answer["Entries"][cases.len()]["EventId"].is_string());
    assert_eq!(stage.local.events().len(), 1);
}

#[test]
fn a_call_has_one_to_ten_entries_and_a_megabyte() {
    let stage = Stage::new();
    for entries in [vec![], vec![entry(); 11]] {
        let (code, _) = stage.error("AWSEvents.PutEvents", json!({"Entries": entries}));
        assert_eq!(code, "ValidationException");
    }
    let mut large = entry();
    large["Detail"] = json!(format!("{{\"x\": \"{}\"}}", "x".repeat(1024 * 1024)));
    let (code, message) = stage.error("AWSEvents.PutEvents", json!({"Entries": [large]}));
    assert_eq!(code, "ValidationException");
    assert!(message.contains("over the limit"), "{message}");
}
