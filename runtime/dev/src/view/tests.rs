use std::sync::{Arc, Mutex};

use esteira::engine::{Failure, Input, Refusal, What};
use serde_json::{Value, json};

use super::*;

/// What was written, for whoever keeps the other end.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Written {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    fn lines(&self) -> Vec<String> {
        self.text().lines().map(str::to_owned).collect()
    }
}

pub(super) fn names() -> Names {
    let function = |handler: &str, declared: &str, trigger, reaches: &[&str]| Function {
        handler: handler.into(),
        declared: declared.into(),
        trigger,
        reaches: reaches.iter().map(|it| (*it).into()).collect(),
    };
    Names {
        app: "shop".into(),
        source: "1,000 rows".into(),
        streams: vec!["Orders".into()],
        buses: vec!["Shop".into()],
        topics: vec!["BigOrders"],
        functions: vec![
            function("process_order", "ProcessOrder", Trigger::Stream(0), &["OrderPlaced"]),
            function("update_stock", "UpdateStock", Trigger::Bus(0), &["Stock", "OrderRefused"]),
            function("tell_sales", "TellSales", Trigger::Bus(0), &["BigOrders"]),
        ],
        redrive: "cargo xtask redrive".into(),
    }
}

pub(super) fn seen(what: What) -> Seen {
    let at = SystemTime::UNIX_EPOCH + Duration::from_millis(1_767_225_600_250);
    Seen { at, trace: Some("Root=1-6955b900-3f2a91c4aabbccddeeff0011;Sampled=1".into()), what }
}

fn invoked(function: usize, input: Input, outcome: Result<usize, Failure>) -> What {
    What::Invoked { function, input, took: Duration::from_micros(3_140), outcome }
}

fn placed() -> Input {
    Input::Event("Order Placed".into())
}

fn sad() -> Failure {
    Failure { kind: "Error".into(), message: "no stock\nat all".into() }
}

fn given_up() -> What {
    What::GaveUp {
        function: 1,
        input: placed(),
        condition: "RetriesExhausted",
        destination: "UpdateStock-failures".into(),
    }
}

/// One of everything.
pub(super) fn day() -> Vec<Seen> {
    let refusal = Refusal { function: "TellSales".into(), reason: "the role says no".into() };
    [
        What::Put { stream: 0 },
        What::Put { stream: 0 },
        invoked(0, Input::Records(2), Ok(0)),
        What::Published {
            bus: 0,
            source: "shop.orders".into(),
            detail_type: "Order Placed".into(),
            functions: vec![1, 2],
        },
        invoked(1, placed(), Err(sad())),
        given_up(),
        invoked(1, placed(), Err(sad())),
        invoked(0, Input::Records(100), Ok(58)),
        What::Refused(refusal),
        What::Notified {
            topic: "shop::infra::BigOrders",
            subject: None,
            body: "Ana wants 500".into(),
        },
    ]
    .map(seen)
    .into()
}

fn shown(how: dev::View, seen: &[Seen]) -> (View, Written) {
    let written = Written::default();
    let mut view = View::to(how, names(), Box::new(written.clone()));
    assert_eq!(view.show(seen, &Gauges::default()), Wish::GoOn);
    (view, written)
}

#[test]
fn a_line_says_when_where_what_how_long_and_how_it_ended() {
    let (_, written) = shown(dev::View::Lines { color: false }, &day());
    let expected = "\
00:00:00.250  3f2a91c4  Orders         2 records
00:00:00.250  3f2a91c4  process_order  2 records                  3.1 ms  ok
00:00:00.250  3f2a91c4  Shop           Order Placed                       to update_stock, tell_sales
00:00:00.250  3f2a91c4  update_stock   Order Placed               3.1 ms  failed, comes again: Error: no stock at all
00:00:00.250  3f2a91c4  update_stock   Order Placed               3.1 ms  failed: Error: no stock at all  event given up (RetriesExhausted), now in UpdateStock-failures
00:00:00.250  3f2a91c4  process_order  100 records                3.1 ms  failed from record 43 of 100 on
00:00:00.250  3f2a91c4  tell_sales                                        refused  the role says no
00:00:00.250  3f2a91c4  BigOrders      Ana wants 500
";
    assert_eq!(written.text(), expected);
}

