//! That nothing is lost and nothing repeated, wherever reading stops.

use esteira::Change;
use mysql_async::prelude::Queryable;

use super::harness::{Database, decode, next, nothing};
use super::transactions::Pedido;
use esteira_dev::mysql::{Changes, Position};

const TABLE: &str =
    "CREATE TABLE pedidos (id BIGINT AUTO_INCREMENT PRIMARY KEY, sku VARCHAR(64), n INT NOT NULL);
     CREATE TABLE outros (id INT AUTO_INCREMENT PRIMARY KEY);";

/// The orders that were inserted; of another table, none.
fn ids(changes: &Changes) -> Vec<i64> {
    let own = changes.records.iter().filter(|it| it.partition_key.contains(".pedidos."));
    let id = |record| match decode::<Pedido>(record) {
        Change::Insert(row) => row.id,
        other => panic!("{other:?}"),
    };
    own.map(id).collect()
}

#[tokio::test]
async fn reading_goes_on_after_each_transaction_from_the_text_of_a_position() {
    let Some(mut db) = Database::new(TABLE).await else { return };
    let tables = [db.table("pedidos", &["id"])];
    let mut position = db.source(&tables, None).await.position().to_string();
    for n in 1..=9 {
        // A table of no interest in between, a file that ends, and a transaction of two.
        db.run("INSERT INTO outros VALUES ()").await;
        if n % 3 == 0 {
            db.run("FLUSH BINARY LOGS").await;
        }
        db.run(&format!("INSERT INTO pedidos VALUES ({n}, 'a', 1), ({n} + 100, 'b', 1)")).await;
    }
    for n in 1..=9 {
        let mut source = db.source(&tables, Some(position.parse().unwrap())).await;
        let changes = next(&mut source).await;
        assert_eq!(ids(&changes), [n, n + 100]);
        position = changes.position.to_string();
    }
    nothing(&mut db.source(&tables, Some(position.parse().unwrap())).await).await;
}

#[tokio::test]
async fn checksums_in_the_binlog_change_nothing() {
    let Some(mut db) = Database::alone(TABLE).await else { return };
    let tables = [db.table("pedidos", &["id"])];
    let mut source = db.source(&tables, None).await;
    for (id, checksum) in ["CRC32", "NONE", "CRC32"].iter().enumerate() {
        db.run(&format!("SET GLOBAL binlog_checksum = {checksum}")).await;
        db.run(&format!("INSERT INTO pedidos VALUES ({id} + 1, 'a', 1)")).await;
        let changes = next(&mut source).await;
        assert_eq!(ids(&changes), [id as i64 + 1], "{checksum}");
        assert_eq!(changes.position.file, format!("binlog.{:06}", id + 2));
        source = db.source(&tables, Some(changes.position)).await;
    }
}

#[tokio::test]
async fn a_large_transaction_comes_in_parts_and_goes_on_inside_it() {
    let Some(mut db) = Database::new(TABLE).await else { return };
    let tables = [db.table("pedidos", &["id"])];
    let mut source = db.source(&tables, None).await;
    db.run(
        "BEGIN; INSERT INTO outros SELECT seq FROM seq_1_to_900; \
            INSERT INTO pedidos SELECT seq, 'a', 1 FROM seq_1_to_5000; \
            INSERT INTO outros VALUES (); INSERT INTO pedidos VALUES (5001, 'b', 1); COMMIT",
    )
    .await;
    db.run("INSERT INTO pedidos VALUES (6000, 'c', 1)").await;
    let mut all = Vec::new();
    let mut parts = 0;
    while all.last() != Some(&6000) {
        let changes = next(&mut source).await;
        assert!(changes.records.len() < 2500, "{}", changes.records.len());
        all.extend(ids(&changes));
        parts += 1;
        // Another process goes on from here, which captures other tables too or no longer.
        let more = [tables[0].clone(), db.table("outros", &["id"])];
        let tables = if parts % 2 == 0 { &tables[..] } else { &more };
        source = db.source(tables, Some(changes.position.to_string().parse().unwrap())).await;
    }
    let expected: Vec<i64> = (1..=5001).chain([6000]).collect();
    assert_eq!(all, expected);
    assert!(parts > 4, "{parts}");
}

#[tokio::test]
async fn a_connection_that_breaks_is_made_again() {
    let Some(db) = Database::alone(TABLE).await else { return };
    let tables = [db.table("pedidos", &["id"])];
    let (sender, mut told) = tokio::sync::mpsc::unbounded_channel();
    let mut source = db.source(&tables, None).await.on_lost(move |error| {
        let _ = sender.send(error.to_string());
    });
    let name = db.name.clone();
    let mut killer = db.other().await;
    let mut conn = db.other().await;
    let writer = tokio::spawn(async move {
        for id in 1..=2000 {
            let sql = format!("INSERT INTO pedidos VALUES ({id}, '{name}', 1)");
            conn.query_drop(sql).await.unwrap();
        }
    });
    let mut all = Vec::new();
    while all.len() < 2000 {
        if [100, 700, 1500].contains(&all.len()) {
            let threads: Vec<u64> = killer
                .query("SELECT ID FROM information_schema.PROCESSLIST WHERE COMMAND LIKE 'Binlog%'")
                .await
                .unwrap();
            for thread in threads {
                // It may have gone by itself.
                let _ = killer.query_drop(format!("KILL {thread}")).await;
            }
        }
        all.extend(ids(&next(&mut source).await));
    }
    writer.await.unwrap();
    assert_eq!(all, (1..=2000).collect::<Vec<i64>>());
    nothing(&mut source).await;
    let message = told.try_recv().expect("somebody is told");
    assert!(message.starts_with("lost the connection to the database: "), "{message}");
}

#[tokio::test]
async fn waiting_may_be_given_up_at_any_time() {
    let Some(mut db) = Database::alone(TABLE).await else { return };
    db.run("SET GLOBAL binlog_row_metadata = NO_LOG").await;
    let mut source = db.source(&[db.table("pedidos", &["id"])], None).await;
    for id in 1..=300 {
        db.run(&format!("INSERT INTO pedidos VALUES ({id}, 'a', 1)")).await;
        if id % 30 == 0 {
            // The table is another one, which has to be asked for.
            db.run(&format!("ALTER TABLE pedidos COMMENT '{id}'")).await;
        }
    }
    let mut all = Vec::new();
    let mut patience = std::time::Duration::from_micros(1);
    while all.len() < 300 {
        match tokio::time::timeout(patience, source.next()).await {
            Ok(changes) => all.extend(ids(&changes.unwrap())),
            // What was begun with the database is begun anew, which takes as long as it takes.
            Err(_) => patience = (patience * 2).min(std::time::Duration::from_secs(2)),
        }
    }
    assert_eq!(all, (1..=300).collect::<Vec<i64>>());
}

#[tokio::test]
async fn a_position_that_is_gone_is_an_error_that_says_so() {
    let Some(db) = Database::new(TABLE).await else { return };
    let tables = [db.table("pedidos", &["id"])];
    for gone in [Position::new("binlog.900000", 4), Position::new("binlog.000001", 4_000_000_000)] {
        let error =
            esteira_dev::mysql::Source::connect(&db.url(), &tables, Some(gone.clone())).await;
        let error = error.unwrap_err();
        assert!(
            matches!(&error, esteira_dev::mysql::Error::Gone { position, .. } if *position == gone)
        );
        let text = error.to_string();
        assert!(text.contains(&format!("no longer has its binlog from {gone} on")), "{text}");
        assert!(text.contains("forget the position"), "{text}");
    }
}
