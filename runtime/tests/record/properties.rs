//! What holds of every record. The tests beside this file bring bytes from a seed, the fuzz
//! targets in `tests/fuzz` bring those that reach new code.

use std::{
    collections::BTreeMap,
    fmt::{self, Write},
};

use arbitrary::{Arbitrary, Unstructured};
use esteira::{Change, Decoded, Json, Record, Row};
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::{Value, json};

/// Decodes as each kind of record: no bytes panic, and no message grows with them. How many of
/// the kinds the bytes are.
pub(crate) fn any_bytes(bytes: &[u8]) -> usize {
    let decoded = [
        decodes::<Change<Every>>(bytes),
        decodes::<Change<Lenient>>(bytes),
        decodes::<Change<Loose>>(bytes),
        decodes::<Json<Value>>(bytes),
        decodes::<Json<Every>>(bytes),
    ];
    let json = serde_json::from_slice::<Value>(bytes).is_ok();
    assert_eq!(decoded[3], json, "a plain record is any JSON document and nothing else");
    decoded.into_iter().filter(|good| *good).count()
}

/// Whether the bytes are such a record.
pub(crate) fn decodes<T: Record>(bytes: &[u8]) -> bool {
    match T::decode(bytes) {
        Ok(_) => true,
        Err(error) => {
            let said = error.to_string();
            assert!(said.chars().count() < 500, "{said}");
            false
        }
    }
}

/// Every kind of field, none of which takes another's values.
#[derive(Debug, Clone, PartialEq, Deserialize, Arbitrary)]
pub(crate) struct Every {
    id: i64,
    tiny: u8,
    huge: Option<i128>,
    price: Decimal,
    #[arbitrary(with = finite)]
    ratio: f64,
    active: bool,
    initial: char,
    name: String,
    note: Option<String>,
    picture: Vec<u8>,
    tags: Vec<String>,
    stock: Option<BTreeMap<String, i32>>,
    device: Device,
}

impl Row for Every {
    const ID: &'static str = "test";
    const TABLE: &'static str = "one";
}

/// Every kind of field, so that a column of a sample meets each reading.
#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "only decoded")]
struct Lenient {
    trans_id: Option<u8>,
    customer_id: Option<Vec<u8>>,
    event: Option<bool>,
    sku: Option<BTreeMap<String, i32>>,
    amount: Option<f64>,
    device: Option<Device>,
    trans_datetime: Option<Value>,
}

impl Row for Lenient {
    const ID: &'static str = "test";
    const TABLE: &'static str = "retail_trans";
}

/// Whatever columns there are.
#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "only decoded")]
pub(crate) struct Loose(BTreeMap<String, Option<i64>>);

impl Row for Loose {
    const ID: &'static str = "test";
    const TABLE: &'static str = "one";
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Arbitrary)]
pub(crate) enum Device {
    Pc,
    Other(Vec<u8>),
}

/// A decimal type of another crate: it keeps the text, digits and scale.
#[derive(Debug, Clone, PartialEq)]
struct Decimal(String);

