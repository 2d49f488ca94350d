//! The deserializer of one column: led by the Rust type, on the exact text of the record.

use std::borrow::Cow;
use std::cell::Cell;
use std::str::FromStr;

use serde::de::{Deserializer, IntoDeserializer, Visitor, value::SeqDeserializer};
use serde_json::de::IoRead;

use super::fault::Fault;
use super::number::{Integer, NotInteger, is_number};

/// Each integer type takes a whole number in its range.
macro_rules! integers {
    ($($deserialize:ident $visit:ident $type:ident),* $(,)?) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            visitor.$visit(self.integer::<$type>(stringify!($type))?)
        }
    )*};
}

/// One column.
#[derive(Clone, Copy)]
pub(super) struct Column<'a, 'de> {
    /// Its valid JSON text, without blanks around it.
    raw: &'de str,
    /// Set when the field turns out to be an `Option`.
    optional: &'a Cell<bool>,
}

/// What a column's JSON text holds.
enum Held<'de> {
    /// Null.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number's text.
    Number(&'de str),
    /// A string's content.
    Text(Cow<'de, str>),
    /// The text of an object or array. DMS writes none; other producers of its format do.
    Nested(&'de str),
}

impl<'a, 'de> Column<'a, 'de> {
    pub(super) fn new(raw: &'de str, optional: &'a Cell<bool>) -> Self {
        Self { raw, optional }
    }

    fn held(self) -> Result<Held<'de>, Fault> {
        Ok(match self.raw.as_bytes() {
            b"null" => Held::Null,
            b"true" => Held::Bool(true),
            b"false" => Held::Bool(false),
            [b'{' | b'[', ..] => Held::Nested(self.raw),
            [b'"', inner @ .., b'"'] if !inner.contains(&b'\\') => {
                Held::Text(Cow::Borrowed(&self.raw[1..self.raw.len() - 1]))
            }
            [b'"', ..] => {
                Held::Text(Cow::Owned(serde_json::from_str(self.raw).map_err(Fault::document)?))
            }
            _ => Held::Number(self.raw),
        })
    }

    fn mismatch(self, expected: impl Into<String>) -> Fault {
        Fault::mismatch(self.raw, expected)
    }

    /// The text of a number, or of a string or boolean; none of null or a nested value.
    fn scalar(self) -> Result<Option<Cow<'de, str>>, Fault> {
        Ok(match self.held()? {
            Held::Text(text) => Some(text),
            Held::Number(_) | Held::Bool(_) => Some(Cow::Borrowed(self.raw)),
            Held::Null | Held::Nested(_) => None,
        })
    }

    fn visit_text<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.scalar()? {
            Some(text) => visit_cow(text, visitor),
            None => Err(self.mismatch("a string")),
        }
    }

    /// The text of a JSON document: the column itself, or the string it holds.
    fn document(self, expected: &str) -> Result<Cow<'de, str>, Fault> {
        match self.held()? {
            Held::Nested(raw) => Ok(Cow::Borrowed(raw)),
            Held::Text(text) if !text.trim_ascii().is_empty() => Ok(text),
            _ => Err(self.mismatch(expected)),
        }
    }

    /// A whole number in the range of `T`, which is called `name`.
    fn integer<T: TryFrom<i128> + TryFrom<u128>>(self, name: &str) -> Result<T, Fault> {
        let text = match self.held()? {
            Held::Number(text) => Cow::Borrowed(text),
            Held::Text(text) => text,
            _ => return Err(self.mismatch(name)),
        };
        match Integer::parse(&text) {
            Ok(number) => number.get().ok_or(NotInteger::Large),
            Err(why) => Err(why),
        }
        .map_err(|why| match why {
            NotInteger::Text => self.mismatch(name),
            NotInteger::Fraction => self.mismatch(format!("{name}, a whole number")),
            NotInteger::Large => self.mismatch(format!("{name}, a number in its range")),
        })
    }

    fn float<T: FromStr>(self, finite: impl Fn(&T) -> bool, expected: &str) -> Result<T, Fault> {
        let text = match self.held()? {
            Held::Number(text) => Cow::Borrowed(text),
            Held::Text(text) => text,
            _ => return Err(self.mismatch(expected)),
        };
        let text = text.trim_ascii();
        let number = if is_number(text) { text.parse().ok() } else { None };
        number.filter(finite).ok_or_else(|| self.mismatch(expected))
    }

    fn bytes(self) -> Result<Vec<u8>, Fault> {
        let Held::Text(text) = self.held()? else { return Err(self.mismatch("hexadecimal bytes")) };
        hexadecimal(&text).ok_or_else(|| self.mismatch("hexadecimal bytes"))
    }
}