#[test]
fn colour_adds_nothing_but_colour() {
    let (_, plain) = shown(dev::View::Lines { color: false }, &day());
    let (_, colored) = shown(dev::View::Lines { color: true }, &day());
    assert_ne!(colored.text(), plain.text());
    let stripped = anstream::adapter::strip_str(&colored.text()).to_string();
    let trimmed: Vec<&str> = stripped.lines().map(str::trim_end).collect();
    assert_eq!(trimmed, plain.lines());
}

#[test]
fn what_a_function_logs_stands_among_the_lines_with_its_name() {
    let written = Written::default();
    let mut view = View::to(dev::View::Lines { color: false }, names(), Box::new(written.clone()));
    let line = json!({ "level": "WARN", "message": "little left", "left": 3 });
    view.logs().line("update_stock", &line.to_string());
    let _ = view.show(&[], &Gauges::default());
    let line = written.text();
    assert!(line.ends_with("WARN  little left  left=3\n"), "{line}");
    assert!(line.contains("  update_stock "), "{line}");
}

#[test]
fn a_line_of_json_is_one_thing_that_happened() {
    let (view, written) = shown(dev::View::Json, &day());
    let lines: Vec<Value> =
        written.lines().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), day().len());
    let kinds: Vec<&str> = lines.iter().map(|line| line["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds[..4], ["record", "record", "invoked", "published"]);
    assert_eq!(
        lines[4],
        json!({
            "at": "2026-01-01T00:00:00.250Z", "kind": "invoked", "function": "update_stock",
            "event": "Order Placed", "took_us": 3140, "outcome": "failed", "again": 1,
            "error": { "type": "Error", "message": "no stock\nat all" },
            "trace": "Root=1-6955b900-3f2a91c4aabbccddeeff0011;Sampled=1",
        })
    );
    assert_eq!(lines[8]["function"], "tell_sales");
    view.summary(&Gauges::default());
    let last: Value = serde_json::from_str(written.lines().last().unwrap()).unwrap();
    assert_eq!(last["kind"], "summary");
    assert_eq!(last["streams"]["Orders"], 2);
    assert_eq!(last["functions"]["process_order"]["given"], 102);
    let given_up = &last["functions"]["update_stock"]["given_up"][0];
    assert_eq!(given_up["redrive"], "cargo xtask redrive update_stock");
}

#[test]
fn the_summary_has_everything_however_little_of_it_was_shown() {
    let mut much = vec![seen(What::Put { stream: 0 }); 10_000];
    much.extend(vec![seen(invoked(1, placed(), Ok(0))); 10_000]);
    much.extend(day());
    let (view, written) = shown(dev::View::Lines { color: false }, &much);
    let lines = written.lines().len();
    assert!((50..=60).contains(&lines), "{lines} lines");
    let mut gauges = Gauges { functions: vec![OfFunction::default(); 3], tables: Vec::new() };
    gauges.functions[2].lag = 7;
    view.summary(&gauges);
    let text = written.text();
    let row = |name: &str| {
        let line = text.lines().rfind(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(text.contains("10,002 records and 1 event in "), "{text}");
    assert_eq!(row("Orders ")[1], "10,002");
    assert_eq!(row("update_stock ")[1..6], ["10,002", "10,002", "2", "0", "1"]);
    assert_eq!(row("tell_sales ")[4], "1", "{text}");
    let command = "update_stock: 1 (RetriesExhausted), the last in UpdateStock-failures\n    once the \
                   cause is mended, send it again: cargo xtask redrive update_stock\n";
    assert!(text.contains(command), "{text}");
    assert!(text.ends_with("not handled yet: 7 of tell_sales\n"), "{text}");
    // What was not shown is counted, hop by hop, before the summary.
    let counts = "update_stock   10,002 invocations                 2 failed, 1 given up  in ";
    assert!(text.contains(counts), "{text}");
}

#[test]
fn whoever_reads_no_more_ends_it() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }
    for how in [dev::View::Lines { color: false }, dev::View::Json] {
        let mut view = View::to(how, names(), Box::new(Closed));
        assert_eq!(view.show(&day(), &Gauges::default()), Wish::End);
        view.summary(&Gauges::default());
    }
}

#[test]
fn showing_costs_little_where_there_is_more_than_anybody_reads() {
    let much = vec![seen(invoked(1, placed(), Ok(0))); 200_000];
    let mut view = View::to(dev::View::Lines { color: false }, names(), Box::new(io::sink()));
    let began = Instant::now();
    let _ = view.show(&much, &Gauges::default());
    // An engine has two of these a second at its best; without optimization and on a busy machine.
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
}
