//! One value of a row, from the binlog into JSON.

use std::borrow::Cow;
use std::fmt::Write;

use mysql_async::Value;
use mysql_async::binlog::value::BinlogValue;

use super::column::Kind;
use super::moment::{fraction, of_parts, of_unix};

/// A value, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    Null,
    /// The JSON text of a number or a boolean.
    Plain(String),
    Text(String),
}

impl Cell {
    /// What stands for it in a partition key.
    pub(super) fn key(&self) -> &str {
        match self {
            Self::Null => "null",
            Self::Plain(text) | Self::Text(text) => text,
        }
    }
}

/// How the values of a column are written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// Numbers as strings, with all their digits.
    pub(super) as_text: bool,
    /// The bytes that are left of a large object.
    pub(super) lob: usize,
}

/// Digits from which DMS writes an integer with an exponent, unless it is told to write a string.
const EXPONENT_FROM: usize = 17;

/// Writes a value.
///
/// # Errors
///
/// The value is none of the column's type: what the table map says is not understood here.
pub(super) fn cell(kind: &Kind, value: &BinlogValue<'_>, style: Style) -> Result<Cell, String> {
    let value = match value {
        BinlogValue::Value(Value::NULL) => return Ok(Cell::Null),
        BinlogValue::Value(value) => value,
        BinlogValue::Jsonb(document) => {
            let dom = document.clone().parse().map_err(|error| error.to_string())?;
            let text = serde_json::Value::from(dom).to_string();
            return Ok(Cell::Text(cut(text, style.lob)));
        }
        BinlogValue::JsonDiff(_) => {
            return Err("a part of a JSON document was changed: `SET GLOBAL \
                        binlog_row_value_options = ''`"
                .into());
        }
    };
    let number = |text: String| match style.as_text {
        true => Cell::Text(text),
        false => Cell::Plain(text),
    };
    Ok(match (kind, value) {
        (Kind::Integer { bits, unsigned }, value) => {
            let text = integer(value, *bits, *unsigned).ok_or("no integer")?;
            let digits = text.trim_start_matches('-').len();
            match style.as_text || digits < EXPONENT_FROM {
                true => number(text),
                false => Cell::Plain(exponent(&text)),
            }
        }
        (Kind::Year, Value::Bytes(text)) => {
            let year = ascii(text)?;
            // Stored as years since 1900, but for the year 0, which is stored as 0.
            number(if year == "1900" { "0".into() } else { year.into() })
        }
        (Kind::Decimal, Value::Bytes(text)) => number(ascii(text)?.to_owned()),
        (Kind::Float, Value::Float(float)) => number(json(serde_json::to_string(float))?),
        (Kind::Float, Value::Double(float)) => number(json(serde_json::to_string(float))?),
        (Kind::Bit(1), Value::Bytes(bytes)) => {
            let set = bytes.iter().any(|byte| *byte != 0);
            Cell::Plain(set.to_string())
        }
        (Kind::Bit(_) | Kind::Bytes, Value::Bytes(bytes)) => Cell::Text(hexadecimal(bytes)),
        (Kind::FixedBytes(length), Value::Bytes(bytes)) => {
            // Zeros at the end are not in the binlog.
            let mut bytes = bytes.clone();
            bytes.resize(bytes.len().max(*length), 0);
            Cell::Text(hexadecimal(&bytes))
        }
        (Kind::LargeBytes, Value::Bytes(bytes)) => {
            Cell::Text(hexadecimal(&bytes[..bytes.len().min(style.lob)]))
        }
        (Kind::Text(charset), Value::Bytes(bytes)) => Cell::Text(charset.decode(bytes)),
        (Kind::LargeText(charset), Value::Bytes(bytes)) => {
            Cell::Text(cut(charset.decode(bytes), style.lob))
        }
        (Kind::Date, Value::Date(year, month, day, ..)) => match (month, day) {
            (0, _) | (_, 0) => Cell::Null,
            _ => Cell::Text(format!("{year:04}-{month:02}-{day:02}")),
        },
        (Kind::DateTime(digits), Value::Date(year, month, day, hour, minute, second, micros)) => {
            let date = ((*year).into(), (*month).into(), (*day).into());
            let time = ((*hour).into(), (*minute).into(), (*second).into());
            match (month, day) {
                (0, _) | (_, 0) => Cell::Null,
                // The `Z` is what DMS writes, though it is not known to be true.
                _ => Cell::Text(of_parts(date, time, *micros, *digits)),
            }
        }
        (Kind::Timestamp(digits), value) => timestamp(value, *digits)?,
        (Kind::Time(digits), Value::Time(negative, days, hours, minutes, seconds, micros)) => {
            let sign = if *negative { "-" } else { "" };
            let hours = u64::from(*days) * 24 + u64::from(*hours);
            let fraction = fraction(*micros, *digits);
            Cell::Text(format!("{sign}{hours:02}:{minutes:02}:{seconds:02}{fraction}"))
        }
        (Kind::Enum(members), Value::Int(number)) => {
            // 0 is what MySQL puts for a value that is none of them: an empty text.
            let at = usize::try_from(*number).ok().and_then(|number| number.checked_sub(1));
            Cell::Text(at.and_then(|at| members.get(at)).cloned().unwrap_or_default())
        }
        (Kind::Set(members), Value::Bytes(bytes)) => {
            let has = |at: usize| bytes.get(at / 8).is_some_and(|byte| byte >> (at % 8) & 1 == 1);
            let own = members.iter().enumerate().filter(|(at, _)| has(*at));
            Cell::Text(own.map(|(_, member)| member.as_str()).collect::<Vec<_>>().join(","))
        }
        (kind, value) => return Err(format!("a value {value:?} where {kind:?} should be")),
    })
}

