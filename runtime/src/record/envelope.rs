//! The envelope in which DMS puts a row change.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::Skipped;
use super::columns::Columns;
use super::error::{DecodeError, excerpt, json_reason};

/// A record of DMS, its columns not yet read.
#[derive(Debug)]
pub(super) struct Envelope<'a> {
    /// Such as `insert`.
    pub operation: String,
    /// Empty where the record names none.
    pub schema: String,
    /// Only control records may have it empty.
    pub table: String,
    control: bool,
    data: Option<&'a str>,
    before: Option<&'a str>,
}

type Object<'a> = BTreeMap<String, &'a RawValue>;

impl<'a> Envelope<'a> {
    /// Reads `metadata`; `control` is not needed, and other keys may come.
    pub(super) fn parse(record: &'a [u8]) -> Result<Self, DecodeError> {
        let whole: &RawValue = serde_json::from_slice(record)
            .map_err(|error| DecodeError::NotJson { reason: json_reason(&error) })?;
        let parts = object(whole.get(), "record")?;
        let part = |key: &str| parts.get(key).map(|raw| raw.get()).filter(|raw| *raw != "null");
        let metadata = part("metadata").ok_or(missing("metadata", "an object"))?;
        let metadata = object(metadata, "metadata")?;

        let kind = text(&metadata, "record-type", "metadata.record-type")?;
        let kind = kind.ok_or(missing("metadata.record-type", RECORD_TYPES))?;
        let control = match kind.as_str() {
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
        let (schema, table) = (self.schema.clone(), self.table.clone());
        if self.control {
            return Some(Skipped::Control { operation: self.operation.clone(), schema, table });
        }
        let wanted = wanted.to_lowercase();
        let named =
            table.to_lowercase() == wanted || format!("{schema}.{table}").to_lowercase() == wanted;
        (!named).then_some(Skipped::Table { schema, table })
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

fn object<'a>(raw: &'a str, part: &'static str) -> Result<Object<'a>, DecodeError> {
    serde_json::from_str(raw).map_err(|_| found(part, raw, "an object"))
}

/// A string, or none where it is missing or null.
fn text(object: &Object<'_>, key: &str, part: &'static str) -> Result<Option<String>, DecodeError> {
    let Some(raw) = object.get(key) else { return Ok(None) };
    serde_json::from_str(raw.get()).map_err(|_| found(part, raw.get(), "a string"))
}

/// That a part is missing.
pub(super) fn missing(part: &'static str, expected: &'static str) -> DecodeError {
    DecodeError::Envelope { part, found: None, expected }
}

fn found(part: &'static str, raw: &str, expected: &'static str) -> DecodeError {
    DecodeError::Envelope { part, found: Some(excerpt(raw)), expected }
}
