//! Every type of a column, from SQL into a record and from there into a row type.

use std::collections::BTreeMap;

use esteira::{Change, Row};
use serde::Deserialize;
use serde_json::{Value, json};

use super::harness::{Database, decode, json, next};

/// The columns by their types, with a value in SQL and how it has to be in the record.
fn columns() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("TINYINT", "-128", json!(-128)),
        ("TINYINT UNSIGNED", "255", json!(255)),
        ("TINYINT(1)", "1", json!(1)),
        ("SMALLINT", "-32768", json!(-32768)),
        ("SMALLINT UNSIGNED", "65535", json!(65535)),
        ("MEDIUMINT", "-8388608", json!(-8_388_608)),
        ("MEDIUMINT", "-5", json!(-5)),
        ("MEDIUMINT UNSIGNED", "16777215", json!(16_777_215)),
        ("INT", "-2147483648", json!(i32::MIN)),
        ("INT UNSIGNED ZEROFILL", "4294967295", json!(u32::MAX)),
        ("BIGINT", "9999999999999999", json!(9_999_999_999_999_999_i64)),
        ("BIGINT UNSIGNED", "18446744073709551615", json!(1.844_674_407_370_955_2e19)),
        ("DECIMAL(10, 2)", "-10.50", json!(-10.5)),
        ("DECIMAL(5, 5)", "0.00001", json!(0.00001)),
        ("FLOAT", "0.1", json!(0.1)),
        ("DOUBLE", "-1e300", json!(-1e300)),
        ("BIT(1)", "b'1'", json!(true)),
        ("BIT(12)", "b'101001011111'", json!("0x0a5f")),
        ("BIT(64)", "b'1'", json!("0x0000000000000001")),
        ("YEAR", "2024", json!(2024)),
        ("DATE", "'2023-01-16'", json!("2023-01-16")),
        ("TIME", "'-838:59:59'", json!("-838:59:59")),
        ("TIME(3)", "'06:18:32.25'", json!("06:18:32.250")),
        ("DATETIME", "'2023-01-16 06:18:32'", json!("2023-01-16T06:18:32Z")),
        ("DATETIME(6)", "'9999-12-31 23:59:59.000001'", json!("9999-12-31T23:59:59.000001Z")),
        // The session is three hours behind UTC.
        ("TIMESTAMP NULL", "'2023-01-16 06:18:32'", json!("2023-01-16T09:18:32Z")),
        ("TIMESTAMP(2) NULL", "'2023-01-16 06:18:32.5'", json!("2023-01-16T09:18:32.50Z")),
        ("CHAR(10)", "'João'", json!("João")),
        ("CHAR(255)", "'Zé'", json!("Zé")),
        ("VARCHAR(64)", "'a\\n\"ç\"'", json!("a\n\"ç\"")),
        ("VARCHAR(1000)", "'€'", json!("€")),
        ("VARCHAR(64) CHARACTER SET latin1", "'João €'", json!("João €")),
        ("CHAR(8) CHARACTER SET ucs2", "'João'", json!("João")),
        ("TINYTEXT", "'t'", json!("t")),
        ("TEXT", "REPEAT('é', 2000)", json!("é".repeat(2000))),
        ("MEDIUMTEXT", "REPEAT('é', 2000)", json!("é".repeat(512))),
        ("LONGTEXT", "'l'", json!("l")),
        ("JSON", r#"'{"a": [1, "é"]}'"#, json!(r#"{"a": [1, "é"]}"#)),
        ("BINARY(4)", "x'0102'", json!("0x01020000")),
        ("VARBINARY(8)", "x'00ff'", json!("0x00ff")),
        ("TINYBLOB", "x'01'", json!("0x01")),
        ("BLOB", "x'ff'", json!("0xff")),
        ("MEDIUMBLOB", "REPEAT('a', 2000)", json!(format!("0x{}", "61".repeat(1024)))),
        ("LONGBLOB", "''", json!("0x")),
        ("ENUM('x', 'it''s', 'ç')", "'ç'", json!("ç")),
        ("ENUM('no', 'sim') CHARACTER SET latin1", "'sim'", json!("sim")),
        ("SET('a', 'b', 'c')", "'c,a'", json!("a,c")),
        ("SET('a', 'b', 'c') CHARACTER SET latin1", "''", json!("")),
        ("GEOMETRY", "POINT(1, 2)", json!("0x000000000101000000000000000000f03f0000000000000040")),
    ]
}

const LARGE: [&str; 6] = ["MEDIUMTEXT", "LONGTEXT", "JSON", "MEDIUMBLOB", "LONGBLOB", "GEOMETRY"];

fn table() -> String {
    let columns = columns();
    let columns =
        columns.iter().enumerate().map(|(at, (sql, ..))| format!("c{at} {sql} DEFAULT NULL"));
    format!(
        "SET time_zone = '-03:00', sql_mode = ''; CREATE TABLE every (id INT PRIMARY KEY, {})",
        columns.collect::<Vec<_>>().join(", ")
    )
}