/// An integer of some bits. Whether it is signed the reader knows only where the binlog says it, and
/// never of one of 24 bits: what it made of the bits is undone.
fn integer(value: &Value, bits: u32, unsigned: bool) -> Option<String> {
    let read = match value {
        Value::Int(number) => i128::from(*number),
        Value::UInt(number) => i128::from(*number),
        _ => return None,
    };
    let all = 1_i128 << bits;
    let number = read.rem_euclid(all);
    let number = if !unsigned && number >= all / 2 { number - all } else { number };
    Some(number.to_string())
}

/// `1234567890123456789` as `1.234567890123456789E18`.
fn exponent(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (first, rest) = digits.split_at(1);
    let power = rest.len();
    match rest.trim_end_matches('0') {
        "" => format!("{sign}{first}E{power}"),
        rest => format!("{sign}{first}.{rest}E{power}"),
    }
}

/// Seconds since 1970, as a number or, with a fraction of always six digits, as a text.
fn timestamp(value: &Value, digits: u8) -> Result<Cell, String> {
    let text = match value {
        Value::Int(number) => Cow::Owned(number.to_string()),
        Value::Bytes(text) => Cow::Borrowed(ascii(text)?),
        other => return Err(format!("a value {other:?} where a timestamp should be")),
    };
    let (seconds, micros) = text.split_once('.').unwrap_or((&text, "0"));
    let (Ok(seconds), Ok(micros)) = (seconds.parse(), micros.parse()) else {
        return Err(format!("a timestamp of `{text}` seconds"));
    };
    // 0 is how a zero date is stored.
    Ok(if (seconds, micros) == (0, 0) {
        Cell::Null
    } else {
        Cell::Text(of_unix(seconds, micros, digits))
    })
}

fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 + bytes.len() * 2);
    text.push_str("0x");
    for byte in bytes {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// A text of at most some bytes, cut between two characters.
fn cut(mut text: String, bytes: usize) -> String {
    text.truncate(text.floor_char_boundary(bytes));
    text
}

fn ascii(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes).map_err(|error| error.to_string())
}

