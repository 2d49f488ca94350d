//! A server of our own, with the tables of an application.

use std::fs;
use std::path::Path;

use esteira::manifest::{
    Aurora, Capture, Field, Item, Kind, Location, Manifest, Row, Shape, VERSION,
};
use esteira_dev::mysql::{Definition, Error, Server, Source, TableSpec};
use mysql_async::Conn;
use mysql_async::prelude::Queryable;

use super::harness::{installed, json, next};

fn item(id: &str, kind: Kind) -> Item {
    let at = Location { package: "shop".into(), file: "shop/src/rows.rs".into(), line: 12 };
    Item { id: id.to_owned().into(), at, kind }
}

fn row(table: &'static str, schema: Option<&'static str>) -> Row {
    let field = |name: &'static str, shape| Field { name: name.into(), shape, default: false };
    let columns = vec![
        field("id", Shape::Integer { bits: 64, signed: true }),
        field("note", Shape::Optional(vec![Shape::Text].into())),
    ];
    Row {
        table: table.into(),
        key: vec!["id".into()].into(),
        columns: Shape::Object(columns.into()),
        schema: schema.map(Into::into),
    }
}

fn manifest() -> Manifest {
    let loja = Aurora {
        name: "Loja".into(),
        vpc: "Rede".into(),
        database: "ecommerce".into(),
        instances: 1,
        kms_key: None,
        existing: false,
    };
    let captura = Capture {
        name: "Captura".into(),
        from: "Loja".into(),
        tables: vec!["Pedido".into(), "Nota".into(), "Cliente".into()].into(),
        into: "Stream".into(),
        lob_kib: 32,
    };
    let items = vec![
        item("Captura", Kind::Capture(captura)),
        item("Cliente", Kind::Row(row("clientes", None))),
        item("Loja", Kind::Aurora(loja)),
        item("Nota", Kind::Row(row("fiscal.notas", Some("migrations/")))),
        item("Pedido", Kind::Row(row("pedidos", Some("migrations/")))),
    ];
    Manifest { version: VERSION, app: "shop".into(), items }
}

fn migrations(folder: &Path) {
    let folder = folder.join("migrations");
    fs::create_dir_all(&folder).unwrap();
    fs::write(
        folder.join("1_pedidos.sql"),
        "-- migrate:up\nCREATE TABLE pedidos (id BIGINT AUTO_INCREMENT PRIMARY KEY, note TEXT);\n\
         DELIMITER //\nCREATE TRIGGER t BEFORE INSERT ON pedidos FOR EACH ROW BEGIN \
         SET NEW.note = UPPER(NEW.note); END //\nDELIMITER ;\n-- migrate:down\nDROP TABLE pedidos;\n",
    )
    .unwrap();
    fs::write(
        folder.join("10_notas.sql"),
        "CREATE TABLE fiscal.notas (id BIGINT PRIMARY KEY, note TEXT);\n\
         INSERT INTO pedidos (note) VALUES ('from a migration');\n",
    )
    .unwrap();
}

