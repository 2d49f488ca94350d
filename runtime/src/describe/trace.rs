//! What a type takes, learnt from its own `Deserialize`: it asks for its fields one by one, and is
//! given something of the kind that it asks for.
//!
//! Only for types that no derive of ours describes: a `Json` record, the detail of a raw rule.

#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess,
    VariantAccess, Visitor,
    value::{Error, StrDeserializer},
};

use crate::manifest::{Field, Shape};

/// The shape of a type; none if it takes nothing that is tried.
pub(crate) fn shape<T: DeserializeOwned>() -> Option<Shape> {
    let mut texts = Texts::default();
    loop {
        texts.asked = 0;
        let mut shape = Shape::Any;
        let tracer = Tracer { shape: &mut shape, texts: &mut texts, depth: 0 };
        // A type may check what it is given, and panic.
        match catch_unwind(AssertUnwindSafe(|| T::deserialize(tracer).map(drop))) {
            Ok(Ok(())) => return Some(shape),
            Ok(Err(_)) if texts.change_last() => {}
            _ => return None,
        }
    }
}

/// Texts that types read something else from: whatever is refused gets the next one.
const TEXTS: [&str; 9] = [
    "text",
    "1",
    "2026-01-01T00:00:00Z",
    "2026-01-01",
    "00:00:00",
    "2026-01-01T00:00:00",
    "00000000-0000-4000-8000-000000000001",
    "192.0.2.1",
    "https://example.com/",
];

/// Deeper than this, a type that contains itself is given as little as it takes.
const DEPTH: usize = 12;

/// Which text stands at each place that asks for one.
#[derive(Default)]
struct Texts {
    chosen: Vec<usize>,
    asked: usize,
}

impl Texts {
    fn next(&mut self) -> usize {
        if self.asked == self.chosen.len() {
            self.chosen.push(0);
        }
        self.asked += 1;
        self.chosen[self.asked - 1]
    }

    /// Chooses another for the place that was asked last, where reading came to its end.
    fn change_last(&mut self) -> bool {
        self.chosen.truncate(self.asked);
        match self.chosen.last_mut() {
            Some(choice) if *choice + 1 < TEXTS.len() => {
                *choice += 1;
                true
            }
            _ => false,
        }
    }
}

struct Tracer<'a> {
    shape: &'a mut Shape,
    texts: &'a mut Texts,
    depth: usize,
}

impl Tracer<'_> {
    fn inner<'b>(&'b mut self, shape: &'b mut Shape) -> Tracer<'b> {
        Tracer { shape, texts: self.texts, depth: self.depth + 1 }
    }

    fn fields<'b>(
        &'b mut self,
        names: &'static [&'static str],
        found: &'b mut Vec<Field>,
    ) -> Fields<'b> {
        Fields { texts: self.texts, depth: self.depth + 1, names: names.iter(), found }
    }

    fn is_deep(&self) -> bool {
        self.depth > DEPTH
    }

    fn text<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let text = TEXTS[self.texts.next()];
        // One that was asked for something of a form takes no other text.
        *self.shape = match text == TEXTS[0] {
            true => Shape::Text,
            false => Shape::OneOf(vec![text.into()].into()),
        };
        visitor.visit_str(text)
    }

    fn bytes<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        *self.shape = Shape::Array(vec![Shape::Integer { bits: 8, signed: false }].into());
        visitor.visit_bytes(&[1])
    }
}

macro_rules! numbers {
    ($($deserialize:ident $visit:ident $value:literal $shape:expr;)+) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            *self.shape = $shape;
            visitor.$visit($value)
        }
    )+};
}

