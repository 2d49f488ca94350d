//! Rows that are made up.

use esteira::{
    __private::{Registered, inventory},
    engine::Change,
    manifest::{Field, Item, Kind, Row, Shape},
};
use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::Given;
use crate::run::Error;

/// Texts of one column differ in so many ways, so that what they name comes again.
const NAMES: u64 = 100;

/// New rows of the captured tables, in turn, always the same of one seed.
pub(crate) struct Rows {
    rows: Vec<(&'static Item, &'static Row)>,
    seed: u64,
    made: u64,
    number: u64,
}

impl Rows {
    /// So many rows beyond those that were made, or those that are left of them if this goes on.
    ///
    /// # Errors
    ///
    /// No table is captured.
    pub(crate) fn new(
        number: u64,
        seed: u64,
        position: Option<&str>,
        resumes: bool,
    ) -> Result<Self, Error> {
        let items = || inventory::iter::<Registered>.into_iter().map(|registered| registered.0);
        let captured = |id: &str| {
            items().any(|item| match &item.kind {
                Kind::Capture(capture) => capture.tables.iter().any(|table| table == id),
                _ => false,
            })
        };
        let rows = items().filter_map(|item| match &item.kind {
            Kind::Row(row) if captured(&item.id) => Some((item, row)),
            _ => None,
        });
        let mut rows: Vec<_> = rows.collect();
        rows.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
        if rows.is_empty() {
            return Err("no table is captured, so no rows can be made up: declare a \
                        `#[derive(Capture)]` with its `tables(…)`, or put records on the stream \
                        through the endpoint"
                .into());
        }
        let read = |position: &str| {
            let (made, number) = position.split_once(' ')?;
            Some((made.parse().ok()?, number.parse().ok()?))
        };
        let (made, before) = position.and_then(read).unwrap_or((0, 0));
        let number = if resumes && before > 0 { before } else { made + number };
        Ok(Self { rows, seed, made, number })
    }

    pub(crate) fn take(&mut self, most: usize) -> Vec<Given> {
        let most = (self.number - self.made).min(most as u64);
        let taken = (self.made..self.made + most).map(|number| {
            let (item, row) = self.rows[(number % self.rows.len() as u64) as usize];
            Given::Change(&item.id, Change::Insert(self.row(row, number)))
        });
        let taken = taken.collect();
        self.made += most;
        taken
    }

    pub(crate) fn position(&self) -> String {
        format!("{} {}", self.made, self.number)
    }

    pub(crate) fn is_over(&self) -> bool {
        self.made >= self.number
    }

    fn row(&self, row: &Row, number: u64) -> Map<String, Value> {
        // Each row by itself, so that it is the same wherever one begins.
        let mut random = Rng::with_seed(self.seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut columns = Map::new();
        fields(&row.columns, &mut |field| {
            let value = match row.key.contains(&field.name) {
                true => key(&field.shape, &field.name, number + 1),
                false => value(&field.shape, &field.name, &mut random),
            };
            columns.insert(field.name.to_string(), value);
        });
        columns
    }
}

fn fields<'a>(shape: &'a Shape, each: &mut impl FnMut(&'a Field)) {
    let Shape::Object(all) = shape else { return };
    for field in all.iter() {
        match field.name.is_empty() {
            true => fields(&field.shape, each),
            false => each(field),
        }
    }
}

/// A value that no other row has.
fn key(shape: &Shape, name: &str, number: u64) -> Value {
    match shape {
        Shape::Integer { .. } | Shape::Number => number.into(),
        Shape::Optional(inner) => inner.first().map_or(Value::Null, |it| key(it, name, number)),
        _ => format!("{name}-{number}").into(),
    }
}

fn value(shape: &Shape, name: &str, random: &mut Rng) -> Value {
    match shape {
        Shape::Text => format!("{name}-{}", random.u64(1..=NAMES)).into(),
        Shape::OneOf(texts) => match texts.len() {
            0 => Value::Null,
            many => texts[random.usize(0..many)].as_ref().into(),
        },
        Shape::Integer { .. } => random.u8(1..=100).into(),
        Shape::Number => (f64::from(random.u16(1..10_000)) / 100.0).into(),
        Shape::Boolean => random.bool().into(),
        Shape::Any => Value::Null,
        Shape::Optional(inner) => match (inner.first(), random.u8(0..10)) {
            (Some(inner), 1..) => value(inner, name, random),
            _ => Value::Null,
        },
        // Bytes are hexadecimal digits, and a JSON column is a text.
        Shape::Array(inner) if matches!(inner.first(), Some(Shape::Integer { bits: 8, .. })) => {
            format!("{:04x}", random.u16(..)).into()
        }
        Shape::Array(_) | Shape::Map(_) | Shape::Object(_) => {
            document(shape, name, random).to_string().into()
        }
    }
}

fn document(shape: &Shape, name: &str, random: &mut Rng) -> Value {
    match shape {
        Shape::Array(inner) => inner.iter().map(|it| document(it, name, random)).collect(),
        Shape::Map(inner) => match inner.first() {
            Some(inner) => json!({ "key": document(inner, name, random) }),
            None => json!({}),
        },
        Shape::Object(_) => {
            let mut object = Map::new();
            fields(shape, &mut |field| {
                object.insert(field.name.to_string(), document(&field.shape, &field.name, random));
            });
            object.into()
        }
        Shape::Optional(inner) => {
            inner.first().map_or(Value::Null, |it| document(it, name, random))
        }
        plain => value(plain, name, random),
    }
}
