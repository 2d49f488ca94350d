//! The row before a change.

use esteira::{Change, DecodeError, Row};
use serde::Deserialize;

use crate::{record, value};

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Demo {
    id: i64,
    age: Option<u8>,
    name: Option<String>,
}

impl Row for Demo {
    const ID: &'static str = "test";
    const TABLE: &'static str = "demo";
}

#[derive(Debug, PartialEq, Deserialize)]
struct Key {
    id: i64,
}
impl Row for Key {
    const ID: &'static str = "test";
    const TABLE: &'static str = "demo";
}

fn demo(id: i64, age: Option<u8>, name: Option<&str>) -> Demo {
    Demo { id, age, name: name.map(Into::into) }
}

fn change(operation: &str, parts: &str) -> Result<Change<Demo>, DecodeError> {
    value(&record(operation, parts).replace(r#""one""#, r#""demo""#))
}

fn before(parts: &str) -> Option<Demo> {
    match change("update", parts) {
        Ok(Change::Update { before, .. }) => before,
        other => panic!("{other:?}"),
    }
}

const AFTER: &str = r#""data": {"id": 1, "age": 30, "name": "Ana"}"#;

#[test]
fn a_full_before_image_is_the_row_before() {
    let parts = format!(r#"{AFTER}, "before-image": {{"id": 1, "age": 29, "name": null}}"#);
    assert_eq!(
        change("update", &parts),
        Ok(Change::Update {
            before: Some(demo(1, Some(29), None)),
            after: demo(1, Some(30), Some("Ana"))
        })
    );
}

#[test]
fn an_image_of_the_key_alone_proves_nothing_about_other_columns() {
    let record = include_str!("samples/postgres-key-update.json");
    let after = demo(45, Some(30), Some("Ana"));
    assert_eq!(value(record), Ok(Change::Update { before: None, after }));
}

#[test]
fn an_image_of_the_key_alone_suffices_for_a_row_type_of_the_key() {
    let record = include_str!("samples/postgres-key-update.json");
    let (before, after) = (Some(Key { id: 46 }), Key { id: 45 });
    assert_eq!(value(record), Ok(Change::Update { before, after }));
}

#[test]
fn an_unchanged_key_gives_an_empty_image() {
    assert_eq!(before(&format!(r#"{AFTER}, "before-image": {{}}"#)), None);
    assert_eq!(before(&format!(r#"{AFTER}, "before-image": null"#)), None);
}

#[test]
fn without_null_columns_an_image_still_shows_what_became_null() {
    let parts = r#""data": {"id": 1}, "before-image": {"id": 1, "age": 29}"#;
    assert_eq!(before(parts), Some(demo(1, Some(29), None)));
}

#[test]
fn before_image_columns_are_prefixed() {
    let parts =
        r#""data": {"id": 1, "age": 30, "name": "Ana", "BI_id": 1, "BI_age": 29, "BI_name": null}"#;
    assert_eq!(before(parts), Some(demo(1, Some(29), None)));
    let key = r#""data": {"id": 1, "age": 30, "name": "Ana", "BI_id": 1}"#;
    assert_eq!(before(key), None);
}

#[test]
fn without_null_columns_those_of_a_before_image_still_show_what_became_null() {
    let parts = r#""data": {"id": 1, "BI_id": 1, "BI_age": 29}"#;
    assert_eq!(before(parts), Some(demo(1, Some(29), None)));
}

#[test]
fn before_image_columns_of_an_insert_are_null_and_say_nothing() {
    let data = r#""data": {"id": 1, "age": 30, "name": "Ana", "BI_id": null}"#;
    assert_eq!(change("insert", data), Ok(Change::Insert(demo(1, Some(30), Some("Ana")))));
    assert_eq!(before(data), None);
    let record = record("update", data).replace(r#""one""#, r#""demo""#);
    assert_eq!(value(&record), Ok(Change::Update { before: None, after: Key { id: 1 } }));
}

#[test]
fn a_column_of_the_source_may_start_like_a_before_image() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Report {
        id: i64,
        #[serde(rename = "BI_tool")]
        tool: String,
    }
    impl Row for Report {
        const ID: &'static str = "test";
        const TABLE: &'static str = "one";
    }
    let after = Report { id: 1, tool: "x".into() };
    let record = record("update", r#""data": {"id": 1, "BI_tool": "x"}"#);
    assert_eq!(value(&record), Ok(Change::Update { before: None, after }));
}

#[test]
fn a_row_with_flatten_needs_every_column_before() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Flat {
        id: i64,
        #[serde(flatten)]
        rest: std::collections::BTreeMap<String, String>,
    }
    impl Row for Flat {
        const ID: &'static str = "test";
        const TABLE: &'static str = "one";
    }
    let of = |image: &str| {
        let parts = format!(r#""data": {{"id": 1, "a": "x"}}, "before-image": {image}"#);
        match value::<Change<Flat>>(&record("update", &parts)) {
            Ok(Change::Update { before, .. }) => before.map(|row| row.rest),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(of(r#"{"id": 1}"#), None);
    assert_eq!(of(r#"{"id": 1, "a": "y"}"#), Some([("a".into(), "y".into())].into()));
}

#[test]
fn an_error_in_the_image_says_so() {
    let parts = format!(r#"{AFTER}, "before-image": {{"id": 1, "age": 300, "name": null}}"#);
    let error = change("update", &parts).unwrap_err().to_string();
    let said = "column `age` of table `demo` (before image): found 300, expected u8, a number in its range";
    assert_eq!(error, said);
}

#[test]
fn a_postgres_delete_has_null_but_for_the_key() {
    let record = include_str!("samples/postgres-delete.json");
    assert_eq!(value(record), Ok(Change::Delete(demo(45, None, None))));
}

#[test]
fn the_image_of_a_delete_completes_its_row() {
    let image = r#""before-image": {"id": 1, "age": 29, "name": "Ana"}"#;
    let deleted = Ok(Change::Delete(demo(1, Some(29), Some("Ana"))));
    assert_eq!(change("delete", image), deleted);
    let with_data = format!(r#""data": {{"id": 1, "age": null, "name": null}}, {image}"#);
    assert_eq!(change("delete", &with_data), deleted);
    let nulls = r#""data": {"id": 1, "age": 29}, "before-image": {"id": 1, "age": null}"#;
    assert_eq!(change("delete", nulls), Ok(Change::Delete(demo(1, Some(29), None))));
    let neither = change("delete", r#""data": {}"#).unwrap_err().to_string();
    assert!(neither.contains("`data` is missing"), "{neither}");
}