fn json(text: serde_json::Result<String>) -> Result<String, String> {
    text.map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mysql::charset::Charset;

    const PLAIN: Style = Style { as_text: false, lob: 8 };
    const TEXT: Style = Style { as_text: true, lob: 8 };

    fn written(kind: &Kind, value: Value, style: Style) -> String {
        match cell(kind, &BinlogValue::Value(value), style).unwrap() {
            Cell::Null => "null".into(),
            Cell::Plain(text) => text,
            Cell::Text(text) => format!("{text:?}"),
        }
    }

    fn bytes(bytes: &[u8]) -> Value {
        Value::Bytes(bytes.to_vec())
    }

    #[test]
    fn each_type_is_written_as_dms_does() {
        let int = |bits| Kind::Integer { bits, unsigned: false };
        let uint = |bits| Kind::Integer { bits, unsigned: true };
        let members = || vec!["a".to_owned(), "b".into(), "c".into()];
        let utf8 = Charset::Utf8;
        for (kind, value, expected) in [
            (int(8), Value::Int(-1), "-1"),
            (uint(8), Value::Int(-1), "255"),
            (uint(24), Value::Int(-1), "16777215"),
            (int(24), Value::Int(0xff_ffff), "-1"),
            (int(24), Value::Int(-8_388_608), "-8388608"),
            (int(24), Value::Int(8_388_607), "8388607"),
            (uint(32), Value::Int(-1), "4294967295"),
            (uint(32), Value::Int(7), "7"),
            (int(64), Value::Int(9_999_999_999_999_999), "9999999999999999"),
            (int(64), Value::Int(10_000_000_000_000_000), "1E16"),
            (int(64), Value::Int(1_234_567_890_123_456_789), "1.234567890123456789E18"),
            (int(64), Value::Int(i64::MIN), "-9.223372036854775808E18"),
            (uint(64), Value::Int(-1), "1.8446744073709551615E19"),
            (uint(64), Value::UInt(u64::MAX), "1.8446744073709551615E19"),
            (Kind::Decimal, bytes(b"-10.50"), "-10.50"),
            (Kind::Float, Value::Float(0.1), "0.1"),
            (Kind::Float, Value::Double(1e300), "1e+300"),
            (Kind::Float, Value::Double(2.0), "2.0"),
            (Kind::Bit(1), bytes(&[1]), "true"),
            (Kind::Bit(1), bytes(&[0]), "false"),
            (Kind::Bit(12), bytes(&[0x0a, 0x5f]), "\"0x0a5f\""),
            (Kind::Year, bytes(b"2024"), "2024"),
            (Kind::Year, bytes(b"1900"), "0"),
            (Kind::Date, Value::Date(2023, 1, 16, 0, 0, 0, 0), "\"2023-01-16\""),
            (Kind::Date, Value::Date(0, 0, 0, 0, 0, 0, 0), "null"),
            (Kind::Time(0), Value::Time(false, 0, 6, 8, 2, 0), "\"06:08:02\""),
            (Kind::Time(3), Value::Time(true, 34, 22, 59, 59, 5000), "\"-838:59:59.005\""),
            (Kind::DateTime(0), Value::Date(2023, 1, 16, 6, 18, 32, 0), "\"2023-01-16T06:18:32Z\""),
            (
                Kind::DateTime(6),
                Value::Date(2023, 1, 16, 6, 18, 32, 1),
                "\"2023-01-16T06:18:32.000001Z\"",
            ),
            (Kind::DateTime(0), Value::Date(2023, 0, 0, 0, 0, 0, 0), "null"),
            (Kind::Timestamp(0), bytes(b"1673849912"), "\"2023-01-16T06:18:32Z\""),
            (Kind::Timestamp(2), bytes(b"1673849912.250000"), "\"2023-01-16T06:18:32.25Z\""),
            (Kind::Timestamp(0), Value::Int(1_673_849_912), "\"2023-01-16T06:18:32Z\""),
            (Kind::Timestamp(0), bytes(b"0"), "null"),
            (
                Kind::Text(utf8),
                bytes("João, longer than a cut".as_bytes()),
                "\"João, longer than a cut\"",
            ),
            (Kind::Text(utf8), bytes(b""), "\"\""),
            (Kind::LargeText(utf8), bytes("abcdefgãh".as_bytes()), "\"abcdefg\""),
            (Kind::Bytes, bytes(b"\x00\xff"), "\"0x00ff\""),
            (Kind::FixedBytes(4), bytes(b"\x01\x02"), "\"0x01020000\""),
            (Kind::LargeBytes, bytes(b"123456789"), "\"0x3132333435363738\""),
            (Kind::Enum(members()), Value::Int(2), "\"b\""),
            (Kind::Enum(members()), Value::Int(0), "\"\""),
            (Kind::Set(members()), bytes(&[0b101]), "\"a,c\""),
            (Kind::Set(members()), bytes(&[0]), "\"\""),
            (Kind::Set(members()), Value::NULL, "null"),
        ] {
            let name = format!("{kind:?} {value:?}");
            assert_eq!(written(&kind, value, PLAIN), expected, "{name}");
        }
    }

    #[test]
    fn a_document_is_a_text_that_is_cut_like_one() {
        use mysql_async::binlog::jsonb::{JsonbString, Value as Jsonb};
        let text = |document| cell(&Kind::Json, &BinlogValue::Jsonb(document), PLAIN).unwrap();
        assert_eq!(text(Jsonb::I16(-5)), Cell::Text("-5".into()));
        assert_eq!(text(Jsonb::Null), Cell::Text("null".into()));
        assert_eq!(
            text(Jsonb::String(JsonbString::new("João Zé".as_bytes()))),
            Cell::Text("\"João Z".into())
        );
    }

    #[test]
    fn a_number_that_is_asked_for_as_a_string_keeps_its_digits() {
        let unsigned = Kind::Integer { bits: 64, unsigned: true };
        assert_eq!(written(&unsigned, Value::Int(-1), TEXT), "\"18446744073709551615\"");
        assert_eq!(written(&Kind::Decimal, bytes(b"10.50"), TEXT), "\"10.50\"");
        assert_eq!(written(&Kind::Float, Value::Double(0.5), TEXT), "\"0.5\"");
        assert_eq!(written(&Kind::Decimal, Value::NULL, TEXT), "null");
    }

    #[test]
    fn a_value_of_another_type_is_an_error() {
        let wrong = cell(&Kind::Date, &BinlogValue::Value(Value::Int(1)), PLAIN);
        assert_eq!(wrong, Err("a value Int(1) where Date should be".into()));
        let wrong = cell(&Kind::Timestamp(0), &BinlogValue::Value(bytes(b"x")), PLAIN);
        assert_eq!(wrong, Err("a timestamp of `x` seconds".into()));
    }
}
