//! The engine with built functions: an application whose functions are processes.

use std::{
    fs,
    future::poll_fn,
    os::unix::fs::PermissionsExt,
    sync::{Arc, Mutex},
    task::Poll,
    time::{Duration, Instant, SystemTime},
};

use esteira::{
    engine::{Engine, Entry, Options, Seen, What},
    manifest::dev::Binary,
};
use esteira_dev::{
    binaries::{Binaries, Settings},
    view::{Gauges, Names, Trigger},
};
use serde_json::json;

mod shop {
    use esteira::{Bus, Event, Json, Publish, Result, Stream, on_event, on_kinesis};
    use serde::{Deserialize, Serialize};

    #[derive(Stream)]
    #[stream(name = "Orders", shards = 1)]
    pub(super) struct Orders;

    #[derive(Bus)]
    #[bus(name = "Shop")]
    pub(super) struct Shop;

    #[derive(Event, Serialize, Deserialize)]
    #[event(bus = Shop, source = "shop.orders", detail_type = "Order Placed")]
    pub(super) struct OrderPlaced {
        pub(super) order: u32,
    }

    #[derive(Deserialize)]
    pub(super) struct Order {
        pub(super) order: u32,
    }

    #[on_kinesis(stream = Orders, batch_size = 10, retries = 0)]
    async fn place(Json(order): Json<Order>, placed: Publish<OrderPlaced>) -> Result<()> {
        placed.publish(&OrderPlaced { order: order.order })?;
        Ok(())
    }

    #[on_event(rule = OrderPlaced, timeout = 1)]
    async fn note(_placed: OrderPlaced) -> Result<()> {
        Err("it runs as a process".into())
    }
}

/// What stands in for both: it fails at the record of order 3, and takes for ever for event 3.
const FUNCTION: &str = r#"#!/usr/bin/env -S python3 -I -S
import base64, http.client, json, os, time

api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
while True:
    api.request("GET", "/2018-06-01/runtime/invocation/next")
    answer = api.getresponse()
    id, event = answer.headers["Lambda-Runtime-Aws-Request-Id"], json.loads(answer.read())
    failures = []
    for record in event.get("Records", []):
        if json.loads(base64.b64decode(record["kinesis"]["data"]))["order"] == 3:
            failures.append({"itemIdentifier": record["kinesis"]["sequenceNumber"]})
    if event.get("detail", {}).get("order") == 3:
        time.sleep(60)
    print("done", flush=True)
    api.request("POST", f"/2018-06-01/runtime/invocation/{id}/response",
                json.dumps({"batchItemFailures": failures}))
    api.getresponse().read()
"#;

/// Lets an engine go on until something is the case.
async fn until(
    engine: &mut Engine,
    seen: &mut Vec<Seen>,
    mut is: impl FnMut(&Engine, &[Seen]) -> bool,
) {
    let end = Instant::now() + Duration::from_secs(30);
    while !is(engine, seen) {
        assert!(Instant::now() < end, "it does not come to be: {seen:#?}");
        let next = poll_fn(|context| Poll::Ready(engine.turn(context))).await;
        seen.extend(engine.take_seen());
        let wait = next.and_then(|next| next.duration_since(SystemTime::now()).ok());
        let (shortest, longest) = (Duration::from_millis(1), Duration::from_millis(10));
        tokio::time::sleep(wait.unwrap_or(longest).clamp(shortest, longest)).await;
    }
}

#[tokio::test]
async fn an_application_runs_as_the_processes_of_its_functions() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("bootstrap");
    fs::write(&program, FUNCTION).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let binary = Binary { program, environment: Default::default() };
    let lines = Arc::<Mutex<Vec<(&str, String)>>>::default();
    let sink = lines.clone();
    let binaries = Binaries::new(Settings {
        programs: [("place".to_owned(), binary.clone()), ("note".to_owned(), binary)].into(),
        endpoint: "http://127.0.0.1:1".into(),
        region: "us-east-1".into(),
        most: None,
        idle: Duration::from_secs(60),
        sink: Arc::new(move |handler, line| sink.lock().unwrap().push((handler, line))),
    });
    let binaries = Arc::new(binaries.unwrap());
    let options =
        Options { live: true, runner: Some(binaries.clone()), watched: true, ..Options::default() };
    let mut engine = Engine::new(options).unwrap();
    let handlers: Vec<&str> = engine.handlers().collect();
    let of = |name: &str| handlers.iter().position(|handler| *handler == name).unwrap();
    let (place, note) = (of("place"), of("note"));

    let names = Names::of(&engine, "shop", "a test");
    assert_eq!((names.streams, names.buses), (vec!["Orders".into()], vec!["Shop".into()]));
    assert_eq!(names.functions[place].trigger, Trigger::Stream(0));
    assert_eq!(names.functions[place].reaches, ["OrderPlaced"]);
    assert_eq!(names.functions[note].trigger, Trigger::Bus(0));

    for order in 1..=4 {
        engine.put_record(0, "key", None, json!({ "order": order }).to_string().into());
    }
    assert_eq!(Gauges::of(&engine).functions[place].lag, 4);
    let mut seen = Vec::new();
    until(&mut engine, &mut seen, |engine, _| engine.is_idle()).await;
    assert_eq!(Gauges::of(&engine).functions[place].kept, 1);
    assert_eq!(engine.given_up(place), [json!({ "order": 3 })]);
    assert!(lines.lock().unwrap().contains(&("place", "done".to_owned())));

    for order in [1, 3] {
        let entry = Entry {
            source: "shop.orders".into(),
            detail_type: "Order Placed".into(),
            detail: json!({ "order": order }).to_string(),
            ..Entry::default()
        };
        assert!(engine.put_events(0, vec![entry]).unwrap()[0].is_ok());
    }
    seen.clear();
    let ends = |seen: &[Seen]| -> Vec<Result<usize, String>> {
        let ends = seen.iter().filter_map(|seen| match &seen.what {
            What::Invoked { outcome, .. } => Some(outcome.clone().map_err(|failure| failure.kind)),
            _ => None,
        });
        ends.collect()
    };
    until(&mut engine, &mut seen, |_, seen| ends(seen).len() == 2).await;
    assert_eq!(ends(&seen), [Ok(0), Err("Sandbox.Timedout".into())]);
    let gauges = Gauges::of(&engine).functions[note];
    assert_eq!((gauges.lag, gauges.running), (1, 0), "it is tried again in a minute");
    drop(engine);
    binaries.end().await;
    assert!(binaries.processes().is_empty());
}