fn values() -> String {
    columns().iter().map(|(_, value, _)| *value).collect::<Vec<_>>().join(", ")
}

/// Reads whatever columns there are.
#[derive(Debug, PartialEq, Deserialize)]
struct Every {
    id: i32,
    #[serde(flatten)]
    columns: BTreeMap<String, Value>,
}

impl Row for Every {
    const ID: &'static str = "test";
    const TABLE: &'static str = "every";
}

#[tokio::test]
async fn every_type_is_written_whether_the_binlog_or_the_database_says_what_it_is() {
    let Some(mut db) = Database::alone(&table()).await else { return };
    for metadata in ["FULL", "NO_LOG", "MINIMAL"] {
        println!("binlog_row_metadata = {metadata}");
        every_type_is_written(&mut db, metadata).await;
        db.run("DELETE FROM every").await;
    }
}

async fn every_type_is_written(db: &mut Database, metadata: &str) {
    db.run(&format!("SET GLOBAL binlog_row_metadata = {metadata}")).await;
    let mut source = db.source(&[db.table("every", &["id"]).lob_kib(1)], None).await;
    db.run(&format!("INSERT INTO every VALUES (1, {})", values())).await;
    db.run("INSERT INTO every (id) VALUES (2)").await;
    db.run("UPDATE every SET id = 3 WHERE id = 1").await;
    db.run("DELETE FROM every WHERE id = 3").await;
    let inserted = next(&mut source).await;
    let data = &json(&inserted.records[0])["data"];
    for (at, (sql, value, expected)) in columns().iter().enumerate() {
        assert_eq!(&data[format!("c{at}")], expected, "{sql} {value}");
    }
    let Change::Insert(row) = decode::<Every>(&inserted.records[0]) else { panic!("no insert") };
    assert_eq!((row.id, row.columns.len()), (1, columns().len()));
    let nulls = next(&mut source).await;
    let data = &json(&nulls.records[0])["data"];
    for (at, (sql, ..)) in columns().iter().enumerate() {
        assert_eq!(data.get(format!("c{at}")), Some(&Value::Null), "{sql}");
    }
    let updated = json(&next(&mut source).await.records[0]);
    let before = updated["before-image"].as_object().unwrap();
    for (at, (sql, _, expected)) in columns().iter().enumerate() {
        let expected = if LARGE.contains(sql) { None } else { Some(expected) };
        assert_eq!(before.get(&format!("c{at}")), expected, "{sql}");
    }
    assert_eq!((&before["id"], &updated["data"]["id"]), (&json!(1), &json!(3)));
    let key = format!("{}.every.3", db.name);
    assert_eq!(updated["metadata"]["partition-key-value"], json!(key));
    let deleted = json(&next(&mut source).await.records[0]);
    assert_eq!(deleted["data"], updated["data"]);
}

#[derive(Debug, PartialEq, Deserialize)]
struct Typed {
    id: u64,
    total: String,
    paid: bool,
    flag: bool,
    status: Status,
    tags: String,
    bytes: Vec<u8>,
    document: Document,
    at: String,
    ratio: f64,
    none: Option<i64>,
    zero: Option<String>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    Criado,
    Pago,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Document {
    a: Vec<i32>,
}

impl Row for Typed {
    const ID: &'static str = "test";
    const TABLE: &'static str = "typed";
}

#[tokio::test]
async fn a_row_type_reads_what_is_written() {
    let table = "SET sql_mode = ''; CREATE TABLE typed (id BIGINT UNSIGNED, no INT, total DECIMAL(65, 30), paid TINYINT(1), \
                 flag BIT(1), status ENUM('CRIADO', 'PAGO'), tags SET('a', 'b'), bytes VARBINARY(9), \
                 document JSON, at DATETIME, ratio FLOAT, none BIGINT, zero DATETIME, \
                 PRIMARY KEY (id, no))";
    let Some(mut db) = Database::new(table).await else { return };
    let spec = db.table("typed", &["ID", "no"]).texts(["id", "total"]);
    let mut source = db.source(&[spec], None).await;
    db.run(
        "INSERT INTO typed VALUES (18446744073709551615, 2, \
         -12345678901234567890123456789012345.123456789012345678901234567891, 1, b'0', 'PAGO', \
         'b,a', x'00ff', '{\"a\": [1, 2]}', '2023-01-16 06:18:32', 0.5, NULL, '0000-00-00')",
    )
    .await;
    let changes = next(&mut source).await;
    let expected = Typed {
        id: u64::MAX,
        total: "-12345678901234567890123456789012345.123456789012345678901234567891".into(),
        paid: true,
        flag: false,
        status: Status::Pago,
        tags: "a,b".into(),
        bytes: vec![0, 255],
        document: Document { a: vec![1, 2] },
        at: "2023-01-16T06:18:32Z".into(),
        ratio: 0.5,
        none: None,
        zero: None,
    };
    assert_eq!(decode(&changes.records[0]), Change::Insert(expected));
    let key = format!("{}.typed.18446744073709551615.2", db.name);
    assert_eq!(changes.records[0].partition_key, key);
}
