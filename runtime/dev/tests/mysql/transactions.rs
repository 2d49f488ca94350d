//! What becomes a record, in which order, and with what in it.

use esteira::{Change, Row};
use esteira_dev::mysql::Position;
use mysql_async::prelude::Queryable;
use serde::Deserialize;
use serde_json::json;

use super::harness::{Database, decode, json, next, nothing};

const TABLES: &str = "
    CREATE TABLE pedidos (id BIGINT AUTO_INCREMENT PRIMARY KEY, sku VARCHAR(64), n INT UNSIGNED NOT NULL);
    CREATE TABLE outros (id INT PRIMARY KEY);
";

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Pedido {
    pub(super) id: i64,
    pub(super) sku: Option<String>,
    pub(super) n: u32,
}

impl Row for Pedido {
    const ID: &'static str = "test";
    const TABLE: &'static str = "pedidos";
}

fn pedido(id: i64, sku: &str, n: u32) -> Pedido {
    Pedido { id, sku: Some(sku.into()), n }
}

/// A place in the binlog as the number that a transaction beginning there has.
fn place(position: &Position) -> u64 {
    let file: u64 = position.file.rsplit('.').next().unwrap().parse().unwrap();
    file << 32 | position.offset
}

#[tokio::test]
async fn an_insert_an_update_and_a_delete_are_a_record_each() {
    let Some(mut db) = Database::new(TABLES).await else { return };
    let tables = [db.table("pedidos", &["id"]).texts(["id"])];
    let mut source = db.source(&tables, None).await;
    db.run("INSERT INTO pedidos VALUES (7, 'João', 1)").await;
    db.run("UPDATE pedidos SET sku = NULL, n = 4294967295").await;
    db.run("DELETE FROM pedidos").await;
    let (inserted, updated, deleted) =
        (next(&mut source).await, next(&mut source).await, next(&mut source).await);
    let row = Pedido { id: 7, sku: None, n: u32::MAX };
    assert_eq!(decode(&inserted.records[0]), Change::Insert(pedido(7, "João", 1)));
    assert_eq!(
        decode(&updated.records[0]),
        Change::Update { before: Some(pedido(7, "João", 1)), after: row.clone() }
    );
    assert_eq!(decode(&deleted.records[0]), Change::Delete(row));
    let record = json(&updated.records[0]);
    assert_eq!(record["data"], json!({"id": "7", "sku": null, "n": 4_294_967_295_u32}));
    assert_eq!(record["before-image"], json!({"id": "7", "sku": "João", "n": 1}));
    assert!(json(&inserted.records[0]).get("before-image").is_none());
    assert!(json(&deleted.records[0]).get("before-image").is_none());
    let metadata = &record["metadata"];
    let key = format!("{}.pedidos.7", db.name);
    assert_eq!(updated.records[0].partition_key, key);
    for (name, value) in [
        ("record-type", json!("data")),
        ("operation", json!("update")),
        ("partition-key-type", json!("primary-key")),
        ("partition-key-value", json!(key)),
        ("schema-name", json!(db.name)),
        ("table-name", json!("pedidos")),
        ("transaction-record-id", json!(1)),
        ("prev-transaction-id", json(&inserted.records[0])["metadata"]["transaction-id"].clone()),
        ("prev-transaction-record-id", json!(1)),
    ] {
        assert_eq!(metadata[name], value, "{name}");
    }
    // It begins where the server says that it does: other tests write to this server, too, so that
    // may be later than where the one before it ends.
    let begin = metadata["transaction-id"].as_u64().unwrap();
    assert!(place(&inserted.position) <= begin, "{begin}");
    let sql = format!(
        "SHOW BINLOG EVENTS IN '{}' FROM {} LIMIT 20",
        updated.position.file,
        begin & u64::from(u32::MAX)
    );
    let events: Vec<(String, u64, String, u64, u64, String)> =
        db.other().await.query(sql).await.unwrap();
    assert_eq!(events[0].2, "Gtid", "{events:?}");
    let end = events.iter().find(|(_, _, kind, ..)| kind == "Xid").expect("it was committed");
    assert_eq!(end.4, updated.position.offset);
    let time = metadata["commit-timestamp"].as_str().unwrap();
    assert!(time.ends_with(".000000Z") && time.len() == 27, "{time}");
}

