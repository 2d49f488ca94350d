//! What surrounds the columns.

use esteira::{Change, DecodeError, Decoded, Json, Record, Row, Skipped};
use serde::Deserialize;

use crate::{One, RetailTrans, record, sold, value};

type Trans = Change<RetailTrans>;

fn skipped<T: Record>(record: &str) -> Skipped {
    match T::decode(record.as_bytes()) {
        Ok(Decoded::Skipped(skipped)) => skipped,
        Ok(Decoded::Value(_)) => panic!("decoded"),
        Err(error) => panic!("{error}"),
    }
}

fn refused(record: &str) -> String {
    match Change::<One<i64>>::decode(record.as_bytes()) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("decoded"),
    }
}

#[test]
fn mysql_insert_as_published() {
    let record = include_str!("samples/mysql-insert.json");
    assert_eq!(value(record), Ok(Trans::Insert(sold(1))));
}

#[test]
fn mysql_update_has_no_before_image_by_default() {
    let record = include_str!("samples/mysql-update.json");
    assert_eq!(value(record), Ok(Trans::Update { before: None, after: sold(3) }));
}

#[test]
fn mysql_delete_carries_the_full_old_row() {
    let record = include_str!("samples/mysql-delete.json");
    assert_eq!(value(record), Ok(Trans::Delete(sold(3))));
}

#[test]
fn load_has_no_transaction_id() {
    let record = include_str!("samples/mysql-load.json");
    assert_eq!(value(record), Ok(Trans::Load(sold(1))));
}

#[test]
fn the_partition_key_type_of_a_task_may_change() {
    let record = include_str!("samples/mysql-insert-after-load.json");
    assert_eq!(value(record), Ok(Trans::Insert(RetailTrans { trans_id: 7, ..sold(1) })));
}

