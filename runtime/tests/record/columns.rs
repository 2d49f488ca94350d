//! One column, by the type of its field.

use std::fmt;

use esteira::{Change, DecodeError, Problem, Row};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

use crate::{column, record, refusal, value};

#[test]
fn an_integer_is_a_number_or_a_string() {
    assert_eq!(column::<u32>("7"), Ok(7));
    assert_eq!(column::<u32>(r#""7""#), Ok(7));
    assert_eq!(column::<i8>("-128"), Ok(-128));
    assert_eq!(column::<u64>("18446744073709551615"), Ok(u64::MAX));
    assert_eq!(column::<u64>(r#""18446744073709551615""#), Ok(u64::MAX));
    assert_eq!(column::<i128>("-170141183460469231731687303715884105728"), Ok(i128::MIN));
}

#[test]
fn a_bigint_in_scientific_notation_is_exact() {
    let exact = 1_234_567_890_123_456_789;
    assert_eq!(column::<i64>("1.234567890123456789E18"), Ok(exact));
    assert_eq!(column::<i64>(r#""1.234567890123456789E+18""#), Ok(exact));
    assert_eq!(column::<u64>("9.007199254740993e15"), Ok(9_007_199_254_740_993));
}

#[test]
fn an_integer_refuses_what_is_not_whole_or_too_large() {
    for (text, expected) in [
        ("1.5", "u8, a whole number"),
        ("1.5E-3", "u8, a whole number"),
        ("256", "u8, a number in its range"),
        ("-1", "u8, a number in its range"),
        ("1E400", "u8, a number in its range"),
        ("true", "u8"),
        (r#""abc""#, "u8"),
        (r#""""#, "u8"),
        ("{}", "u8"),
    ] {
        let said = format!("column `v` of table `one`: found {text}, expected {expected}");
        assert_eq!(refusal::<u8>(text), said);
    }
}

#[test]
fn a_bool_is_a_tinyint_or_a_bit() {
    for raw in ["true", "1", r#""true""#, r#""1""#] {
        assert_eq!(column::<bool>(raw), Ok(true), "{raw}");
    }
    for raw in ["false", "0", r#""false""#, r#""0""#] {
        assert_eq!(column::<bool>(raw), Ok(false), "{raw}");
    }
    assert!(refusal::<bool>("2").ends_with("found 2, expected bool (true, false, 0 or 1)"));
}

#[test]
fn a_float_is_a_number_or_a_string() {
    assert_eq!(column::<f64>("0.1"), Ok(0.1));
    assert_eq!(column::<f64>(r#""-2.5e3""#), Ok(-2500.0));
    assert_eq!(column::<f32>("3"), Ok(3.0));
    for raw in ["1e999", r#""NaN""#, r#""inf""#, "true"] {
        assert!(refusal::<f64>(raw).ends_with("expected f64"), "{raw}");
    }
}

#[test]
fn change_data_type_to_string_keeps_a_number_verbatim() {
    for raw in ["10.50", "1.234567890123456789E18", "123456789012345678901234567890", "true"] {
        assert_eq!(column::<String>(raw), Ok(raw.to_owned()));
    }
    assert_eq!(column::<String>(r#""10.50""#), Ok("10.50".into()));
    assert_eq!(column::<char>(r#""S""#), Ok('S'));
    assert!(refusal::<String>("{}").ends_with("found {}, expected a string"));
}

#[test]
fn strings_are_unescaped() {
    assert_eq!(column::<String>(r#""\u00e1 \"b\"\n😀""#), Ok("á \"b\"\n😀".into()));
    assert_eq!(column::<u8>(r#""\u0037""#), Ok(7));
}

#[test]
fn a_datetime_is_passed_on_with_its_false_z() {
    assert_eq!(column::<String>(r#""2023-01-16T06:18:32Z""#), Ok("2023-01-16T06:18:32Z".into()));
}

#[test]
fn null_and_absent_are_none() {
    assert_eq!(column::<Option<i64>>("null"), Ok(None));
    assert_eq!(column::<Option<String>>("null"), Ok(None));
    assert_eq!(column::<Option<i64>>(r#"1, "w": 2"#), Ok(Some(1)));

    #[derive(Debug, PartialEq, Deserialize)]
    struct Two {
        id: i64,
        note: Option<String>,
    }
    impl Row for Two {
        const ID: &'static str = "test";
        const TABLE: &'static str = "one";
    }
    let record = record("insert", r#""data": {"id": 1}"#);
    assert_eq!(value(&record), Ok(Change::Insert(Two { id: 1, note: None })));
}

#[test]
fn an_empty_string_is_none_unless_it_is_text() {
    assert_eq!(column::<Option<String>>(r#""""#), Ok(Some(String::new())));
    assert_eq!(column::<Option<i64>>(r#""""#), Ok(None));
    assert_eq!(column::<Option<bool>>(r#""""#), Ok(None));
    assert_eq!(column::<Option<Status>>(r#""""#), Ok(None));
    assert_eq!(column::<Option<Decimal>>(r#""""#), Ok(None));

    #[derive(Debug, PartialEq, Deserialize)]
    struct Many {
        a: Option<i64>,
        b: Option<String>,
        c: Option<f64>,
        d: Option<Status>,
    }
    impl Row for Many {
        const ID: &'static str = "test";
        const TABLE: &'static str = "one";
    }
    let record = record("insert", r#""data": {"a": "", "b": "", "c": "", "d": ""}"#);
    let row = Many { a: None, b: Some(String::new()), c: None, d: None };
    assert_eq!(value(&record), Ok(Change::Insert(row)));
}

#[test]
fn null_and_absent_for_a_plain_field_say_make_it_an_option() {
    let null = refusal::<String>("null");
    assert_eq!(null, "column `v` of table `one`: null: make it an Option");
    let of = |data: &str| match value::<Change<crate::One<String>>>(&record("insert", data)) {
        Err(error) => error,
        Ok(row) => panic!("{row:?}"),
    };
    let absent = of(r#""data": {"w": 1}"#).to_string();
    assert!(absent.starts_with("column `v` of table `one`: absent: make it an Option"), "{absent}");
    let similar = of(r#""data": {"V": "x"}"#);
    let DecodeError::Column { problem: Problem::Absent { similar: Some(name) }, .. } = &similar
    else {
        panic!("{similar}")
    };
    assert_eq!(name, "V");
}

#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    Novo,
    Cancelado,
    #[serde(rename = "1")]
    One,
}

#[test]
fn a_mysql_enum_is_its_name() {
    assert_eq!(column::<Status>(r#""CANCELADO""#), Ok(Status::Cancelado));
    assert_eq!(column::<Option<Status>>(r#""NOVO""#), Ok(Some(Status::Novo)));
    assert_eq!(column::<Status>("1"), Ok(Status::One));
    let said = "found `PAGO`, expected one of `NOVO`, `CANCELADO`, `1`";
    assert!(refusal::<Status>(r#""PAGO""#).ends_with(said));
}

#[test]
fn a_newtype_is_its_content() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct OrderId(i64);
    assert_eq!(column::<OrderId>(r#""42""#), Ok(OrderId(42)));
    assert_eq!(column::<Option<OrderId>>("42"), Ok(Some(OrderId(42))));
}

#[test]
fn bytes_are_hexadecimal_with_or_without_prefix() {
    assert_eq!(column::<Vec<u8>>(r#""0x00ffA0""#), Ok(vec![0, 255, 160]));
    assert_eq!(column::<Vec<u8>>(r#""00ffA0""#), Ok(vec![0, 255, 160]));
    assert_eq!(column::<[u8; 2]>(r#""0x0102""#), Ok([1, 2]));
    assert_eq!(column::<Vec<u8>>(r#""""#), Ok(vec![]));
    assert_eq!(column::<Bytes>(r#""0x0102""#), Ok(Bytes(vec![1, 2])));
    for raw in [r#""0x012""#, r#""0xzz""#, "12"] {
        assert!(refusal::<Bytes>(raw).contains("expected hexadecimal bytes"), "{raw}");
    }
}

#[derive(Debug, PartialEq)]
struct Bytes(Vec<u8>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Seen;
        impl Visitor<'_> for Seen {
            type Value = Bytes;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }
            fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<Bytes, E> {
                Ok(Bytes(bytes))
            }
        }
        deserializer.deserialize_bytes(Seen)
    }
}

/// A decimal type as other crates write theirs: it takes whatever comes and would take a float.
#[derive(Debug, PartialEq)]
enum Decimal {
    Whole(i128),
    Text(String),
    Float(f64),
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Seen;
        impl Visitor<'_> for Seen {
            type Value = Decimal;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a decimal")
            }
            fn visit_i64<E: Error>(self, whole: i64) -> Result<Decimal, E> {
                Ok(Decimal::Whole(whole.into()))
            }
            fn visit_u64<E: Error>(self, whole: u64) -> Result<Decimal, E> {
                Ok(Decimal::Whole(whole.into()))
            }
            fn visit_f64<E: Error>(self, float: f64) -> Result<Decimal, E> {
                Ok(Decimal::Float(float))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Decimal, E> {
                match text.parse::<f64>() {
                    Ok(_) => Ok(Decimal::Text(text.into())),
                    Err(_) => Err(E::custom(format!("not a decimal: {text:?}"))),
                }
            }
        }
        deserializer.deserialize_any(Seen)
    }
}

#[test]
fn a_decimal_of_another_crate_never_sees_a_float() {
    for (raw, decimal) in [
        ("10", Decimal::Whole(10)),
        ("-10", Decimal::Whole(-10)),
        ("1.5E1", Decimal::Whole(15)),
        ("18446744073709551615", Decimal::Whole(u64::MAX.into())),
        ("10.50", Decimal::Text("10.50".into())),
        ("10.00", Decimal::Text("10.00".into())),
        (r#""10.50""#, Decimal::Text("10.50".into())),
        ("0.12345678901234567890123", Decimal::Text("0.12345678901234567890123".into())),
        ("12345678901234567890123", Decimal::Text("12345678901234567890123".into())),
        ("1.25E-7", Decimal::Text("1.25E-7".into())),
    ] {
        assert_eq!(column::<Decimal>(raw), Ok(decimal), "{raw}");
    }
}

#[test]
fn the_words_of_another_crate_are_shortened() {
    let said = refusal::<Decimal>(&format!("\"{}\"", "segredo ".repeat(50)));
    assert!(said.starts_with("column `v` of table `one`: not a decimal: \"segredo"), "{said}");
    assert!(said.len() < 120, "{said}");
}

#[test]
fn an_error_shows_no_more_than_an_excerpt() {
    let long = format!("\"{}\"", "joão ".repeat(100));
    for said in [refusal::<u8>(&long), refusal::<Status>(&long), refusal::<bool>(&long)] {
        assert!(said.contains("joão") && said.matches("joão").count() <= 8, "{said}");
    }
}

#[test]
fn unknown_columns_may_be_refused_by_the_row_type() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Strict {
        v: i64,
    }
    impl Row for Strict {
        const ID: &'static str = "test";
        const TABLE: &'static str = "one";
    }
    assert_eq!(
        value(&record("insert", r#""data": {"v": 1}"#)),
        Ok(Change::Insert(Strict { v: 1 }))
    );
    let error = value::<Change<Strict>>(&record("insert", r#""data": {"v": 1, "w": 2}"#));
    let said = error.unwrap_err().to_string();
    assert_eq!(said, "row of table `one`: unknown field `w`, expected `v`");
}
