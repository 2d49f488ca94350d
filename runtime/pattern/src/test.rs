//! What one value has to be.

use serde_json::Value;

use crate::{
    address::{Address, Block},
    fold::Folded,
    number,
    wildcard::Wildcard,
};

/// One member of the list that a field of a pattern has.
#[derive(Debug, Clone)]
pub(crate) enum Test {
    Null,
    Bool(bool),
    Number(f64),
    /// A number that can only be matched as it is written.
    Digits(String),
    Text(String),
    /// Text that is this address.
    Address(Address),
    Prefix(String),
    Suffix(String),
    Wildcard(Wildcard),
    Folded(Folded),
    FoldedPrefix(Folded),
    FoldedSuffix(Folded),
    Between(Between),
    Block(Block),
    /// `exists: true`: any value at all.
    Present,
    /// `exists: false`: no value. It is about the field, and no value passes it.
    Absent,
    /// None of these.
    Not(Vec<Test>),
}

/// A range of numbers.
#[derive(Debug, Clone)]
pub(crate) struct Between {
    pub(crate) bottom: Bound,
    pub(crate) top: Bound,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Bound {
    pub(crate) value: f64,
    /// Whether the value itself is in the range.
    pub(crate) included: bool,
}

impl Between {
    fn contains(&self, number: f64) -> bool {
        let Self { bottom, top } = self;
        let above = number > bottom.value || bottom.included && number == bottom.value;
        above && (number < top.value || top.included && number == top.value)
    }
}

impl Test {
    /// Whether a value that is neither an object nor an array passes.
    pub(crate) fn passes(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Present, _) | (Self::Null, Value::Null) => true,
            (Self::Bool(bool), Value::Bool(value)) => bool == value,
            (Self::Number(number), Value::Number(value)) => {
                number::of_event(value) == Some(*number)
            }
            (Self::Digits(digits), Value::Number(value)) => *digits == value.to_string(),
            (Self::Between(range), Value::Number(value)) => {
                number::of_event(value).is_some_and(|number| range.contains(number))
            }
            (Self::Text(text), Value::String(value)) => text == value,
            (Self::Address(address), Value::String(value)) => {
                Address::parse(value) == Some(*address)
            }
            (Self::Block(block), Value::String(value)) => {
                Address::parse(value).is_some_and(|address| block.contains(address))
            }
            (Self::Prefix(prefix), Value::String(value)) => value.starts_with(prefix),
            (Self::Suffix(suffix), Value::String(value)) => value.ends_with(suffix),
            (Self::Wildcard(wildcard), Value::String(value)) => wildcard.matches(value),
            (Self::Folded(text), Value::String(value)) => text.is(value),
            (Self::FoldedPrefix(prefix), Value::String(value)) => prefix.begins(value),
            (Self::FoldedSuffix(suffix), Value::String(value)) => suffix.ends(value),
            (Self::Not(tests), _) => !tests.iter().any(|test| test.passes(value)),
            _ => false,
        }
    }
}
