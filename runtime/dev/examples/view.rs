//! Shows a day that never was, to look at: `cargo run -p esteira-dev --example view -- screen`, or
//! `lines`, `json`, `quiet`; then how many things happen in a turn.

use std::time::{Duration, SystemTime};

use esteira::{
    engine::{Failure, Input, Seen, What},
    manifest::dev,
};
use esteira_dev::view::{Function, Gauges, Names, OfFunction, Trigger, View, Wish};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let how = match arguments.next().as_deref() {
        Some("screen") => dev::View::Screen,
        Some("json") => dev::View::Json,
        Some("quiet") => dev::View::Quiet,
        _ => dev::View::Lines { color: true },
    };
    let number = arguments.next().and_then(|it| it.parse().ok()).unwrap_or(2);
    let mut view = View::start(how, names());
    let logs = view.logs();
    let mut gauges = Gauges { functions: vec![OfFunction::default(); 3], ..Gauges::default() };
    gauges.tables = vec![("Stock".into(), 0)];
    for turn in 0..200_usize {
        let mut seen = Vec::new();
        (0..number).for_each(|_| seen.push(now(What::Put { stream: 0 })));
        seen.push(now(invoked(0, Input::Records(number), Ok(0))));
        for at in 0..number {
            let failure = Failure { kind: "Error".into(), message: "there is no stock".into() };
            let outcome = if (turn + at) % 37 == 0 { Err(failure) } else { Ok(0) };
            let is_last = outcome.is_err() && turn % 2 == 0;
            if is_last {
                seen.push(now(What::GaveUp {
                    function: 1,
                    input: Input::Event("Order Placed".into()),
                    condition: "RetriesExhausted",
                    destination: "UpdateStock-failures".into(),
                }));
                gauges.functions[1].kept += 1;
            }
            seen.push(now(invoked(1, Input::Event("Order Placed".into()), outcome)));
        }
        if turn % 10 == 0 {
            logs.line("update_stock", r#"{"level":"WARN","message":"little is left","left":3}"#);
        }
        gauges.functions[0] = OfFunction { lag: turn * 7 % 40, running: 1, kept: 0 };
        gauges.tables[0].1 += number;
        if view.show(&seen, &gauges) == Wish::End {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    view.summary(&gauges);
}

fn names() -> Names {
    let function = |handler: &str, trigger, reaches: &[&str]| Function {
        handler: handler.into(),
        declared: handler.into(),
        trigger,
        reaches: reaches.iter().map(|it| (*it).into()).collect(),
    };
    Names {
        app: "shop".into(),
        source: "rows that never were".into(),
        streams: vec!["Orders".into()],
        buses: vec!["Shop".into()],
        topics: vec!["BigOrders"],
        functions: vec![
            function("process_order", Trigger::Stream(0), &["OrderPlaced"]),
            function("update_stock", Trigger::Bus(0), &["Stock", "OrderRefused"]),
            function("tell_sales", Trigger::Bus(0), &["BigOrders"]),
        ],
        redrive: "cargo xtask redrive".into(),
    }
}

fn now(what: What) -> Seen {
    Seen { at: SystemTime::now(), trace: Some("Root=1-6955b900-3f2a91c4aabb".into()), what }
}

fn invoked(function: usize, input: Input, outcome: Result<usize, Failure>) -> What {
    What::Invoked { function, input, took: Duration::from_micros(3_140), outcome }
}
