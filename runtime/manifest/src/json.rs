//! A JSON value that can be a constant.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{self, MapAccess, SeqAccess, Visitor},
    ser::{SerializeMap, SerializeSeq},
};

use super::{List, Text};

/// A JSON value that can be written as a constant; event patterns are made of it.
///
/// An object under the empty key is written as if its entries stood in its parent: that is where
/// the fields of a type under serde's `flatten` are on the wire, and their own names are all that
/// a rule's expansion knows. Written and read back, a value has no such key any more. Anything
/// else under the empty key stays where it is.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction or an exponent.
    Number(f64),
    /// A string.
    Text(Text),
    /// An array.
    Array(List<Json>),
    /// An object, in the order written.
    Object(List<(Text, Json)>),
}

impl From<&Json> for serde_json::Value {
    fn from(json: &Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(b) => (*b).into(),
            Json::Integer(n) => (*n).into(),
            Json::Number(n) => (*n).into(),
            Json::Text(s) => s.as_ref().into(),
            Json::Array(items) => items.iter().map(Self::from).collect(),
            Json::Object(entries) => {
                spliced(entries).into_iter().map(|(k, v)| (k.to_string(), Self::from(v))).collect()
            }
        }
    }
}

/// The entries of an object, with those of an object under the empty key in its place.
fn spliced(entries: &[(Text, Json)]) -> Vec<(&Text, &Json)> {
    let mut flat = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        match value {
            Json::Object(inner) if key.is_empty() => flat.extend(spliced(inner)),
            _ => flat.push((key, value)),
        }
    }
    flat
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Null => serializer.serialize_unit(),
            Json::Bool(b) => serializer.serialize_bool(*b),
            Json::Integer(n) => serializer.serialize_i64(*n),
            Json::Number(n) => serializer.serialize_f64(*n),
            Json::Text(s) => serializer.serialize_str(s),
            Json::Array(items) => {
                let mut seq = serializer.serialize_seq(Some(items.len()))?;
                items.iter().try_for_each(|item| seq.serialize_element(item))?;
                seq.end()
            }
            Json::Object(entries) => {
                let entries = spliced(entries);
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                entries.into_iter().try_for_each(|(k, v)| map.serialize_entry(k, v))?;
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct JsonVisitor;

        impl<'de> Visitor<'de> for JsonVisitor {
            type Value = Json;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON value")
            }
            fn visit_unit<E>(self) -> Result<Json, E> {
                Ok(Json::Null)
            }
            fn visit_bool<E>(self, b: bool) -> Result<Json, E> {
                Ok(Json::Bool(b))
            }
            fn visit_i64<E>(self, n: i64) -> Result<Json, E> {
                Ok(Json::Integer(n))
            }
            fn visit_u64<E: de::Error>(self, n: u64) -> Result<Json, E> {
                i64::try_from(n).map(Json::Integer).map_err(E::custom)
            }
            fn visit_f64<E>(self, n: f64) -> Result<Json, E> {
                Ok(Json::Number(n))
            }
            fn visit_str<E>(self, s: &str) -> Result<Json, E> {
                Ok(Json::Text(Cow::Owned(s.to_owned())))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    items.push(item);
                }
                Ok(Json::Array(items.into()))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Json::Object(entries.into()))
            }
        }

        deserializer.deserialize_any(JsonVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(entries: Vec<(&'static str, Json)>) -> Json {
        Json::Object(entries.into_iter().map(|(k, v)| (Text::from(k), v)).collect())
    }

    #[test]
    fn an_object_under_the_empty_key_is_spliced_into_its_parent() {
        let json = object(vec![
            ("a", Json::Integer(1)),
            ("", object(vec![("b", Json::Null), ("", object(vec![("c", Json::Bool(true))]))])),
            ("d", object(vec![("", object(vec![("e", Json::Text("x".into()))]))])),
        ]);
        let flat = r#"{"a":1,"b":null,"c":true,"d":{"e":"x"}}"#;
        assert_eq!(serde_json::to_string(&json).unwrap(), flat);
        assert_eq!(serde_json::Value::from(&json).to_string(), flat);
        let read: Json = serde_json::from_str(flat).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), flat);
    }

    #[test]
    fn anything_else_under_the_empty_key_stays() {
        let json = object(vec![("", Json::Array(vec![Json::Integer(1)].into()))]);
        assert_eq!(serde_json::to_string(&json).unwrap(), r#"{"":[1]}"#);
    }
}
