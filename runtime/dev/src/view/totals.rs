//! What there was, counted.

use std::collections::BTreeMap;

use esteira::engine::{Input, Seen, What};

use super::{
    histogram::Histogram,
    names::{Names, short},
};

/// What there was since the start.
#[derive(Debug, Clone)]
pub(super) struct Totals {
    /// Records, by stream.
    pub(super) streams: Vec<u64>,
    /// Events, by bus.
    pub(super) buses: Vec<u64>,
    pub(super) functions: Vec<OfFunction>,
    /// Messages, by the name of the topic.
    pub(super) topics: BTreeMap<&'static str, u64>,
}

/// What there was of a function.
#[derive(Debug, Clone, Default)]
pub(super) struct OfFunction {
    pub(super) invocations: u64,
    /// The records or events that it was invoked with.
    pub(super) given: u64,
    /// Invocations that failed, as a whole or in part.
    pub(super) failed: u64,
    pub(super) refused: u64,
    pub(super) took: Histogram,
    /// By why.
    pub(super) given_up: BTreeMap<&'static str, GivenUp>,
}

/// What was given up for one reason.
#[derive(Debug, Clone, Default)]
pub(super) struct GivenUp {
    /// Records or events.
    pub(super) number: u64,
    /// Where the last of it is.
    pub(super) destination: String,
}

/// A part of the application through which things go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hop {
    Stream(usize),
    Bus(usize),
    Function(usize),
    Topic(&'static str),
}

/// How much went through a part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Count {
    /// Records, events or messages.
    pub(super) number: u64,
    pub(super) invocations: u64,
    pub(super) failed: u64,
    pub(super) given_up: u64,
    pub(super) refused: u64,
}

impl Totals {
    pub(super) fn new(names: &Names) -> Self {
        Self {
            streams: vec![0; names.streams.len()],
            buses: vec![0; names.buses.len()],
            functions: vec![OfFunction::default(); names.functions.len()],
            topics: names.topics.iter().map(|topic| (*topic, 0)).collect(),
        }
    }

    pub(super) fn add(&mut self, seen: &Seen, names: &Names) {
        match &seen.what {
            What::Put { stream } => bump(&mut self.streams, *stream),
            What::Published { bus, .. } => bump(&mut self.buses, *bus),
            What::Notified { topic, .. } => *self.topics.entry(short(topic)).or_default() += 1,
            What::Invoked { function, input, took, outcome } => {
                let Some(of) = self.functions.get_mut(*function) else { return };
                of.invocations += 1;
                of.given += number(input);
                of.failed += u64::from(!matches!(outcome, Ok(0)));
                of.took.add(*took);
            }
            What::GaveUp { function, input, condition, destination } => {
                let Some(of) = self.functions.get_mut(*function) else { return };
                let given_up = of.given_up.entry(condition).or_default();
                given_up.number += number(input);
                given_up.destination.clone_from(destination);
            }
            What::Refused(refusal) => {
                let named = |of: &super::Function| of.declared == refusal.function;
                let found = names.functions.iter().position(named);
                if let Some(of) = found.and_then(|found| self.functions.get_mut(found)) {
                    of.refused += 1;
                }
            }
        }
    }

    /// How much went through each part, in the order in which it goes.
    pub(super) fn counts(&self) -> impl Iterator<Item = (Hop, Count)> {
        let plain = |number: &u64| Count { number: *number, ..Count::default() };
        let streams = self.streams.iter().map(plain).enumerate();
        let buses = self.buses.iter().map(plain).enumerate();
        let functions = self.functions.iter().map(OfFunction::count).enumerate();
        let topics = self.topics.iter().map(move |(topic, it)| (Hop::Topic(topic), plain(it)));
        streams
            .map(|(number, it)| (Hop::Stream(number), it))
            .chain(buses.map(|(number, it)| (Hop::Bus(number), it)))
            .chain(functions.map(|(number, it)| (Hop::Function(number), it)))
            .chain(topics)
    }
}

impl OfFunction {
    pub(super) fn count(&self) -> Count {
        Count {
            number: self.given,
            invocations: self.invocations,
            failed: self.failed,
            given_up: self.given_up.values().map(|it| it.number).sum(),
            refused: self.refused,
        }
    }
}

impl Count {
    /// What came to an earlier count.
    pub(super) fn since(self, earlier: Self) -> Self {
        Self {
            number: self.number - earlier.number,
            invocations: self.invocations - earlier.invocations,
            failed: self.failed - earlier.failed,
            given_up: self.given_up - earlier.given_up,
            refused: self.refused - earlier.refused,
        }
    }
}

impl Hop {
    pub(super) fn name<'a>(&self, names: &'a Names) -> &'a str {
        match self {
            Self::Stream(number) => names.stream(*number),
            Self::Bus(number) => names.bus(*number),
            Self::Function(number) => names.handler(*number),
            Self::Topic(name) => name,
        }
    }
}

/// How many records or events an input is.
fn number(input: &Input) -> u64 {
    match input {
        Input::Records(number) => *number as u64,
        Input::Event(_) => 1,
    }
}

fn bump(counts: &mut [u64], at: usize) {
    counts.iter_mut().skip(at).take(1).for_each(|count| *count += 1);
}
