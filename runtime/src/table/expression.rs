//! Conditions and assignments, made from the fields of a table's item.

use std::borrow::Borrow;

use serde::Serialize;
use serde_dynamo::AttributeValue;

use super::ToAttribute;
use crate::{
    call::CallError,
    detail::{Detail, Field, SingleNumber, SingleText},
};

/// A condition on the item that is there.
#[derive(Debug, Clone)]
#[must_use]
pub struct Condition(pub(crate) Predicate);

/// What a condition says.
#[derive(Debug, Clone)]
pub(crate) enum Predicate {
    /// The attribute is there.
    Exists(&'static str),
    /// The attribute is not there.
    Absent(&'static str),
    /// The attribute compares to a value.
    Compare(&'static str, Comparison, Result<AttributeValue, CallError>),
    /// The text begins with a prefix.
    BeginsWith(&'static str, String),
    /// Both hold.
    And(Box<Condition>, Box<Condition>),
    /// At least one holds.
    Or(Box<Condition>, Box<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Comparison {
    /// As DynamoDB writes it.
    pub(crate) fn symbol(self) -> &'static str {
        match self {
            Comparison::Equal => "=",
            Comparison::NotEqual => "<>",
            Comparison::Less => "<",
            Comparison::AtMost => "<=",
            Comparison::Greater => ">",
            Comparison::AtLeast => ">=",
        }
    }
}

impl Condition {
    /// Both must hold.
    pub fn and(self, other: Condition) -> Condition {
        Condition(Predicate::And(Box::new(self), Box::new(other)))
    }

    /// At least one must hold.
    pub fn or(self, other: Condition) -> Condition {
        Condition(Predicate::Or(Box::new(self), Box::new(other)))
    }
}

impl std::ops::Not for Condition {
    type Output = Condition;

    fn not(self) -> Condition {
        Condition(Predicate::Not(Box::new(self)))
    }
}

/// A change to one attribute.
#[derive(Debug, Clone)]
#[must_use]
pub struct Assignment {
    pub(crate) name: &'static str,
    pub(crate) change: Change,
}

#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// A new value.
    Set(Result<AttributeValue, CallError>),
    /// A sum. An attribute that is not there counts as zero.
    Add(Result<AttributeValue, CallError>),
    /// A difference. An attribute that is not there counts as zero.
    Subtract(Result<AttributeValue, CallError>),
    /// No attribute any more.
    Remove,
}

impl<T: Detail> Field<T> {
    /// The attribute is there.
    pub fn exists(&self) -> Condition {
        Condition(Predicate::Exists(self.name))
    }

    /// The attribute is not there.
    pub fn absent(&self) -> Condition {
        Condition(Predicate::Absent(self.name))
    }

    /// The attribute has this value. Of an `Option`, the value inside: that it is not there is
    /// [`absent`](Self::absent).
    pub fn equals<V: Serialize + ?Sized>(&self, value: &V) -> Condition
    where
        T::Value: Borrow<V>,
    {
        Condition(Predicate::Compare(self.name, Comparison::Equal, value.to_attribute()))
    }

    /// The attribute has another value. One that is not there has another value.
    pub fn differs_from<V: Serialize + ?Sized>(&self, value: &V) -> Condition
    where
        T::Value: Borrow<V>,
    {
        Condition(Predicate::Compare(self.name, Comparison::NotEqual, value.to_attribute()))
    }

    /// Gives the attribute a new value. Of an `Option`, the value inside: to take it away is
    /// [`remove`](Self::remove).
    pub fn to<V: Serialize + ?Sized>(&self, value: &V) -> Assignment
    where
        T::Value: Borrow<V>,
    {
        self.change(Change::Set(value.to_attribute()))
    }

    /// Removes the attribute.
    pub fn remove(&self) -> Assignment {
        self.change(Change::Remove)
    }

    fn change(&self, change: Change) -> Assignment {
        Assignment { name: self.name, change }
    }
}

// The bounds are the methods' own: so the message is that of the trait.
impl<T: Detail> Field<T> {
    /// The number is at least `bound`.
    pub fn at_least(&self, bound: T::Value) -> Condition
    where
        T::Value: SingleNumber + Sized,
    {
        Condition(Predicate::Compare(self.name, Comparison::AtLeast, bound.to_attribute()))
    }

    /// The number is at most `bound`.
    pub fn at_most(&self, bound: T::Value) -> Condition
    where
        T::Value: SingleNumber + Sized,
    {
        Condition(Predicate::Compare(self.name, Comparison::AtMost, bound.to_attribute()))
    }

    /// The number is greater than `bound`.
    pub fn greater_than(&self, bound: T::Value) -> Condition
    where
        T::Value: SingleNumber + Sized,
    {
        Condition(Predicate::Compare(self.name, Comparison::Greater, bound.to_attribute()))
    }

    /// The number is less than `bound`.
    pub fn less_than(&self, bound: T::Value) -> Condition
    where
        T::Value: SingleNumber + Sized,
    {
        Condition(Predicate::Compare(self.name, Comparison::Less, bound.to_attribute()))
    }

    /// Adds to the number; one that is not there counts as zero.
    ///
    /// An update that adds is not the same when it is repeated, and it is repeated when its answer
    /// is lost or its record comes again. Where that matters, do it in a transaction
    /// [`once`](crate::Transaction::once).
    pub fn plus(&self, amount: T::Value) -> Assignment
    where
        T::Value: SingleNumber + Sized,
    {
        self.change(Change::Add(amount.to_attribute()))
    }

    /// Subtracts from the number; one that is not there counts as zero. As to repetition, see
    /// [`plus`](Self::plus).
    pub fn minus(&self, amount: T::Value) -> Assignment
    where
        T::Value: SingleNumber + Sized,
    {
        self.change(Change::Subtract(amount.to_attribute()))
    }

    /// The text begins with `prefix`.
    pub fn begins_with(&self, prefix: impl Into<String>) -> Condition
    where
        T::Value: SingleText,
    {
        Condition(Predicate::BeginsWith(self.name, prefix.into()))
    }
}
