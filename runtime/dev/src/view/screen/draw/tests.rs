use ratatui::{Terminal, backend::TestBackend, buffer::Buffer};

use super::*;
use crate::view::{
    Gauges, OfFunction,
    screen::{model, rates::Rates},
    tests,
    totals::Totals,
};

fn model() -> Model {
    let names = tests::names();
    let mut totals = Totals::new(&names);
    tests::day().iter().for_each(|seen| totals.add(seen, &names));
    let mut gauges =
        Gauges { functions: vec![OfFunction::default(); 3], tables: vec![("Stock".into(), 1_200)] };
    gauges.functions[0] = OfFunction { lag: 1_500, running: 2, kept: 0 };
    gauges.functions[1].kept = 1;
    let said = |text: &str, level: &str| Said {
        at: "00:00:00.250".into(),
        part: "update_stock".into(),
        level: level.into(),
        text: text.into(),
    };
    Model {
        title: "shop  1,000 rows".into(),
        elapsed: Duration::from_secs(3_723),
        hops: model::hops(&names, &totals, &Rates::default(), &gauges),
        failures: (0..50).map(|number| said(&format!("failure {number}"), "ERROR")).collect(),
        logs: [said("little left", "WARN")].into(),
        ..Model::default()
    }
}

fn drawn(model: &Model, width: u16, height: u16) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| draw(model, frame)).unwrap();
    terminal.backend().buffer().clone()
}

fn lines(buffer: &Buffer) -> Vec<String> {
    let row = |y| (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>();
    (0..buffer.area.height).map(|y| row(y).trim_end().to_owned()).collect()
}

fn line(lines: &[String], with: &str) -> Vec<String> {
    let found = lines.iter().find(|line| line.contains(with));
    let found = found.unwrap_or_else(|| panic!("no {with} in\n{}", lines.join("\n")));
    found.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn each_hop_has_its_numbers_and_each_function_stands_beneath_what_invokes_it() {
    let lines = lines(&drawn(&model(), 140, 40));
    assert_eq!(lines[0], "shop  1,000 rows  01:02:03");
    let order: Vec<usize> =
        ["Orders", "process_order", "Shop", "update_stock", "tell_sales", "Stock  table"]
            .iter()
            .map(|name| lines.iter().position(|line| line.contains(name)).unwrap())
            .collect();
    assert!(order.is_sorted(), "{order:?}");
    assert_eq!(
        line(&lines, "process_order"),
        [
            "│└─",
            "process_order",
            "function",
            "102",
            "0",
            "1,500",
            "2",
            "3.2",
            "ms",
            "3.2",
            "ms",
            "1",
            "0",
            "0",
            "OrderPlaced",
            "│"
        ]
    );
    assert_eq!(line(&lines, "├─ update_stock")[3..6], ["2", "0", "0"]);
    assert_eq!(line(&lines, "└─ tell_sales")[7..9], ["1", "0"], "a refusal is a failure");
}

#[test]
fn the_last_failures_and_log_lines_are_below() {
    let lines = lines(&drawn(&model(), 140, 40));
    let at = |text: &str| lines.iter().position(|line| line.ends_with(text));
    assert!(at("failure 49").is_some() && at("failure 0").is_none());
    assert!(at("failure 49") < at("little left"));
    assert_eq!(lines[39], "q end   p pause   ↑↓ scroll");
}

#[test]
fn it_fits_every_size_and_says_what_there_is_no_room_for() {
    let model = model();
    for (width, height) in [(1, 1), (10, 3), (40, 10), (80, 24), (200, 60), (500, 5)] {
        drawn(&model, width, height);
    }
    let narrow = lines(&drawn(&model, 60, 12));
    assert!(narrow.iter().any(|line| line.contains("pipeline, ")), "{}", narrow.join("\n"));
    assert_eq!(line(&narrow, "Orders  stream")[1..4], ["stream", "2", "0"].map(String::from)[..]);
}

#[test]
fn it_is_scrolled_to_its_end_and_no_further() {
    let model = Model { above: 1_000, ..model() };
    let lines = lines(&drawn(&model, 80, 14));
    assert!(lines.iter().any(|line| line.contains("Stock")), "{}", lines.join("\n"));
    assert!(!lines.iter().any(|line| line.contains("process_order")), "{}", lines.join("\n"));
}

#[test]
fn a_paused_picture_says_so() {
    let lines = lines(&drawn(&Model { paused: true, ..model() }, 80, 24));
    assert!(lines[0].contains("paused"), "{}", lines[0]);
    assert!(lines[23].contains("p go on"), "{}", lines[23]);
}

#[test]
fn a_failure_and_a_lag_are_in_colour() {
    let buffer = drawn(&model(), 140, 40);
    let found = lines(&buffer).iter().position(|line| line.contains("process_order")).unwrap();
    let colors: Vec<Color> = (0..140).map(|x| buffer[(x, found as u16)].fg).collect();
    assert!(colors.contains(&Color::Yellow), "its lag");
    assert!(colors.contains(&Color::Red), "its failures");
}
