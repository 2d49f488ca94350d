//! The columns of one image of a row, and their decoding into a row type.

use std::borrow::Cow;
use std::cell::Cell;

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::column::Column;
use super::error::Problem;
use super::fault::Fault;
use super::object::Object;

/// The raw JSON text of each column.
#[derive(Debug, Default)]
pub(super) struct Columns<'de>(Object<'de>);

/// Under which DMS puts the columns if the task maps records to documents.
const DOCUMENT: &str = "_doc";
/// Before the names of the old values, by the rule `add-before-image-columns` as AWS names it.
const BEFORE: &str = "BI_";

impl<'de> Columns<'de> {
    /// Reads `data` or a before image.
    pub(super) fn parse(raw: &'de str) -> Result<Self, serde_json::Error> {
        let mut columns: Object<'de> = serde_json::from_str(raw)?;
        // A column of the source that is called so holds a string, never an object.
        if let Some(document) = columns.get(DOCUMENT).filter(|value| value.starts_with('{')) {
            columns.remove(DOCUMENT);
            for (name, value) in serde_json::from_str::<Object<'de>>(document)? {
                if !columns.contains(&name) {
                    columns.insert(name, value);
                }
            }
        }
        Ok(Self(columns))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The old values among the columns of an update. Where the source has a column of its own
    /// called `BI_…`, it is none if no column is beside the one that it would be the old value
    /// of. (One that became null may be left out; the key is always there.)
    pub(super) fn before(&self) -> Self {
        let old = self.0.iter().filter_map(|(name, value)| Some((without(name, BEFORE)?, *value)));
        let old: Object<'de> = old.collect();
        let beside =
            |(name, value): &(Cow<'_, str>, &str)| *value != "null" && self.0.contains(name);
        if old.iter().any(beside) { Self(old) } else { Self::default() }
    }

    /// Puts the values that are not null over those of `self`.
    pub(super) fn overlay(&mut self, over: Self) {
        for (name, value) in over.0 {
            if value != "null" {
                self.0.insert(name, value);
            }
        }
    }

    /// Decodes a row.
    pub(super) fn row<R: DeserializeOwned>(&mut self) -> Result<R, Fault> {
        self.decode(None)
    }

    /// Decodes the row before an update; none if the image leaves out a column that `R` reads
    /// and the `after` image has. What is left out is unknown, which an `R` could not say.
    pub(super) fn row_before<R: DeserializeOwned>(
        &mut self,
        after: &Columns<'de>,
    ) -> Result<Option<R>, Fault> {
        match self.decode(Some(after)) {
            Err(Fault::Incomplete) => Ok(None),
            row => row.map(Some),
        }
    }

    /// Serde asks for an `Option` before it shows of what type. So an empty string that turns
    /// out not to suit the type is made null, and the row read again: at most once a column.
    fn decode<R: DeserializeOwned>(&mut self, after: Option<&Columns<'de>>) -> Result<R, Fault> {
        loop {
            match R::deserialize(Reader { columns: self, after }) {
                Err(Fault::Empty(name)) => {
                    self.0.insert(name.into(), "null");
                }
                Err(Fault::Column(name, Problem::Absent { .. })) => {
                    let similar = self.similar(&name);
                    return Err(Fault::Column(name, Problem::Absent { similar }));
                }
                row => return row,
            }
        }
    }

    fn similar(&self, name: &str) -> Option<String> {
        let plain = |name: &str| name.replace('_', "").to_lowercase();
        let wanted = plain(name);
        self.0.iter().find(|(name, _)| plain(name) == wanted).map(|(name, _)| name.to_string())
    }
}

/// A name without what it begins with, if it does.
fn without<'de>(name: &Cow<'de, str>, prefix: &str) -> Option<Cow<'de, str>> {
    match name {
        Cow::Borrowed(name) => name.strip_prefix(prefix).map(Cow::Borrowed),
        Cow::Owned(name) => name.strip_prefix(prefix).map(|rest| Cow::Owned(rest.to_owned())),
    }
}

/// The deserializer of a row: a struct or map whose values are columns.
#[derive(Clone, Copy)]
struct Reader<'a, 'de> {
    columns: &'a Columns<'de>,
    after: Option<&'a Columns<'de>>,
}

impl<'a, 'de> Reader<'a, 'de> {
    fn walk(self) -> Walk<'a, 'de> {
        Walk { columns: self.columns.0.iter(), value: None }
    }

    fn check_complete(self, reads: impl Fn(&str) -> bool) -> Result<(), Fault> {
        let mut after = self.after.into_iter().flat_map(|after| after.0.iter());
        match after.any(|(name, _)| reads(name) && !self.columns.0.contains(name)) {
            true => Err(Fault::Incomplete),
            false => Ok(()),
        }
    }
}

impl<'de> Deserializer<'de> for Reader<'_, 'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        // A row with `#[serde(flatten)]` does not tell which columns it reads.
        self.check_complete(|name| !name.starts_with(BEFORE))?;
        visitor.visit_map(self.walk())
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.check_complete(|name| fields.contains(&name))?;
        visitor.visit_map(self.walk())
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

struct Walk<'a, 'de> {
    columns: std::slice::Iter<'a, (Cow<'de, str>, &'de str)>,
    value: Option<(&'a str, &'de str)>,
}

impl<'de> MapAccess<'de> for Walk<'_, 'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Fault> {
        let Some((name, raw)) = self.columns.next() else { return Ok(None) };
        self.value = Some((name, raw));
        seed.deserialize(StrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        let Some((name, raw)) = self.value.take() else {
            return Err(serde::de::Error::custom("a value was asked for before its key"));
        };
        let optional = Cell::new(false);
        seed.deserialize(Column::new(raw, &optional)).map_err(|fault| match raw {
            "null" => Fault::Column(name.to_owned(), Problem::Null),
            "\"\"" if optional.get() => Fault::Empty(name.to_owned()),
            _ => fault.at(name),
        })
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.columns.len())
    }
}