#[test]
fn json_unformatted_ends_with_a_newline() {
    let record = record("insert", r#""data": {"v": 1}"#) + "\n";
    assert_eq!(value(&record), Ok(Change::Insert(One { v: 1 })));
}

#[test]
fn a_bare_control_record_is_skipped() {
    let skipped = skipped::<Trans>(include_str!("samples/control-bare.json"));
    let said = "control record `create-table` of table `awsdms_apply_exceptions`";
    assert_eq!(skipped.to_string(), said);
}

#[test]
fn a_detailed_control_record_of_the_very_table_is_skipped() {
    let skipped = skipped::<Trans>(include_str!("samples/control-detailed.json"));
    let said = "control record `create-table` of table `public.retail_trans`";
    assert_eq!(skipped.to_string(), said);
}

#[test]
fn a_control_record_may_name_no_table_and_a_new_operation() {
    let record = r#"{"metadata": {"record-type": "control", "operation": "repaint-table"}}"#;
    assert_eq!(skipped::<Trans>(record).to_string(), "control record `repaint-table`");
}

#[test]
fn a_row_of_another_table_is_skipped_unread() {
    let record = record("insert", r#""data": "not even columns""#);
    let other = Skipped::Table { schema: "loja".into(), table: "one".into() };
    assert_eq!(skipped::<Trans>(&record), other);
    assert_eq!(other.to_string(), "a row of table `loja.one`");
}

#[test]
fn tables_compare_without_case_because_the_server_may_change_it() {
    let record = record("insert", r#""data": {"v": 1}"#).replace(r#""one""#, r#""ONE""#);
    assert_eq!(value(&record), Ok(Change::Insert(One { v: 1 })));
}

#[test]
fn a_table_may_be_named_with_its_schema() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Qualified {
        v: i64,
    }
    impl Row for Qualified {
        const ID: &'static str = "test";
        const TABLE: &'static str = "Loja.one";
    }
    let record = record("insert", r#""data": {"v": 1}"#);
    assert_eq!(value(&record), Ok(Change::Insert(Qualified { v: 1 })));
    let elsewhere = record.replace("loja", "arquivo");
    let other = Skipped::Table { schema: "arquivo".into(), table: "one".into() };
    assert_eq!(skipped::<Change<Qualified>>(&elsewhere), other);
}

#[test]
fn an_unknown_operation_is_kept_open() {
    let other = |row| Change::Other { operation: "truncate".into(), row };
    let with_row = record("truncate", r#""data": {"v": 1}"#);
    assert_eq!(value(&with_row), Ok(other(Some(One { v: 1 }))));
    for data in [r#""data": {}"#, r#""data": null"#, r#""control": {}"#] {
        assert_eq!(value::<Change<One<i64>>>(&record("truncate", data)), Ok(other(None)));
    }
}

#[test]
fn extra_keys_are_tolerated_everywhere() {
    let record = record("insert", r#""data": {"v": 1, "w": [{}]}, "lineage": [1]"#)
        .replace(r#""schema-name""#, r#""origin": {"x": null}, "schema-name""#);
    assert_eq!(value(&record), Ok(Change::Insert(One { v: 1 })));
}

#[test]
fn map_record_to_document_puts_the_columns_under_doc() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Customer {
        #[serde(rename = "CustomerName")]
        name: String,
        city: String,
    }
    impl Row for Customer {
        const ID: &'static str = "test";
        const TABLE: &'static str = "one";
    }
    let data = r#""data": {"CustomerName": "Silva, Ana", "_doc": {"city": "Recife"}}"#;
    let customer = Customer { name: "Silva, Ana".into(), city: "Recife".into() };
    assert_eq!(value(&record("insert", data)), Ok(Change::Insert(customer)));
}

#[test]
fn a_column_called_doc_is_a_column() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Doc {
        _doc: String,
    }
    impl Row for Doc {
        const ID: &'static str = "test";
        const TABLE: &'static str = "one";
    }
    let row = Doc { _doc: "{}".into() };
    assert_eq!(value(&record("insert", r#""data": {"_doc": "{}"}"#)), Ok(Change::Insert(row)));
}

#[test]
fn a_missing_part_is_named() {
    let record = record("insert", r#""data": {"v": 1}"#);
    for (part, without) in [
        ("metadata", record.replace("metadata", "meta")),
        ("metadata.record-type", record.replace("record-type", "kind")),
        ("metadata.operation", record.replace("operation", "op")),
        ("metadata.table-name", record.replace("table-name", "table")),
        ("data", record.replace("data\": {\"v", "rows\": {\"v")),
    ] {
        let said = refused(&without);
        let expected = format!("not a DMS change record: `{part}` is missing, expected ");
        assert!(said.starts_with(&expected), "{said}");
    }
}

#[test]
fn a_part_of_the_wrong_kind_is_shown() {
    let record = record("insert", r#""data": {"v": 1}"#);
    for (wrong, said) in [
        (
            record.replace(r#""data","#, r#""heartbeat","#),
            "`metadata.record-type` is \"heartbeat\"",
        ),
        (record.replace(r#""insert""#, "7"), "`metadata.operation` is 7, expected a string"),
        (record.replace(r#"{"v": 1}"#, "[1]"), "`data` is [1], expected an object of columns"),
        ("[1, 2]".into(), "`record` is [1, 2], expected an object"),
    ] {
        assert!(refused(&wrong).contains(said), "{}", refused(&wrong));
    }
}

#[test]
fn what_is_not_json_is_said_to_be_none() {
    assert!(refused("").starts_with("the record is not JSON: it ends early"));
    assert!(refused("pedido;1;2").starts_with("the record is not JSON: expected value"));
    assert!(Change::<One<i64>>::decode(b"\"\xff\"").is_err());
}

#[test]
fn a_plain_json_record_is_its_document() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Reading {
        sensor: String,
        celsius: f64,
    }
    let Json(reading): Json<Reading> = value(r#"{"sensor": "a1", "celsius": 21.5}"#).unwrap();
    assert_eq!(reading, Reading { sensor: "a1".into(), celsius: 21.5 });

    let error = value::<Json<Reading>>(r#"{"sensor": "a1"}"#).unwrap_err();
    assert!(matches!(&error, DecodeError::Document { .. }));
    assert!(error.to_string().contains("missing field `celsius`"), "{error}");
    let cut = value::<Json<Reading>>(r#"{"sensor": "#).unwrap_err();
    assert!(cut.to_string().starts_with("the record is not JSON: it ends early"), "{cut}");
}