impl<'a> Arbitrary<'a> for Decimal {
    fn arbitrary(source: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        let mut text = i64::arbitrary(source)?.to_string();
        if source.arbitrary()? {
            write!(text, ".{:0>3}", u32::arbitrary(source)?).expect("a text takes all");
        }
        Ok(Self(text))
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Decimal;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a decimal")
            }
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Decimal, E> {
                Ok(Decimal(number.to_string()))
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Decimal, E> {
                Ok(Decimal(number.to_string()))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Decimal, E> {
                Ok(Decimal(text.to_owned()))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// JSON has no other floats.
fn finite(source: &mut Unstructured<'_>) -> arbitrary::Result<f64> {
    Ok(Some(f64::arbitrary(source)?).filter(|number| number.is_finite()).unwrap_or(0.5))
}

/// What happened, and in which of its ways DMS wrote it down.
#[derive(Debug, Arbitrary)]
pub(crate) struct Written {
    happened: Happened,
    style: Style,
}

#[derive(Debug, Arbitrary)]
enum Happened {
    Insert(Every),
    Load(Every),
    Update { before: Box<Option<Every>>, after: Every },
    Delete(Every),
}

/// The settings of an endpoint and the rules of a task that change how rows are written.
#[derive(Debug, Clone, Copy, Arbitrary)]
struct Style {
    /// Of whole numbers, where they are not written as such.
    numbers: Option<Numbers>,
    /// Left out if null, unless `IncludeNullAndEmpty` is set.
    nulls: bool,
    /// Hexadecimal digits without `0x`: `NoHexPrefix`.
    bare_hex: bool,
    /// `TINYINT(1)` for a boolean.
    tinyint: bool,
    /// Every character as `\u…`.
    escaped: bool,
    /// Columns below `_doc`: `map-record-to-document`.
    document: bool,
    /// The row before as columns of the row: `add-before-image-columns`.
    prefixed: bool,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Numbers {
    Text,
    /// As DMS writes a `BIGINT` of more than 16 digits.
    Exponent,
}

type Columns = BTreeMap<String, String>;

impl Style {
    fn whole(self, number: i128) -> String {
        let digits = number.unsigned_abs().to_string();
        match self.numbers {
            None => number.to_string(),
            Some(Numbers::Text) => format!("\"{number}\""),
            Some(Numbers::Exponent) => {
                let sign = if number < 0 { "-" } else { "" };
                let (first, rest) = digits.split_at(1);
                format!("{sign}{first}.{rest}0E{}", rest.len())
            }
        }
    }

    fn text(self, text: &str) -> String {
        if !self.escaped {
            return json!(text).to_string();
        }
        let units = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
        format!("\"{}\"", units.collect::<String>())
    }

    fn columns(self, row: &Every, nulls: bool) -> Columns {
        let hex: String = row.picture.iter().map(|byte| format!("{byte:02x}")).collect();
        let prefix = if self.bare_hex { "" } else { "0x" };
        let boolean =
            if self.tinyint { u8::from(row.active).to_string() } else { row.active.to_string() };
        let price = match self.numbers {
            None => row.price.0.clone(),
            Some(_) => self.text(&row.price.0),
        };
        let device = match &row.device {
            Device::Pc => "Pc".to_owned(),
            other => json!(other).to_string(),
        };
        let columns = [
            ("id", Some(self.whole(row.id.into()))),
            ("tiny", Some(self.whole(row.tiny.into()))),
            ("huge", row.huge.map(|number| self.whole(number))),
            ("price", Some(price)),
            ("ratio", Some(json!(row.ratio).to_string())),
            ("active", Some(boolean)),
            ("initial", Some(self.text(&row.initial.to_string()))),
            ("name", Some(self.text(&row.name))),
            ("note", row.note.as_ref().map(|note| self.text(note))),
            ("picture", Some(self.text(&format!("{prefix}{hex}")))),
            ("tags", Some(self.text(&json!(row.tags).to_string()))),
            ("stock", row.stock.as_ref().map(|stock| self.text(&json!(stock).to_string()))),
            ("device", Some(self.text(&device))),
        ];
        let columns = columns.into_iter().map(|(name, value)| (name.to_owned(), value));
        match nulls {
            true => columns.map(|(name, value)| (name, value.unwrap_or("null".into()))).collect(),
            false => columns.filter_map(|(name, value)| Some((name, value?))).collect(),
        }
    }

    fn image(self, columns: &Columns) -> String {
        let columns: Vec<_> =
            columns.iter().map(|(name, value)| format!("\"{name}\": {value}")).collect();
        let columns = columns.join(", ");
        if self.document {
            format!("{{\"_doc\": {{{columns}}}}}")
        } else {
            format!("{{{columns}}}")
        }
    }

    fn record(self, operation: &str, data: &Columns, before: Option<&Columns>) -> String {
        let before = before.map(|image| format!("\"before-image\": {}, ", self.image(image)));
        format!(
            r#"{{"data": {}, {}"metadata": {{"record-type": "data", "operation": "{operation}", "schema-name": "loja", "table-name": "one"}}}}"#,
            self.image(data),
            before.unwrap_or_default()
        )
    }
}

/// What DMS wrote is read back as what happened, however it was written.
pub(crate) fn round_trip(Written { happened, style }: Written) {
    let data = |row: &Every| style.columns(row, style.nulls);
    let (record, expected) = match happened {
        Happened::Insert(row) => (style.record("insert", &data(&row), None), Change::Insert(row)),
        Happened::Load(row) => (style.record("load", &data(&row), None), Change::Load(row)),
        Happened::Delete(row) => (style.record("delete", &data(&row), None), Change::Delete(row)),
        Happened::Update { before, after } => {
            let before = *before;
            let mut data = data(&after);
            // A column that is left out here would be unknown, and the whole row before with it.
            let image = before.as_ref().map(|before| style.columns(before, true));
            if style.prefixed {
                let image = image.iter().flatten();
                let old = image.map(|(name, value)| (format!("BI_{name}"), value.clone()));
                data.extend(old.collect::<Vec<_>>());
                (style.record("update", &data, None), Change::Update { before, after })
            } else {
                (style.record("update", &data, image.as_ref()), Change::Update { before, after })
            }
        }
    };
    assert_eq!(Change::decode(record.as_bytes()), Ok(Decoded::Value(expected)), "{record}");
}
