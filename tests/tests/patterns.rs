//! What rules and serde's attributes come to in the manifest.

use std::collections::BTreeMap;

use esteira::{
    __private::{Registered, inventory},
    Bus, Detail, Event, Result,
    manifest::{Kind, Shape, Trigger},
    on_event,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Bus)]
#[bus(name = "Bus")]
struct Somewhere;

#[derive(Default, Event, Serialize, Deserialize)]
#[event(bus = Somewhere, source = "the.source", detail_type = "The Type")]
#[serde(rename_all = "camelCase", tag = "kind", deny_unknown_fields)]
struct Happened {
    #[serde(rename = "ID")]
    id: u64,
    plain_text: String,
    já_pago: bool,
    #[serde(default)]
    maybe: Option<f64>,
    #[serde(skip)]
    _internal: Option<std::time::SystemTime>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    many: Vec<Part>,
    boxed: Box<Part>,
    #[serde(flatten)]
    flat: Flat,
    level: Level,
    #[detail(as = String)]
    #[serde(with = "as_text")]
    number: u64,
    wrapped: Wrapped,
    choice: Choice,
    map: BTreeMap<String, u8>,
}

#[derive(Default, Detail, Serialize, Deserialize)]
struct Part {
    size: i32,
}

#[derive(Default, Detail, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING-KEBAB-CASE", default)]
struct Flat {
    postal_code: String,
    #[serde(flatten)]
    deeper: Part,
}

#[derive(Default, Detail, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Level {
    #[default]
    VeryHigh,
    #[serde(rename = "LOW")]
    Low,
    #[serde(skip)]
    #[expect(dead_code, reason = "never written")]
    Never,
}

#[derive(Default, Detail, Serialize, Deserialize)]
#[serde(transparent)]
struct Wrapped {
    inner: Part,
}

#[derive(Detail, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "lowercase")]
enum Choice {
    One { size: u8 },
    Other,
}

impl Default for Choice {
    fn default() -> Self {
        Choice::One { size: 1 }
    }
}

mod as_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(value: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[on_event(rule = Happened)]
async fn bare(_event: Happened) -> Result<()> {
    Ok(())
}

#[on_event(rule = Happened {
    id: [1, { numeric: [">=", -1.5, "<", 1e3] }, { numeric: ["=", 7] }, { anything_but: [3, 4] }],
    plain_text: [
        "a", { prefix: "b" }, { suffix: "c" }, { equals_ignore_case: "d" }, { wildcard: "e*" },
        { cidr: "10.0.0.0/8" }, { prefix: { equals_ignore_case: "f" } },
        { suffix: { equals_ignore_case: "g" } }, { anything_but: "h" },
        { anything_but: ["i", "j"] }, { anything_but: { prefix: "k" } },
        { anything_but: { wildcard: "l*" } },
    ],
    já_pago: [true, { exists: false }],
    maybe: [null, 2.5],
    number: ["12"],
    kind: ["Happened"],
})]
async fn operators(_event: Happened) -> Result<()> {
    Ok(())
}

#[on_event(rule = Happened {
    many: { size: [1] },
    boxed: { size: [-2] },
    flat: { postal_code: ["01000"], deeper: { size: [{ exists: true }] } },
    level: ["very-high"],
    wrapped: { size: [3] },
    choice: { is: ["one"] },
})]
async fn nested(_event: Happened) -> Result<()> {
    Ok(())
}

#[on_event(rule = raw(Somewhere, { "a-b": [null, -1, 2.5, true], "$or": [{ "c": ["d"] }] }))]
async fn raw(_event: Value) -> Result<()> {
    Ok(())
}

fn pattern(function: &str) -> Value {
    let kinds = inventory::iter::<Registered>.into_iter().map(|registered| &registered.0.kind);
    let mut patterns = kinds.filter_map(|kind| match kind {
        Kind::Handler(handler) if handler.function == function => match &handler.trigger {
            Trigger::Event(event) => Some(Value::from(&event.pattern)),
            Trigger::Kinesis(_) => None,
        },
        _ => None,
    });
    patterns.next().expect("is registered")
}

fn of_the_event(detail: &Value) -> Value {
    json!({ "source": ["the.source"], "detail-type": ["The Type"], "detail": detail })
}

#[test]
fn a_bare_rule_is_source_and_detail_type() {
    assert_eq!(pattern("Bare"), json!({ "source": ["the.source"], "detail-type": ["The Type"] }));
}

