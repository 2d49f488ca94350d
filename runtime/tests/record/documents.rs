//! JSON columns, which arrive as strings.

use std::collections::BTreeMap;

use esteira::{Change, DecodeError, Problem};
use serde::Deserialize;

use crate::{One, column, record, refusal, value};

#[derive(Debug, PartialEq, Deserialize)]
struct Item {
    sku: String,
    amount: u32,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Payment {
    Cash,
    Card(String),
    Pix { key: String },
}

fn item() -> Item {
    Item { sku: "A1".into(), amount: 2 }
}

#[test]
fn a_json_column_is_a_string_with_the_document() {
    assert_eq!(column(r#""{\"sku\": \"A1\", \"amount\": 2}""#), Ok(item()));
    assert_eq!(column(r#""[{\"sku\": \"A1\", \"amount\": 2}]""#), Ok(vec![item()]));
    assert_eq!(column(r#""{\"a\": 1}""#), Ok(BTreeMap::from([("a".to_owned(), 1)])));
    assert_eq!(column(r#""[1, \"x\"]""#), Ok((1, "x".to_owned())));
    assert_eq!(column(r#""{\"sku\": \"A1\", \"amount\": 2}""#), Ok(Some(item())));
}

#[test]
fn an_object_in_its_place_is_read_too() {
    assert_eq!(column(r#"{"sku": "A1", "amount": 2}"#), Ok(item()));
    assert_eq!(column(r#"[{"sku": "A1", "amount": 2}]"#), Ok(vec![item()]));
}

#[test]
fn an_enum_with_content_is_a_document() {
    assert_eq!(column(r#""cash""#), Ok(Payment::Cash));
    assert_eq!(column(r#""{\"card\": \"visa\"}""#), Ok(Payment::Card("visa".into())));
    assert_eq!(column(r#"{"pix": {"key": "k"}}"#), Ok(Payment::Pix { key: "k".into() }));
}

#[test]
fn a_lob_cut_at_lob_max_size_is_recognised() {
    let whole = r#"[{"sku": "A1", "amount": 2}, {"sku": "B2", "amount": 30}]"#;
    for end in 1..whole.len() {
        let raw = serde_json::to_string(&whole[..end]).unwrap();
        let data = format!(r#""data": {{"v": {raw}}}"#);
        match value::<Change<One<Vec<Item>>>>(&record("insert", &data)) {
            Err(DecodeError::Column { problem: Problem::CutShort, .. }) => {}
            other => panic!("{raw}: {other:?}"),
        }
    }
    let said = refusal::<Vec<Item>>(r#""[1""#);
    assert!(!said.contains("LobMaxSize"), "a document that does not fit is not cut: {said}");
    let said = refusal::<Item>(r#""{\"sku\": \"A""#);
    assert!(said.contains("its JSON ends early, probably cut by DMS at LobMaxSize"), "{said}");
}

#[test]
fn a_document_that_does_not_fit_says_where() {
    let said = refusal::<Item>(r#""{\"sku\": \"A1\"}""#);
    let expected = "column `v` of table `one`: its JSON does not fit: missing field `amount`";
    assert!(said.starts_with(expected), "{said}");
    assert!(refusal::<Item>(r#""""#).ends_with("found \"\", expected a JSON object"));
    assert_eq!(column::<Option<Item>>(r#""""#), Ok(None));
    assert!(refusal::<Item>(r#""{\"sku\": \"A1\", \"amount\": 2} x""#).contains("trailing"));
}
