//! What a picture shows.

use std::{collections::VecDeque, time::Duration};

use super::rates::Rates;
use crate::view::{
    Gauges, Names, OfFunction, Trigger, text,
    totals::{Count, Hop, Totals},
};

/// All of a picture.
#[derive(Debug, Clone, Default)]
pub(in crate::view) struct Model {
    pub(super) title: String,
    pub(super) elapsed: Duration,
    pub(super) hops: Vec<Row>,
    pub(super) failures: VecDeque<Said>,
    pub(super) logs: VecDeque<Said>,
    pub(super) paused: bool,
    /// The hops that are above the picture.
    pub(super) above: usize,
}

/// A hop, drawn as a row.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Row {
    /// With the lines of the tree.
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) count: Count,
    pub(super) rate: f64,
    /// Of functions.
    pub(super) of: Option<OfFunction>,
    pub(super) p50: Option<Duration>,
    pub(super) p99: Option<Duration>,
    /// What it hands on to.
    pub(super) to: String,
}

/// A line of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) at: String,
    pub(super) part: String,
    pub(super) level: String,
    pub(super) text: String,
}

impl Model {
    /// How many hops can be above the picture.
    pub(super) fn clamp(&self, above: usize) -> usize {
        above.min(self.hops.len().saturating_sub(1))
    }
}

/// The hops from the source to where things end up, each function beneath what invokes it.
pub(super) fn hops(names: &Names, totals: &Totals, rates: &Rates, gauges: &Gauges) -> Vec<Row> {
    let mut rows = Vec::new();
    let plain = |rows: &mut Vec<Row>, hop: Hop, kind, number| {
        let count = Count { number, ..Count::default() };
        let name = hop.name(names).to_owned();
        rows.push(Row { name, kind, count, rate: rates.of(hop), ..Row::default() });
    };
    let functions = |rows: &mut Vec<Row>, of: Trigger| {
        let all = names.functions.iter().enumerate().filter(|(_, it)| it.trigger == of);
        let all: Vec<_> = all.collect();
        for (at, (number, function)) in all.iter().enumerate() {
            let line = if at + 1 == all.len() { "└─" } else { "├─" };
            let Some(total) = totals.functions.get(*number) else { continue };
            rows.push(Row {
                name: format!("{line} {}", function.handler),
                kind: "function",
                count: total.count(),
                rate: rates.of(Hop::Function(*number)),
                of: Some(gauges.function(*number)),
                p50: total.took.quantile(0.5),
                p99: total.took.quantile(0.99),
                to: function.reaches.join(", "),
            });
        }
    };
    for (number, total) in totals.streams.iter().enumerate() {
        plain(&mut rows, Hop::Stream(number), "stream", *total);
        functions(&mut rows, Trigger::Stream(number));
    }
    for (number, total) in totals.buses.iter().enumerate() {
        plain(&mut rows, Hop::Bus(number), "bus", *total);
        functions(&mut rows, Trigger::Bus(number));
    }
    for (topic, total) in &totals.topics {
        plain(&mut rows, Hop::Topic(topic), "topic", *total);
    }
    for (name, items) in &gauges.tables {
        let to = text::of(*items as u64, "item");
        rows.push(Row { name: name.clone(), kind: "table", to, ..Row::default() });
    }
    rows
}