#[test]
fn operators_are_as_eventbridge_has_them() {
    let expected = json!({
        "ID": [1, { "numeric": [">=", -1.5, "<", 1e3] }, { "numeric": ["=", 7] }, { "anything-but": [3, 4] }],
        "plainText": [
            "a", { "prefix": "b" }, { "suffix": "c" }, { "equals-ignore-case": "d" },
            { "wildcard": "e*" }, { "cidr": "10.0.0.0/8" },
            { "prefix": { "equals-ignore-case": "f" } },
            { "suffix": { "equals-ignore-case": "g" } }, { "anything-but": "h" },
            { "anything-but": ["i", "j"] }, { "anything-but": { "prefix": "k" } },
            { "anything-but": { "wildcard": "l*" } },
        ],
        "jáPago": [true, { "exists": false }],
        "maybe": [null, 2.5],
        "number": ["12"],
        "kind": ["Happened"],
    });
    assert_eq!(pattern("Operators"), of_the_event(&expected));
}

#[test]
fn nested_fields_stand_where_serde_writes_them() {
    let expected = json!({
        "many": { "size": [1] },
        "boxed": { "size": [-2] },
        "POSTAL-CODE": ["01000"],
        "size": [{ "exists": true }],
        "level": ["very-high"],
        "wrapped": { "size": [3] },
        "choice": { "is": ["one"] },
    });
    assert_eq!(pattern("Nested"), of_the_event(&expected));
}

#[test]
fn a_raw_pattern_is_as_written() {
    assert_eq!(pattern("Raw"), json!({ "a-b": [null, -1, 2.5, true], "$or": [{ "c": ["d"] }] }));
}

/// The names on the wire, those of flattened fields in their place.
fn names(shape: &Shape) -> Vec<String> {
    let Shape::Object(fields) = shape else { panic!("{shape:?} is no object") };
    fields
        .iter()
        .flat_map(|field| match &*field.name {
            "" => names(&field.shape),
            name => vec![name.to_owned()],
        })
        .collect()
}

#[test]
fn a_shape_names_what_serde_writes() {
    let event = Happened { many: vec![Part::default()], ..Happened::default() };
    let Value::Object(written) = serde_json::to_value(&event).unwrap() else { panic!("no object") };
    let mut names = names(&Happened::SHAPE);
    names.sort();
    let mut written: Vec<String> = written.into_iter().map(|(name, _)| name).collect();
    written.sort();
    assert_eq!(names, written);
}

#[test]
fn variants_and_defaults_are_told() {
    assert_eq!(Level::SHAPE, Shape::OneOf(vec!["very-high".into(), "LOW".into()].into()));
    let Shape::Object(fields) = Flat::SHAPE else { panic!("no object") };
    assert!(fields.iter().all(|field| field.default), "{fields:?}");
}

/// Every case of `rename_all`, against what serde itself writes.
macro_rules! cases {
    ($($name:ident: $case:literal;)+) => {$(
        mod $name {
            use super::*;

            #[derive(Detail, Serialize)]
            #[serde(rename_all = $case)]
            #[expect(non_snake_case, reason = "as some would write it")]
            struct Fields {
                a: u8,
                two_words: u8,
                _led: u8,
                trailing_: u8,
                ação_é: u8,
                http2_url: u8,
                alreadyCamel: u8,
            }

            #[derive(Detail, Serialize)]
            #[serde(rename_all = $case)]
            enum Variants {
                A,
                TwoWords,
                HTTPUrl,
                Número,
                V2,
            }

            #[test]
            fn is_as_in_serde() {
                let fields = Fields {
                    a: 0, two_words: 0, _led: 0, trailing_: 0, ação_é: 0, http2_url: 0, alreadyCamel: 0,
                };
                let written = serde_json::to_string(&fields).unwrap();
                let named: Vec<String> =
                    names(&Fields::SHAPE).iter().map(|name| format!("\"{name}\":0")).collect();
                assert_eq!(format!("{{{}}}", named.join(",")), written);

                use Variants::*;
                let written =
                    [A, TwoWords, HTTPUrl, Número, V2].map(|v| serde_json::to_value(v).unwrap());
                let Shape::OneOf(named) = Variants::SHAPE else { panic!("no choice") };
                assert_eq!(json!(named), json!(written));
            }
        }
    )+};
}

cases! {
    lower: "lowercase";
    upper: "UPPERCASE";
    pascal: "PascalCase";
    camel: "camelCase";
    snake: "snake_case";
    screaming_snake: "SCREAMING_SNAKE_CASE";
    kebab: "kebab-case";
    screaming_kebab: "SCREAMING-KEBAB-CASE";
}
