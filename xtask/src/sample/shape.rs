//! A value of a shape.

use esteira_manifest::{Field, Shape};
use serde_json::{Map, Value, json};

/// A value of a shape. A text is the name of its field, which says more than any other would.
pub(super) fn value(shape: &Shape, name: &str) -> Value {
    let inner = |shapes: &[Shape]| shapes.first().map_or(Value::Null, |shape| value(shape, name));
    match shape {
        Shape::Text => name.into(),
        Shape::OneOf(texts) => texts.first().map_or(Value::Null, |text| text.as_ref().into()),
        Shape::Integer { .. } => 1.into(),
        Shape::Number => 1.5.into(),
        Shape::Boolean => true.into(),
        Shape::Any => Value::Null,
        Shape::Optional(shape) => inner(shape),
        Shape::Array(shape) => json!([inner(shape)]),
        Shape::Map(shape) => json!({ "key": inner(shape) }),
        Shape::Object(fields) => {
            let mut object = Map::new();
            flat(fields, &mut |field| {
                object.insert(field.name.to_string(), value(&field.shape, &field.name));
            });
            object.into()
        }
    }
}

/// Every field that is on the wire, those of flattened fields in their place.
pub(super) fn flat<'a>(fields: &'a [Field], each: &mut impl FnMut(&'a Field)) {
    for field in fields {
        match within(&field.shape) {
            Shape::Object(fields) if field.name.is_empty() => flat(fields, each),
            // What else may be flattened, such as a map, may also have nothing in it.
            _ if field.name.is_empty() => {}
            _ => each(field),
        }
    }
}

/// The shape of what is there, if it is.
pub(super) fn within(shape: &Shape) -> &Shape {
    match shape {
        Shape::Optional(inner) => inner.first().map_or(&Shape::Any, within),
        shape => shape,
    }
}

/// The shape of a field of a value of this shape.
pub(super) fn field<'a>(shape: &'a Shape, name: &str) -> &'a Shape {
    match within(shape) {
        Shape::Object(fields) => {
            let mut found = &Shape::Any;
            flat(fields, &mut |field| {
                if field.name == name {
                    found = &field.shape;
                }
            });
            found
        }
        Shape::Map(values) => values.first().unwrap_or(&Shape::Any),
        _ => &Shape::Any,
    }
}

/// Whether a value may stand where this shape is asked for.
pub(super) fn fits(value: &Value, shape: &Shape) -> bool {
    match shape {
        Shape::Any => true,
        Shape::Text => value.is_string(),
        Shape::OneOf(texts) => texts.iter().any(|text| *value == text.as_ref()),
        Shape::Integer { bits, signed } => in_range(value, *bits, *signed),
        Shape::Number => value.is_number(),
        Shape::Boolean => value.is_boolean(),
        Shape::Optional(inner) => value.is_null() || inner.iter().all(|inner| fits(value, inner)),
        Shape::Array(_) => value.is_array(),
        Shape::Map(_) | Shape::Object(_) => value.is_object(),
    }
}

fn in_range(value: &Value, bits: u32, signed: bool) -> bool {
    let number = value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from));
    let Some(number) = number else { return false };
    // What JSON holds here has 64 bits.
    let bits = bits.min(64);
    match signed {
        true => (-(1 << (bits - 1))..1 << (bits - 1)).contains(&number),
        false => (0..1 << bits).contains(&number),
    }
}
