//! What is told of a server that is not set up.

use esteira_dev::mysql::{Source, TableSpec};

use super::harness::{Database, next};

async fn refusal(url: &str, tables: &[TableSpec]) -> String {
    Source::connect(url, tables, None).await.unwrap_err().to_string()
}

#[tokio::test]
async fn a_user_without_rights_is_told_which_to_grant() {
    let Some(mut db) = Database::new("CREATE TABLE t (id INT PRIMARY KEY)").await else { return };
    let name = db.name.clone();
    let tables = [db.table("t", &["id"])];
    db.run(&format!("CREATE USER {name}@'%' IDENTIFIED BY 'secret'")).await;
    let url = db.url().replace("root@", &format!("{name}:secret@"));
    let grants = format!("GRANT REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO '{name}'@'%'");
    let text = refusal(&url, &tables).await;
    assert!(text.contains(&grants), "{text}");
    db.run(&format!("GRANT REPLICATION CLIENT ON *.* TO {name}")).await;
    let text = refusal(&url, &tables).await;
    let select = format!("GRANT SELECT ON {name}.* TO '{name}'@'%'");
    assert!(text.contains("there is no table") && text.contains(&select), "{text}");
    db.run(&format!("GRANT SELECT ON {name}.* TO {name}")).await;
    let text = refusal(&url, &tables).await;
    assert!(text.contains(&grants), "{text}");
    db.run(&format!("GRANT REPLICATION SLAVE ON *.* TO {name}")).await;
    Source::connect(&url, &tables, None).await.expect("it may read now");
    let text = refusal(&url.replace("secret", "wrong"), &tables).await;
    assert!(text.contains("cannot connect to the database at 127.0.0.1:"), "{text}");
    assert!(text.contains("Access denied") && !text.contains("wrong"), "{text}");
}

#[tokio::test]
async fn a_table_that_is_not_there_is_told_with_the_others() {
    let Some(db) = Database::new("CREATE TABLE t (id INT PRIMARY KEY)").await else { return };
    let tables = [db.table("none", &["id"]), db.table("T", &["id"]), db.table("nor", &["id"])];
    let text = refusal(&db.url(), &tables).await;
    let name = &db.name;
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(text.contains(&format!("there is no table `{name}.none`")), "{text}");
    assert!(text.contains(&format!("there is no table `{name}.nor`")), "{text}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_by_its_address() {
    let text = refusal("mysql://root:secret@127.0.0.1:1/shop", &[]).await;
    assert!(text.starts_with("cannot connect to the database at 127.0.0.1:1: "), "{text}");
    assert!(!text.contains("secret"), "{text}");
}

#[tokio::test]
async fn a_key_that_is_no_column_is_told() {
    let Some(mut db) = Database::new("CREATE TABLE t (id INT PRIMARY KEY)").await else { return };
    let mut source = db.source(&[db.table("t", &["number"])], None).await;
    db.run("INSERT INTO t VALUES (1)").await;
    let text = source.next().await.unwrap_err().to_string();
    assert!(
        text.contains("it has no column `number`, which its row type has as the `key`"),
        "{text}"
    );
    let again = source.next().await.unwrap_err().to_string();
    assert_eq!(again, text, "an error is no way around what cannot be read");
}

#[tokio::test]
async fn a_type_that_cannot_be_read_is_told_where_it_is_captured_and_nowhere_else() {
    let tables = "CREATE TABLE t (id INT PRIMARY KEY);
                  CREATE TABLE strange (id INT PRIMARY KEY, v VARCHAR(100) COMPRESSED);";
    let Some(mut db) = Database::new(tables).await else { return };
    let mut source = db.source(&[db.table("t", &["id"])], None).await;
    let mut of_both =
        db.source(&[db.table("t", &["id"]), db.table("strange", &["id"])], None).await;
    db.run("BEGIN; INSERT INTO strange VALUES (1, 'a'); INSERT INTO t VALUES (1); COMMIT").await;
    assert_eq!(next(&mut source).await.records.len(), 1);
    let text = of_both.next().await.unwrap_err().to_string();
    let expected =
        format!("table `{}.strange`: its column `v` is of a type that cannot be read", db.name);
    assert!(text.starts_with(&expected), "{text}");
}

#[tokio::test]
async fn a_statement_in_place_of_its_rows_is_told_where_it_is_captured_and_nowhere_else() {
    let tables = "CREATE TABLE t (id INT PRIMARY KEY)";
    let Some(mut db) = Database::new(tables).await else { return };
    let Some(mut other) = Database::new(tables).await else { return };
    let mut source = db.source(&[db.table("t", &["id"])], None).await;
    other.run("SET SESSION binlog_format = STATEMENT; INSERT INTO t VALUES (1)").await;
    db.run("INSERT INTO t VALUES (1)").await;
    assert_eq!(next(&mut source).await.records.len(), 1);
    db.run("SET SESSION binlog_format = STATEMENT; UPDATE t SET id = 2").await;
    let text = source.next().await.unwrap_err().to_string();
    assert!(text.contains(&format!("a statement in `{}` was written to it", db.name)), "{text}");
    assert!(text.contains("`SET GLOBAL binlog_format = 'ROW'`"), "{text}");
}