#[tokio::test]
async fn a_transaction_comes_whole_and_one_that_is_rolled_back_not_at_all() {
    let Some(mut db) = Database::new(TABLES).await else { return };
    let mut source = db.source(&[db.table("pedidos", &["id"])], None).await;
    db.run("BEGIN; INSERT INTO pedidos VALUES (1, 'a', 1); ROLLBACK").await;
    db.run(
        "BEGIN; INSERT INTO pedidos VALUES (2, 'a', 1), (3, 'a', 1); SAVEPOINT s; \
            INSERT INTO pedidos VALUES (4, 'a', 1); ROLLBACK TO s; INSERT INTO outros VALUES (1); \
            UPDATE pedidos SET n = 2 WHERE id = 2; COMMIT",
    )
    .await;
    db.run("INSERT INTO outros VALUES (2)").await;
    let changes = next(&mut source).await;
    let numbered: Vec<_> = changes
        .records
        .iter()
        .map(|record| {
            let record = json(record);
            let metadata = &record["metadata"];
            (
                record["data"]["id"].as_u64(),
                metadata["operation"].clone(),
                metadata["transaction-record-id"].as_u64(),
            )
        })
        .collect();
    assert_eq!(
        numbered,
        [
            (Some(2), json!("insert"), Some(1)),
            (Some(3), json!("insert"), Some(2)),
            (Some(2), json!("update"), Some(3)),
        ]
    );
    nothing(&mut source).await;
    assert!(source.position().offset > changes.position.offset, "what is not ours is passed");
}

#[tokio::test]
async fn a_table_without_transactions_is_read_as_it_changes() {
    let Some(mut db) = Database::new(TABLES).await else { return };
    db.run("ALTER TABLE pedidos ENGINE = MyISAM").await;
    let mut source = db.source(&[db.table("pedidos", &["id"])], None).await;
    db.run("INSERT INTO pedidos VALUES (1, 'a', 1)").await;
    db.run("BEGIN; INSERT INTO pedidos VALUES (2, 'b', 1); ROLLBACK").await;
    assert_eq!(decode(&next(&mut source).await.records[0]), Change::Insert(pedido(1, "a", 1)));
    assert_eq!(decode(&next(&mut source).await.records[0]), Change::Insert(pedido(2, "b", 1)));
    let kept: Option<u64> = db.conn.query_first("SELECT COUNT(*) FROM pedidos").await.unwrap();
    assert_eq!(kept, Some(2), "the second one was not rolled back");
}

#[tokio::test]
async fn an_xa_transaction_is_read_in_one_phase_and_refused_in_two() {
    let Some(mut db) = Database::new(TABLES).await else { return };
    let mut source = db.source(&[db.table("pedidos", &["id"])], None).await;
    db.run(
        "XA START 'a'; INSERT INTO outros VALUES (1); XA END 'a'; XA PREPARE 'a'; XA COMMIT 'a'",
    )
    .await;
    db.run(
        "XA START 'b'; INSERT INTO pedidos VALUES (1, 'a', 1); XA END 'b'; XA COMMIT 'b' ONE PHASE",
    )
    .await;
    assert_eq!(decode(&next(&mut source).await.records[0]), Change::Insert(pedido(1, "a", 1)));
    db.run("XA START 'c'; INSERT INTO pedidos VALUES (2, 'a', 1); XA END 'c'; XA PREPARE 'c'; XA COMMIT 'c'").await;
    let error = source.next().await.unwrap_err().to_string();
    assert!(error.contains("in an XA transaction of two phases"), "{error}");
}

#[tokio::test]
async fn a_table_that_is_altered_is_read_on() {
    let Some(mut db) = Database::new(TABLES).await else { return };
    let mut source = db.source(&[db.table("pedidos", &["id"])], None).await;
    let mut seen = Vec::new();
    // All of it is in the binlog before the first row is read.
    for sql in [
        "INSERT INTO pedidos VALUES (1, 'a', 1)",
        "ALTER TABLE pedidos ADD COLUMN first INT FIRST",
        "INSERT INTO pedidos VALUES (9, 2, 'b', 1)",
        "ALTER TABLE pedidos CHANGE COLUMN first last SMALLINT UNSIGNED AFTER n",
        "INSERT INTO pedidos VALUES (3, 'c', 1, 65535)",
        "ALTER TABLE pedidos DROP COLUMN last",
        "TRUNCATE TABLE pedidos",
        "CREATE TABLE copy AS SELECT * FROM pedidos",
        "CREATE TABLE pedidos_new LIKE pedidos",
        "RENAME TABLE pedidos TO pedidos_old, pedidos_new TO pedidos",
        "INSERT INTO pedidos_old VALUES (4, 'd', 1)",
        "INSERT INTO pedidos VALUES (5, 'e', 1)",
        "DROP TABLE pedidos_old",
        "INSERT INTO pedidos VALUES (6, 'f', 1)",
    ] {
        db.run(sql).await;
    }
    for _ in 0..5 {
        seen.push(json(&next(&mut source).await.records[0])["data"].clone());
    }
    assert_eq!(
        seen,
        [
            json!({"id": 1, "sku": "a", "n": 1}),
            json!({"first": 9, "id": 2, "sku": "b", "n": 1}),
            json!({"id": 3, "sku": "c", "n": 1, "last": 65535}),
            json!({"id": 5, "sku": "e", "n": 1}),
            json!({"id": 6, "sku": "f", "n": 1}),
        ]
    );
}