#[tokio::test]
async fn the_tables_of_an_application_are_made_once_and_kept() {
    if !installed() {
        return;
    }
    let package = tempfile::tempdir().unwrap();
    migrations(package.path());
    let kept = tempfile::tempdir().unwrap();
    let definition = || Definition::of(&manifest(), |_| Some(package.path().to_owned()));
    let server = Server::start(Some(kept.path()), &definition()).unwrap();
    let port = server.port();
    assert_eq!(server.url(), format!("mysql://root@127.0.0.1:{port}/ecommerce"));
    let command = format!("mariadb --host=127.0.0.1 --port={port} --user=root ecommerce");
    assert_eq!(server.command(), command);
    let tables = TableSpec::of_capture(&manifest(), "Captura");
    let mut source = Source::connect(&server.url(), &tables, None).await.unwrap();
    let mut conn = Conn::from_url(server.url()).await.unwrap();
    for sql in [
        "INSERT INTO pedidos (note) VALUES ('é')",
        "INSERT INTO clientes (note) VALUES (NULL)",
        "INSERT INTO fiscal.notas VALUES (3, 'x')",
    ] {
        conn.query_drop(sql).await.unwrap();
    }
    let mut keys = Vec::new();
    let mut position = None;
    for _ in 0..3 {
        let changes = next(&mut source).await;
        let record = json(&changes.records[0]);
        keys.push((changes.records[0].partition_key.clone(), record["data"].to_string()));
        position = Some(changes.position);
    }
    let expected = [
        ("ecommerce.pedidos.2", r#"{"id":"2","note":"É"}"#),
        ("ecommerce.clientes.1", r#"{"id":"1","note":null}"#),
        ("fiscal.notas.3", r#"{"id":"3","note":"x"}"#),
    ];
    assert_eq!(keys, expected.map(|(key, data)| (key.to_owned(), data.to_owned())));
    conn.query_drop("INSERT INTO pedidos (note) VALUES ('while nobody reads')").await.unwrap();
    drop(server);
    assert!(Conn::from_url(format!("mysql://root@127.0.0.1:{port}")).await.is_err(), "it ended");

    // Another start, with a migration more, and a reader that goes on.
    let third = package.path().join("migrations/11_more.sql");
    fs::write(&third, "UPDATE pedidos SET note = 'b' WHERE id = 1;").unwrap();
    let server = Server::start(Some(kept.path()), &definition()).unwrap();
    let mut source = Source::connect(&server.url(), &tables, position).await.unwrap();
    let unread = json(&next(&mut source).await.records[0]);
    assert_eq!(unread["data"]["note"], "WHILE NOBODY READS");
    let migrated = json(&next(&mut source).await.records[0]);
    assert_eq!(migrated["before-image"]["note"], "FROM A MIGRATION");
    assert_eq!(migrated["data"]["note"], "b");
    drop(server);

    // A mistake is told with its line.
    fs::write(package.path().join("migrations/12_bad.sql"), "SELECT 1;\n\nCREATE TABEL x;\n")
        .unwrap();
    let error = Server::start(Some(kept.path()), &definition()).unwrap_err();
    let Error::Sql { place, reason } = &error else { panic!("{error}") };
    assert!(place.ends_with("migrations/12_bad.sql:3"), "{place}");
    assert!(reason.contains("TABEL"), "{reason}");
}

#[tokio::test]
async fn a_server_that_restarts_is_read_on() {
    if !installed() {
        return;
    }
    let package = tempfile::tempdir().unwrap();
    let sql = package.path().join("schema.sql");
    fs::write(&sql, "CREATE TABLE t (id INT PRIMARY KEY);").unwrap();
    let kept = tempfile::tempdir().unwrap();
    let definition = Definition::default().with("shop", &sql);
    let server = Server::start(Some(kept.path()), &definition).unwrap();
    let tables = [TableSpec::new("shop", "t", ["id"])];
    let mut source = Source::connect(&server.url(), &tables, None).await.unwrap();
    let mut conn = Conn::from_url(server.url()).await.unwrap();
    conn.query_drop("INSERT INTO t VALUES (1)").await.unwrap();
    assert_eq!(json(&next(&mut source).await.records[0])["data"]["id"], 1);
    let waiting = tokio::spawn(async move { next(&mut source).await });
    let port = server.port();
    drop(server);
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert!(!waiting.is_finished(), "it waits for the server");
    let server = Server::start(Some(kept.path()), &definition).unwrap();
    assert_eq!(server.port(), port, "a client finds it where it was");
    let mut conn = Conn::from_url(server.url()).await.unwrap();
    conn.query_drop("INSERT INTO t VALUES (2)").await.unwrap();
    let changes = waiting.await.unwrap();
    assert_eq!(json(&changes.records[0])["data"]["id"], 2);
}

#[test]
fn a_folder_that_cannot_be_used_is_told() {
    if !installed() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = Server::start(Some(&file), &Definition::default()).unwrap_err().to_string();
    assert!(error.starts_with("cannot start a database: ") && error.contains("file"), "{error}");
    // Data of something else.
    fs::create_dir(folder.path().join("data")).unwrap();
    fs::write(folder.path().join("data/ibdata1"), "none").unwrap();
    let error = Server::start(Some(folder.path()), &Definition::default()).unwrap_err().to_string();
    assert!(error.contains("its log ends with\n") && error.contains("[ERROR]"), "{error}");
}
