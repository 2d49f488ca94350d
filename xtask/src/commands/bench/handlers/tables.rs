//! The figures of functions, as the tables of docs/benchmarks.md.

use std::time::Duration;

use super::{
    contenders::{ABORT, BY_HAND, ESTEIRA, PYTHON, Sizes},
    plan::{Measured, Warm},
};
use crate::commands::bench::figures::{Times, table, text};

/// What start, memory and size may be of those of the functions by hand.
const ALLOWED: f64 = 1.05;
/// What the time of a batch may be.
const ALLOWED_TIME: f64 = 1.0;
/// How many times faster than Python a batch of so many records has to be.
const FASTER: f64 = 30.0;
const FASTER_AT: usize = 100;

/// Every table there are figures for.
pub(super) fn all(measured: &[Measured], sizes: &Sizes) -> String {
    let figures = Figures { measured, sizes };
    let mut tables = vec![figures.took(), figures.processor(), figures.start(), figures.weight()];
    if sizes.contains_key(ABORT) {
        tables.push(figures.abort());
    }
    tables.join("\n")
}

struct Figures<'a> {
    measured: &'a [Measured],
    sizes: &'a Sizes,
}

impl Figures<'_> {
    fn functions(&self) -> impl Iterator<Item = &str> {
        self.measured.iter().filter(|it| it.contender == ESTEIRA).map(|it| it.function.as_str())
    }

    fn of(&self, function: &str, contender: &str) -> Option<&Measured> {
        self.measured.iter().find(|it| it.function == function && it.contender == contender)
    }

    fn warm(&self, function: &str, contender: &str, records: usize) -> Times {
        let warm = self.of(function, contender).and_then(|it| it.warm.get(&records));
        warm.map_or_else(Times::default, |warm| times(&warm.took))
    }

    /// The functions with each of their numbers of records.
    fn batches(&self) -> impl Iterator<Item = (&Measured, usize)> {
        let ours = self.measured.iter().filter(|it| it.contender == ESTEIRA);
        ours.flat_map(|it| it.warm.keys().map(move |records| (it, *records)))
    }

    /// Time on the clock.
    fn took(&self) -> String {
        let rows: Vec<_> = self
            .batches()
            .map(|(ours, records)| {
                let of = |contender| self.warm(&ours.function, contender, records);
                let (esteira, by_hand, python) = (of(ESTEIRA), of(BY_HAND), of(PYTHON));
                let faster = ratio(python.median(), esteira.median());
                let target = if records == FASTER_AT { FASTER } else { 0.0 };
                vec![
                    format!("`{}`", ours.function),
                    records.to_string(),
                    text(esteira.median()),
                    esteira.range(),
                    text(by_hand.median()),
                    by_hand.range(),
                    at_most(ratio(esteira.median(), by_hand.median()), ALLOWED_TIME),
                    text(python.median()),
                    python.range(),
                    at_least(faster, target),
                ]
            })
            .collect();
        let head = [
            "time of an invocation",
            "records",
            ESTEIRA,
            "range",
            BY_HAND,
            "range",
            "Esteira ÷ by hand",
            PYTHON,
            "range",
            "Python ÷ Esteira",
        ];
        table(&head, &rows)
    }

    /// Processor time, which other work of the machine moves less.
    fn processor(&self) -> String {
        let rows: Vec<_> = self
            .batches()
            .map(|(ours, records)| {
                let of = |contender| {
                    let warm =
                        self.of(&ours.function, contender).and_then(|it| it.warm.get(&records));
                    warm.map_or(Duration::ZERO, |warm: &Warm| times(&warm.processor).median())
                };
                let (esteira, by_hand, python) = (of(ESTEIRA), of(BY_HAND), of(PYTHON));
                vec![
                    format!("`{}`", ours.function),
                    records.to_string(),
                    text(esteira),
                    text(by_hand),
                    shown(ratio(esteira, by_hand)),
                    text(python),
                    shown(ratio(python, esteira)),
                ]
            })
            .collect();
        let head = [
            "processor time of it",
            "records",
            ESTEIRA,
            BY_HAND,
            "Esteira ÷ by hand",
            PYTHON,
            "Python ÷ Esteira",
        ];
        table(&head, &rows)
    }

    fn start(&self) -> String {
        let rows: Vec<_> = self
            .functions()
            .map(|function| {
                let of = |contender| {
                    self.of(function, contender).map_or_else(Times::default, |it| times(&it.cold))
                };
                let (esteira, by_hand, python) = (of(ESTEIRA), of(BY_HAND), of(PYTHON));
                vec![
                    format!("`{function}`"),
                    text(esteira.median()),
                    esteira.range(),
                    text(by_hand.median()),
                    by_hand.range(),
                    at_most(ratio(esteira.median(), by_hand.median()), ALLOWED),
                    text(python.median()),
                    python.range(),
                    shown(ratio(python.median(), esteira.median())),
                ]
            })
            .collect();
        let head = [
            "cold start",
            ESTEIRA,
            "range",
            BY_HAND,
            "range",
            "Esteira ÷ by hand",
            PYTHON,
            "range",
            "Python ÷ Esteira",
        ];
        table(&head, &rows)
    }

    /// Memory and size.
    fn weight(&self) -> String {
        let rows: Vec<_> = self
            .functions()
            .map(|function| {
                let resident = |contender| {
                    self.of(function, contender).map_or(0.0, |it| it.resident as f64 / 1024.0)
                };
                let size = |contender: &str| self.sizes.get(contender)?.get(function).copied();
                let binary = |contender| size(contender).map_or(0.0, |it| mib(it.binary));
                let zip = |contender| size(contender).map_or(0.0, |it| mib(it.zip));
                let pair = |of: &dyn Fn(&'static str) -> f64| {
                    let (esteira, by_hand) = (of(ESTEIRA), of(BY_HAND));
                    [
                        format!("{esteira:.2} MB"),
                        format!("{by_hand:.2} MB"),
                        at_most(esteira / by_hand, ALLOWED),
                    ]
                };
                let mut row = vec![format!("`{function}`")];
                row.extend(pair(&resident));
                row.push(format!("{:.0} MB", resident(PYTHON)));
                row.extend(pair(&binary));
                row.extend(pair(&zip));
                row
            })
            .collect();
        let head = [
            "memory and size",
            "resident: Esteira",
            BY_HAND,
            "ratio",
            PYTHON,
            "binary: Esteira",
            BY_HAND,
            "ratio",
            "zip: Esteira",
            BY_HAND,
            "ratio",
        ];
        table(&head, &rows)
    }

    /// What it costs that a panic can be caught.
    fn abort(&self) -> String {
        let rows: Vec<_> = self
            .functions()
            .map(|function| {
                let cold = |contender| {
                    let cold = self.of(function, contender).map(|it| times(&it.cold).median());
                    cold.unwrap_or_default()
                };
                let size = |contender: &str| {
                    let size = self.sizes.get(contender).and_then(|it| it.get(function));
                    size.map_or(0.0, |it| mib(it.binary))
                };
                vec![
                    format!("`{function}`"),
                    text(cold(ESTEIRA)),
                    text(cold(ABORT)),
                    shown(ratio(cold(ESTEIRA), cold(ABORT))),
                    format!("{:.2} MB", size(ESTEIRA)),
                    format!("{:.2} MB", size(ABORT)),
                    shown(size(ESTEIRA) / size(ABORT)),
                ]
            })
            .collect();
        let head = [
            "a panic",
            "cold start: caught",
            "aborts",
            "ratio",
            "binary: caught",
            "aborts",
            "ratio",
        ];
        table(&head, &rows)
    }
}

