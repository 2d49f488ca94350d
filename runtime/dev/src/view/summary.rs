//! What there was in all.

use std::{fmt::Write, time::Duration};

use super::{Gauges, Names, text, totals::Totals};

const HEAD: [&str; 9] =
    ["hop", "number", "records", "failed", "refused", "given up", "p50", "p99", "a second"];

/// A table of the hops, and what was given up with how to send it again.
pub(super) fn text(names: &Names, totals: &Totals, gauges: &Gauges, elapsed: Duration) -> String {
    let records: u64 = totals.streams.iter().sum();
    let events: u64 = totals.buses.iter().sum();
    let mut out = format!(
        "{} and {} in {}\n\n",
        text::of(records, "record"),
        text::of(events, "event"),
        text::took(elapsed)
    );
    let seconds = elapsed.as_secs_f64().max(0.001);
    let rate = |number: u64| text::rate(number as f64 / seconds);
    let mut rows = vec![HEAD.map(str::to_owned)];
    for (hop, count) in totals.counts() {
        let mut row: [String; 9] = std::array::from_fn(|_| String::new());
        row[0] = hop.name(names).to_owned();
        row[1] = text::number(count.number);
        row[8] = rate(count.number);
        if let super::totals::Hop::Function(number) = hop {
            let of = &totals.functions[number];
            let took = |share| of.took.quantile(share).map(text::took).unwrap_or_default();
            row[1] = text::number(count.invocations);
            row[2] = text::number(count.number);
            row[3] = text::number(count.failed);
            row[4] = text::number(count.refused);
            row[5] = text::number(count.given_up);
            (row[6], row[7]) = (took(0.5), took(0.99));
        }
        rows.push(row);
    }
    table(&mut out, &rows);
    given_up(&mut out, names, totals);
    left(&mut out, names, gauges);
    out.trim_end().to_owned()
}

fn table(out: &mut String, rows: &[[String; 9]]) {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: [usize; 9] = std::array::from_fn(|column| width(column).unwrap_or_default());
    for row in rows {
        let mut line = String::new();
        for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
            let _ = match column {
                0 => write!(line, "{cell:width$}"),
                _ => write!(line, "  {cell:>width$}"),
            };
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
}

fn given_up(out: &mut String, names: &Names, totals: &Totals) {
    let mut first = true;
    for (function, of) in names.functions.iter().zip(&totals.functions) {
        for (condition, it) in &of.given_up {
            if std::mem::take(&mut first) {
                out.push_str("\ngiven up:\n");
            }
            let why = if condition.is_empty() { "refused" } else { condition };
            let (number, handler) = (text::number(it.number), &function.handler);
            let _ = writeln!(out, "  {handler}: {number} ({why}), the last in {}", it.destination);
        }
        if !of.given_up.is_empty() {
            let (redrive, handler) = (&names.redrive, &function.handler);
            let _ =
                writeln!(out, "    once the cause is mended, send it again: {redrive} {handler}");
        }
    }
}

/// What was not handled yet.
fn left(out: &mut String, names: &Names, gauges: &Gauges) {
    let lag = |number| gauges.function(number).lag as u64;
    let functions = names.functions.iter().enumerate();
    let left: Vec<String> = functions
        .filter(|(number, _)| lag(*number) > 0)
        .map(|(number, function)| format!("{} of {}", text::number(lag(number)), function.handler))
        .collect();
    if !left.is_empty() {
        let _ = writeln!(out, "\nnot handled yet: {}", left.join(", "));
    }
}
