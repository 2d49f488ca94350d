//! The shape of data: what the fields of an event, a row or an item are, on the wire.

use serde::{Deserialize, Serialize};

use super::{List, Text};

/// The shape of a value on the wire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Shape {
    /// A string.
    Text,
    /// A string that is one of these.
    OneOf(List<Text>),
    /// A whole number, with the bits of its Rust type and whether it is signed.
    Integer {
        /// 8, 16, 32, 64 or 128.
        bits: u32,
        /// Whether it may be negative.
        signed: bool,
    },
    /// A number that may have a fraction.
    Number,
    /// `true` or `false`.
    Boolean,
    /// Anything, or nothing that is known.
    Any,
    /// A value that may be null or absent. The list has one entry.
    Optional(List<Shape>),
    /// An array. The list has one entry, the shape of its elements.
    Array(List<Shape>),
    /// An object whose keys are data. The list has one entry, the shape of its values.
    Map(List<Shape>),
    /// An object with these fields, ordered as declared.
    Object(List<Field>),
}

impl Shape {
    /// Whether a value of this shape has a place for a field: one of that name, also of a flattened
    /// shape, or any.
    pub fn takes(&self, name: &str) -> bool {
        match self {
            Shape::Object(fields) => fields.iter().any(|field| match field.name.as_ref() {
                "" => field.shape.takes(name),
                own => own == name,
            }),
            Shape::Optional(inner) => inner.iter().any(|shape| shape.takes(name)),
            Shape::Map(_) | Shape::Any => true,
            _ => false,
        }
    }
}

/// A field of an object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its name on the wire; empty if the fields of its own shape stand in its place (serde's
    /// `flatten`).
    pub name: Text,
    /// Its shape.
    pub shape: Shape,
    /// Whether it may be left out because serde fills in a default.
    pub default: bool,
}
