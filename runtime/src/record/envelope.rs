//! The envelope in which DMS puts a row change.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::Skipped;
use super::columns::Columns;
use super::error::{DecodeError, excerpt, json_reason};
use super::object::Object;

/// A record of DMS, its columns not yet read.
#[derive(Debug)]
pub(super) struct Envelope<'a> {
    /// Such as `insert`.
    pub operation: Cow<'a, str>,
    /// Empty where the record names none.
    pub schema: Cow<'a, str>,
    /// Only control records may have it empty.
    pub table: Cow<'a, str>,
    control: bool,
    data: Option<&'a str>,
    before: Option<&'a str>,
}

impl<'a> Envelope<'a> {
    /// Reads `metadata`; `control` is not needed, and other keys may come.
    pub(super) fn parse(record: &'a [u8]) -> Result<Self, DecodeError> {
        let parts: Object<'a> =
            serde_json::from_slice(record).map_err(|_| not_an_object(record))?;
        let part = |key: &str| parts.get(key).filter(|raw| *raw != "null");
        let metadata = part("metadata").ok_or(missing("metadata", "an object"))?;
        let metadata = object(metadata, "metadata")?;

        let kind = text(&metadata, "record-type", "metadata.record-type")?;
        let kind = kind.ok_or(missing("metadata.record-type", RECORD_TYPES))?;
        let control = match &*kind {
            "data" => false,
            "control" => true,
            other => {
                return Err(found("metadata.record-type", &format!("{other:?}"), RECORD_TYPES));
            }
        };
        let operation = text(&metadata, "operation", "metadata.operation")?;
        let operation = operation.ok_or(missing("metadata.operation", "an operation"))?;
        let schema = text(&metadata, "schema-name", "metadata.schema-name")?.unwrap_or_default();
        let table = text(&metadata, "table-name", "metadata.table-name")?.unwrap_or_default();
        if !control && table.is_empty() {
            return Err(missing("metadata.table-name", "a table's name"));
        }
        let (data, before) = (part("data"), part("before-image"));
        Ok(Self { operation, schema, table, control, data, before })
    }

    /// Why a handler of `wanted` has nothing to do with this record, if it has not.
    pub(super) fn skipped(&self, wanted: &str) -> Option<Skipped> {
        let named = || {
            let table = self.table.chars();
            let qualified = self.schema.chars().chain(['.']).chain(table.clone());
            same(table, wanted) || same(qualified, wanted)
        };
        let names = || (self.schema.to_string(), self.table.to_string());
        if self.control {
            let operation = self.operation.to_string();
            let (schema, table) = names();
            return Some(Skipped::Control { operation, schema, table });
        }
        if named() {
            return None;
        }
        let (schema, table) = names();
        Some(Skipped::Table { schema, table })
    }

    /// The columns of `data`; none where there is no `data` or it is empty.
    pub(super) fn data(&self) -> Result<Option<Columns<'a>>, DecodeError> {
        columns(self.data, "data")
    }

    /// The columns of the before image; none where there is no image or it is empty.
    pub(super) fn before(&self) -> Result<Option<Columns<'a>>, DecodeError> {
        columns(self.before, "before-image")
    }
}

const RECORD_TYPES: &str = "\"data\" or \"control\"";

fn columns<'a>(
    raw: Option<&'a str>,
    part: &'static str,
) -> Result<Option<Columns<'a>>, DecodeError> {
    let Some(raw) = raw else { return Ok(None) };
    let columns = Columns::parse(raw).map_err(|_| found(part, raw, "an object of columns"))?;
    Ok((!columns.is_empty()).then_some(columns))
}

/// Whether a name is `wanted`, whatever the case of its letters.
fn same(name: impl Iterator<Item = char>, wanted: &str) -> bool {
    name.flat_map(char::to_lowercase).eq(wanted.chars().flat_map(char::to_lowercase))
}

fn object<'a>(raw: &'a str, part: &'static str) -> Result<Object<'a>, DecodeError> {
    serde_json::from_str(raw).map_err(|_| found(part, raw, "an object"))
}

/// What is wrong with a record that is no JSON object.
fn not_an_object(record: &[u8]) -> DecodeError {
    match serde_json::from_slice::<&RawValue>(record) {
        Ok(whole) => found("record", whole.get(), "an object"),
        Err(error) => DecodeError::NotJson { reason: json_reason(&error) },
    }
}

/// A string, or none where it is missing or null.
fn text<'a>(
    object: &Object<'a>,
    key: &str,
    part: &'static str,
) -> Result<Option<Cow<'a, str>>, DecodeError> {
    let Some(raw) = object.get(key) else { return Ok(None) };
    match raw.as_bytes() {
        b"null" => Ok(None),
        [b'"', inner @ .., b'"'] if !inner.contains(&b'\\') => {
            Ok(Some(Cow::Borrowed(&raw[1..raw.len() - 1])))
        }
        _ => {
            let read = serde_json::from_str(raw).map(|text| Some(Cow::Owned(text)));
            read.map_err(|_| found(part, raw, "a string"))
        }
    }
}

/// That a part is missing.
pub(super) fn missing(part: &'static str, expected: &'static str) -> DecodeError {
    DecodeError::Envelope { part, found: None, expected }
}

fn found(part: &'static str, raw: &str, expected: &'static str) -> DecodeError {
    DecodeError::Envelope { part, found: Some(excerpt(raw)), expected }
}