fn times(seconds: &[f64]) -> Times {
    let mut times = Times::default();
    seconds.iter().for_each(|seconds| times.add(Duration::from_secs_f64(*seconds)));
    times
}

fn mib(bytes: usize) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}

fn ratio(time: Duration, other: Duration) -> f64 {
    time.as_secs_f64() / other.as_secs_f64()
}

fn shown(ratio: f64) -> String {
    match ratio {
        10.0.. => format!("{ratio:.0}×"),
        0.0.. => format!("{ratio:.2}×"),
        // Nothing was measured, or took no time.
        _ => "–".to_owned(),
    }
}

/// A ratio, and whether it is within the target. It is judged as it is shown.
fn at_most(ratio: f64, target: f64) -> String {
    let kept = if (ratio * 100.0).round() <= target * 100.0 { "kept" } else { "missed" };
    format!("{}, {kept}", shown(ratio))
}

/// A ratio, and whether it reaches the target, if there is one.
fn at_least(ratio: f64, target: f64) -> String {
    match (target, ratio.round()) {
        (0.0, _) => shown(ratio),
        (target, reached) if reached >= target => format!("{}, kept", shown(ratio)),
        _ => format!("{}, missed", shown(ratio)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::bench::handlers::contenders::Size;

    #[test]
    fn a_ratio_is_judged_as_it_is_shown() {
        assert_eq!(at_most(1.054, 1.05), "1.05×, kept");
        assert_eq!(at_most(1.056, 1.05), "1.06×, missed");
        assert_eq!(at_least(29.6, 30.0), "30×, kept");
        assert_eq!(at_least(29.4, 30.0), "29×, missed");
        assert_eq!(at_least(2.0, 0.0), "2.00×");
        assert_eq!(shown(f64::NAN), "–");
    }

    #[test]
    fn contenders_stand_side_by_side() {
        let measured = |contender: &str, millis: f64| Measured {
            function: "f".into(),
            contender: contender.into(),
            cold: vec![millis / 100.0],
            resident: (millis * 1024.0) as u64,
            warm: [(100, Warm { took: vec![millis / 1e3], processor: vec![millis / 2e3] })].into(),
        };
        let all_measured = [
            measured(ESTEIRA, 2.0),
            measured(BY_HAND, 2.5),
            measured(PYTHON, 150.0),
            measured(ABORT, 1.0),
        ];
        let size = |binary| [("f".to_owned(), Size { binary, zip: binary / 2 })].into();
        let mut sizes: Sizes = [(ESTEIRA, size(3 << 20)), (BY_HAND, size(2 << 20))].into();
        let text = all(&all_measured, &sizes);
        for row in [
            "| `f` | 100 | 2.0 ms | – | 2.5 ms | – | 0.80×, kept | 0.15 s | – | 75×, kept |",
            "| `f` | 100 | 1.0 ms | 1.2 ms | 0.80× | 75 ms | 75× |",
            "| `f` | 20 ms | – | 25 ms | – | 0.80×, kept | 1.5 s | – | 75× |",
            "| `f` | 2.00 MB | 2.50 MB | 0.80×, kept | 150 MB | 3.00 MB | 2.00 MB | 1.50×, missed \
             | 1.50 MB | 1.00 MB | 1.50×, missed |",
        ] {
            assert!(text.contains(row), "{row}\n{text}");
        }
        sizes.insert(ABORT, size(2 << 20));
        let row = "| `f` | 20 ms | 10 ms | 2.00× | 3.00 MB | 2.00 MB | 1.50× |";
        assert!(all(&all_measured, &sizes).contains(row));
    }
}