#[tokio::test]
async fn a_server_that_does_not_name_columns_in_the_binlog_is_asked() {
    let Some(mut db) = Database::alone(TABLES).await else { return };
    db.run("SET GLOBAL binlog_row_metadata = NO_LOG").await;
    let mut source = db.source(&[db.table("pedidos", &["id"])], None).await;
    db.run("INSERT INTO pedidos VALUES (1, 'a', 4294967295)").await;
    db.run("ALTER TABLE pedidos ADD COLUMN kind ENUM('x', 'it''s') NOT NULL DEFAULT 'it''s'").await;
    // The reader asks for the first time when the column is there already.
    assert_eq!(
        json(&next(&mut source).await.records[0])["data"],
        json!({"id": 1, "sku": "a", "n": u32::MAX})
    );
    db.run("INSERT INTO pedidos (id, n) VALUES (2, 1)").await;
    assert_eq!(
        json(&next(&mut source).await.records[0])["data"],
        json!({"id": 2, "sku": null, "n": 1, "kind": "it's"})
    );
    let behind = source.position().clone();
    db.run("INSERT INTO pedidos (id, n) VALUES (3, 1)").await;
    db.run("ALTER TABLE pedidos DROP COLUMN sku").await;
    let mut source = db.source(&[db.table("pedidos", &["id"])], Some(behind)).await;
    let error = source.next().await.unwrap_err().to_string();
    assert!(error.contains("pedidos`: it was altered"), "{error}");
    assert!(error.contains("SET GLOBAL binlog_row_metadata = 'FULL'"), "{error}");
}

#[tokio::test]
async fn ten_thousand_inserts_are_ten_thousand_records() {
    let Some(mut db) = Database::new(TABLES).await else { return };
    const INSERTS: usize = 10_000;
    let mut source = db.source(&[db.table("pedidos", &["id"])], None).await;
    let mut conn = db.other().await;
    let begin = std::time::Instant::now();
    let writer = tokio::spawn(async move {
        let insert = conn.prep("INSERT INTO pedidos (sku, n) VALUES (?, ?)").await.unwrap();
        for n in 0..INSERTS {
            conn.exec_drop(&insert, (format!("sku-{n}"), n)).await.unwrap();
        }
        std::time::Instant::now()
    });
    let mut all = 0;
    while all < INSERTS {
        for record in next(&mut source).await.records {
            let Change::Insert(row) = decode::<Pedido>(&record) else { panic!("no insert") };
            assert_eq!(row, pedido(all as i64 + 1, &format!("sku-{all}"), all as u32));
            all += 1;
        }
    }
    let read = begin.elapsed();
    let written = writer.await.unwrap() - begin;
    let rate = INSERTS as f64 / read.as_secs_f64();
    println!(
        "{INSERTS} inserts: written in {written:?}, read and decoded in {read:?}, {rate:.0}/s"
    );
    nothing(&mut source).await;
    // What is read behind the writer, without it.
    let from = first(&db).await;
    let mut source = db.source(&[db.table("pedidos", &["id"])], Some(from)).await;
    let begin = std::time::Instant::now();
    let mut again = 0;
    while again < INSERTS {
        again += next(&mut source).await.records.len();
    }
    let rate = INSERTS as f64 / begin.elapsed().as_secs_f64();
    println!("{INSERTS} records read from behind in {:?}, {rate:.0}/s", begin.elapsed());
    db.run("DROP TABLE pedidos").await;
}

/// The beginning of the server's first binlog.
async fn first(db: &Database) -> esteira_dev::mysql::Position {
    let mut conn = db.other().await;
    let (file, _): (String, u64) = conn.query_first("SHOW BINARY LOGS").await.unwrap().unwrap();
    esteira_dev::mysql::Position::new(file, 4)
}