impl<'de> Deserializer<'de> for Tracer<'_> {
    type Error = Error;

    numbers! {
        deserialize_bool visit_bool true Shape::Boolean;
        deserialize_i8 visit_i8 1 Shape::Integer { bits: 8, signed: true };
        deserialize_i16 visit_i16 1 Shape::Integer { bits: 16, signed: true };
        deserialize_i32 visit_i32 1 Shape::Integer { bits: 32, signed: true };
        deserialize_i64 visit_i64 1 Shape::Integer { bits: 64, signed: true };
        deserialize_i128 visit_i128 1 Shape::Integer { bits: 128, signed: true };
        deserialize_u8 visit_u8 1 Shape::Integer { bits: 8, signed: false };
        deserialize_u16 visit_u16 1 Shape::Integer { bits: 16, signed: false };
        deserialize_u32 visit_u32 1 Shape::Integer { bits: 32, signed: false };
        deserialize_u64 visit_u64 1 Shape::Integer { bits: 64, signed: false };
        deserialize_u128 visit_u128 1 Shape::Integer { bits: 128, signed: false };
        deserialize_f32 visit_f32 1.5 Shape::Number;
        deserialize_f64 visit_f64 1.5 Shape::Number;
        deserialize_char visit_char 'a' Shape::OneOf(vec!["a".into()].into());
    }

    /// The type wants to see what it is given: nothing is known of it.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.text(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.text(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.text(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.bytes(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Error> {
        if self.is_deep() {
            return visitor.visit_none();
        }
        let mut inner = Shape::Any;
        let found = visitor.visit_some(self.inner(&mut inner));
        *self.shape = Shape::Optional(vec![inner].into());
        found
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Error> {
        let left = usize::from(!self.is_deep());
        let mut inner = Shape::Any;
        let found = visitor.visit_seq(Elements { tracer: self.inner(&mut inner), left });
        *self.shape = Shape::Array(vec![inner].into());
        found
    }

    /// A shape cannot tell how many elements there are.
    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Error> {
        Err(de::Error::custom("a tuple"))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        length: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_tuple(length, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value, Error> {
        let names: &'static [&'static str] = if self.is_deep() { &[] } else { &["key"] };
        let mut fields = Vec::new();
        let found = visitor.visit_map(self.fields(names, &mut fields));
        let inner = fields.pop().map_or(Shape::Any, |field: Field| field.shape);
        *self.shape = Shape::Map(vec![inner].into());
        found
    }

    fn deserialize_struct<V: Visitor<'de>>(
        mut self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        // One that is only reached through itself without a way to end.
        if self.depth > 2 * DEPTH {
            return Err(de::Error::custom("it contains itself"));
        }
        let mut fields = Vec::new();
        let found = visitor.visit_map(self.fields(names, &mut fields));
        *self.shape = Shape::Object(fields.into());
        found
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(First { tracer: self, variants })
    }
}

/// At most one element.
struct Elements<'a> {
    tracer: Tracer<'a>,
    left: usize,
}

impl<'de> SeqAccess<'de> for Elements<'_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let Tracer { shape, texts, depth } = &mut self.tracer;
        seed.deserialize(Tracer { shape, texts, depth: *depth }).map(Some)
    }
}

/// Every field of a struct, or one entry of a map.
struct Fields<'a> {
    texts: &'a mut Texts,
    depth: usize,
    names: std::slice::Iter<'static, &'static str>,
    found: &'a mut Vec<Field>,
}

impl<'de> MapAccess<'de> for Fields<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let Some(name) = self.names.next() else { return Ok(None) };
        self.found.push(Field { name: (*name).into(), shape: Shape::Any, default: false });
        seed.deserialize(StrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let Self { texts, depth, .. } = self;
        let Some(field) = self.found.last_mut() else { return Err(de::Error::custom("no key")) };
        seed.deserialize(Tracer { shape: &mut field.shape, texts, depth: *depth })
    }
}

/// The first variant of an enum.
struct First<'a> {
    tracer: Tracer<'a>,
    variants: &'static [&'static str],
}

impl<'de, 'a> EnumAccess<'de> for First<'a> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        let first = *self.variants.first().ok_or_else(|| <Error as de::Error>::custom("empty"))?;
        Ok((seed.deserialize(StrDeserializer::new(first))?, self))
    }
}

impl First<'_> {
    /// A variant with data is an object whose only key is its name.
    fn within<T>(self, read: impl FnOnce(Tracer<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let Self { mut tracer, variants } = self;
        let mut inner = Shape::Any;
        let found = read(tracer.inner(&mut inner));
        let name = variants.first().copied().unwrap_or_default().into();
        *tracer.shape = Shape::Object(vec![Field { name, shape: inner, default: false }].into());
        found
    }
}

impl<'de> VariantAccess<'de> for First<'_> {
    type Error = Error;

    /// The others are most likely without data, too.
    fn unit_variant(self) -> Result<(), Error> {
        *self.tracer.shape =
            Shape::OneOf(self.variants.iter().map(|name| (*name).into()).collect());
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        self.within(|tracer| seed.deserialize(tracer))
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Error> {
        self.tracer.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.within(|tracer| tracer.deserialize_struct("", fields, visitor))
    }
}
