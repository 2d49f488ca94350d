//! The JSON of a pattern, as it is written.
//!
//! A pattern means different things with its fields in another order, a field that is given twice
//! counts, and a number that is longer than a double is not the number that a double makes of it.
//! `serde_json::Value` keeps none of these, so the text is taken apart a level at a time.

use std::fmt;

use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;

/// As deep as `serde_json` goes.
const DEPTH: usize = 128;

#[derive(Debug)]
pub(crate) enum Node {
    Null,
    Bool(bool),
    /// A number, in its own digits.
    Number(String),
    Text(String),
    Array(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl Node {
    /// Reads JSON.
    ///
    /// # Errors
    ///
    /// What is wrong with it as JSON, or that it is nested too deeply.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let raw: &RawValue = serde_json::from_str(text).map_err(|error| error.to_string())?;
        Self::of(raw, DEPTH)
    }

    fn of(raw: &RawValue, depth: usize) -> Result<Self, String> {
        let depth = depth.checked_sub(1).ok_or_else(|| format!("it is over {DEPTH} deep"))?;
        let text = raw.get();
        let read = |error: serde_json::Error| error.to_string();
        Ok(match text.as_bytes().first() {
            Some(b'{') => {
                let mut reader = serde_json::Deserializer::from_str(text);
                let entries = reader.deserialize_map(Entries).map_err(read)?;
                let entry = |(name, raw)| Ok((name, Self::of(raw, depth)?));
                Self::Object(entries.into_iter().map(entry).collect::<Result<_, String>>()?)
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(text).map_err(read)?;
                let items = items.into_iter().map(|raw| Self::of(raw, depth));
                Self::Array(items.collect::<Result<_, _>>()?)
            }
            Some(b'"') => Self::Text(serde_json::from_str(text).map_err(read)?),
            Some(b't') => Self::Bool(true),
            Some(b'f') => Self::Bool(false),
            Some(b'n') => Self::Null,
            _ => Self::Number(text.to_owned()),
        })
    }

    /// What it is, for a message.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "`null`",
            Self::Bool(true) => "`true`",
            Self::Bool(false) => "`false`",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::Array(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

/// The entries of an object, in order, with those that are given twice.
struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(entries)
    }
}