impl<'de> Deserializer<'de> for Column<'_, 'de> {
    type Error = Fault;

    /// The target is a type of another crate, or one that serde reads before it knows it. A
    /// number with a fraction goes as text, which decimal types read exactly; as a float it
    /// would lose digits and scale. So does a whole number beyond 64 bits: few visitors take
    /// 128, and text is what the types that can hold it read.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.held()? {
            Held::Null => visitor.visit_unit(),
            Held::Bool(value) => visitor.visit_bool(value),
            Held::Text(text) => visit_cow(text, visitor),
            Held::Nested(raw) => read(raw, |json| json.deserialize_any(visitor)),
            Held::Number(text) => {
                // `10.00` keeps its scale; `1E1` has none to keep.
                let scaled = text.contains('.') && !text.contains(['e', 'E']);
                let whole = if scaled { None } else { Integer::parse(text).ok() };
                if let Some(number) = whole.and_then(Integer::get::<u64>) {
                    visitor.visit_u64(number)
                } else if let Some(number) = whole.and_then(Integer::get::<i64>) {
                    visitor.visit_i64(number)
                } else {
                    visitor.visit_borrowed_str(text)
                }
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.raw == "null" {
            return visitor.visit_none();
        }
        self.optional.set(true);
        visitor.visit_some(self)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.scalar()?.as_deref() {
            Some("true" | "1") => visitor.visit_bool(true),
            Some("false" | "0") => visitor.visit_bool(false),
            _ => Err(self.mismatch("bool (true, false, 0 or 1)")),
        }
    }

    integers! {
        deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16, deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64, deserialize_i128 visit_i128 i128,
        deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16, deserialize_u32 visit_u32 u32,
        deserialize_u64 visit_u64 u64, deserialize_u128 visit_u128 u128,
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_f32(self.float(|number: &f32| number.is_finite(), "f32")?)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_f64(self.float(|number: &f64| number.is_finite(), "f64")?)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.visit_text(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.visit_text(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.visit_text(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.visit_text(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_byte_buf(self.bytes()?)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_byte_buf(self.bytes()?)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.raw {
            "null" => visitor.visit_unit(),
            _ => Err(self.mismatch("null")),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    /// A list in a JSON column, or the bytes of a `Vec<u8>`: serde asks for both alike.
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if let Ok(bytes) = self.bytes() {
            return visitor.visit_seq(SeqDeserializer::new(bytes.into_iter()));
        }
        let text = self.document("a JSON list or hexadecimal bytes")?;
        read(&text, |json| json.deserialize_seq(visitor))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let text = self.document("a JSON object")?;
        read(&text, |json| json.deserialize_map(visitor))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let text = self.document("a JSON object")?;
        read(&text, |json| json.deserialize_struct(name, fields, visitor))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let text = match self.held()? {
            Held::Nested(raw) => Cow::Borrowed(raw),
            _ => self.scalar()?.ok_or_else(|| self.mismatch("the name of a variant"))?,
        };
        if text.starts_with('{') {
            return read(&text, |json| json.deserialize_enum(name, variants, visitor));
        }
        visitor.visit_enum(IntoDeserializer::<Fault>::into_deserializer(text.as_ref()))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }
}

fn visit_cow<'de, V: Visitor<'de>>(text: Cow<'de, str>, visitor: V) -> Result<V::Value, Fault> {
    match text {
        Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
        Cow::Owned(text) => visitor.visit_string(text),
    }
}

/// Reads a whole JSON document. From a reader, because the text of a string does not live as
/// long as the record, and a visitor of the record's lifetime may not borrow from it.
fn read<'t, T>(
    text: &'t str,
    visit: impl FnOnce(&mut serde_json::Deserializer<IoRead<&'t [u8]>>) -> serde_json::Result<T>,
) -> Result<T, Fault> {
    let mut json = serde_json::Deserializer::from_reader(text.as_bytes());
    let value = visit(&mut json).map_err(Fault::document)?;
    json.end().map_err(Fault::document)?;
    Ok(value)
}

/// DMS writes bytes as `0x…`, and without the prefix if the endpoint sets `NoHexPrefix`.
fn hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    let digit = |byte: u8| Some(char::from(byte).to_digit(16)? as u8);
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
    if rest.is_empty() { bytes.collect() } else { None }
}
