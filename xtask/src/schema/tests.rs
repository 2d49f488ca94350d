use esteira_manifest::{Capture, Field, List, Shape, VERSION};

use super::*;
use crate::fixture::item;

const COLUMNS: &str = "id BIGINT PRIMARY KEY,\n  nome VARCHAR(80) NOT NULL";

fn field(name: &'static str, shape: Shape) -> Field {
    Field { name: name.into(), shape, default: false }
}

fn option(shape: Shape) -> Shape {
    Shape::Optional(vec![shape].into())
}

fn integer(bits: u32, signed: bool) -> Shape {
    Shape::Integer { bits, signed }
}

/// The fields of a row that fits [`COLUMNS`].
fn fields(more: impl IntoIterator<Item = Field>) -> Vec<Field> {
    let mut fields = vec![field("id", integer(64, true)), field("nome", Shape::Text)];
    fields.extend(more);
    fields
}

fn row(columns: Vec<Field>) -> Row {
    let key: List<_> = vec!["id".into()].into();
    let columns = Shape::Object(columns.into());
    Row { table: "pedidos".into(), key, columns, schema: Some("migrations/".into()) }
}

/// The mistakes of a row against one migration of its package `loja`, as they are printed.
fn mistakes(row: Row, sql: &str, captures: &[(u32, u32)]) -> Vec<String> {
    let root = tempfile::tempdir().unwrap();
    let package = root.path().join("loja");
    fs::create_dir_all(package.join("migrations")).unwrap();
    fs::write(package.join("migrations/1.sql"), sql).unwrap();
    in_folder(row, root.path(), captures)
}

fn in_folder(row: Row, root: &Path, captures: &[(u32, u32)]) -> Vec<String> {
    let mut items = vec![item("loja::infra::Pedido", 11, Kind::Row(row))];
    items.extend(captures.iter().map(|(line, lob_kib)| {
        let capture = Capture {
            name: "c".into(),
            from: "loja::infra::Loja".into(),
            tables: vec!["loja::infra::Pedido".into()].into(),
            into: "loja::infra::PedidosStream".into(),
            lob_kib: *lob_kib,
        };
        item("loja::infra::Captura", *line, Kind::Capture(capture))
    }));
    let manifest = Manifest { version: VERSION, app: "loja".into(), items };
    let (_, found) = compare_all(&manifest, root, |_| Some(root.join("loja")));
    found.iter().map(ToString::to_string).collect()
}

/// A table with [`COLUMNS`] and one more, on line 4.
fn with(column: &str) -> String {
    format!("CREATE TABLE pedidos (\n  {COLUMNS},\n  {column}\n);\n")
}

#[test]
fn a_row_that_fits_has_no_mistakes() {
    let more = [
        field("total", option(Shape::Text)),
        Field { default: true, ..field("novo", Shape::Text) },
    ];
    assert_eq!(mistakes(row(fields(more)), &with("total DECIMAL(5,2), outro JSON"), &[]), [""; 0]);
    // Nothing is known of the columns.
    let any = Row { columns: Shape::Any, ..row(vec![]) };
    assert_eq!(mistakes(any, &with("x INT"), &[]), [""; 0]);
}

#[test]
fn a_field_has_a_column_by_its_very_name() {
    assert_eq!(
        mistakes(row(fields([field("emial", option(Shape::Text))])), &with("email TEXT"), &[]),
        ["error: the table `pedidos` has no column `emial`\n  \
          --> loja/src/infra.rs:11: `Pedido` has a field of that name\n  \
          --> loja/migrations/1.sql:1: the table is made here\n  \
          = help: did you mean `email`? Known are `id`, `nome`, `email`"]
    );
    let found =
        mistakes(row(fields([field("email", Shape::Text)])), &with("Email TEXT NOT NULL"), &[]);
    assert!(found[0].contains("did you mean `Email`?"), "{found:?}");
}

#[test]
fn a_type_that_cannot_hold_the_column_is_told_with_both_places() {
    let sql = with("n INT") + "ALTER TABLE pedidos\n  MODIFY n BIGINT NOT NULL;\n";
    assert_eq!(
        mistakes(row(fields([field("n", integer(32, false))])), &sql, &[]),
        ["error: the column `pedidos.n` is BIGINT, and the field is `u32`\n  \
          --> loja/src/infra.rs:11: `Pedido` reads it as `u32`\n  \
          --> loja/migrations/1.sql:7: defined here\n  \
          = help: make the field `i64`"]
    );
    let status = Shape::OneOf(vec!["NOVO".into(), "PAGO".into()].into());
    assert_eq!(
        mistakes(
            row(fields([field("s", status.clone())])),
            &with("s ENUM('NOVO','VELHO') NOT NULL"),
            &[]
        ),
        [
            "error: the column `pedidos.s` is ENUM('NOVO', 'VELHO'), and the field lacks some of its values\n  \
          --> loja/src/infra.rs:11: `Pedido` reads it as an enum\n  \
          --> loja/migrations/1.sql:4: defined here\n  \
          = help: add the variants that the type lacks: `VELHO`"
        ]
    );
    assert_eq!(
        mistakes(row(fields([field("s", status)])), &with("s ENUM('PAGO') NOT NULL"), &[]),
        [""; 0]
    );
}

#[test]
fn a_column_that_may_be_null_is_an_option() {
    let defaulted = Field { default: true, ..field("n", integer(32, true)) };
    for n in [field("n", integer(32, true)), defaulted] {
        assert_eq!(
            mistakes(row(fields([n])), &with("n INT DEFAULT 5"), &[]),
            ["error: the column `pedidos.n` may be null, and the field is no `Option`\n  \
              --> loja/src/infra.rs:11: `Pedido` reads it\n  \
              --> loja/migrations/1.sql:4: defined here\n  \
              = help: make the field an `Option`, or the column `NOT NULL`"]
        );
    }
    for shape in [option(option(integer(32, true))), Shape::Any] {
        assert_eq!(mistakes(row(fields([field("n", shape)])), &with("n INT"), &[]), [""; 0]);
    }
    // What is wrong inside of an `Option` is wrong.
    assert_eq!(
        mistakes(row(fields([field("n", option(integer(8, true)))])), &with("n INT"), &[]).len(),
        1
    );
}

#[test]
fn a_large_object_is_bounded_by_what_the_capture_lets_through() {
    let found = |column: &str, captures: &[(u32, u32)]| {
        mistakes(row(fields([field("doc", option(Shape::Any))])), &with(column), captures)
    };
    assert_eq!(
        found("doc JSON", &[(20, 64), (30, 48)]),
        ["error: `pedidos.doc` may be cut: it is JSON, and DMS cuts large objects at 48 KiB\n  \
          --> loja/src/infra.rs:11: `Pedido` reads it\n  \
          --> loja/migrations/1.sql:4: defined here\n  \
          --> loja/src/infra.rs:30: captured here\n  \
          = help: bound it with `CHECK (LENGTH(doc) <= 49152)` in a migration, make the column a \
          `VARCHAR` or `TEXT`, which DMS does not cut, or leave the field out"]
    );
    let over = found("doc LONGTEXT CHECK (CHAR_LENGTH(doc) <= 10000)", &[(20, 32)]);
    assert!(over[0].contains("LONGTEXT of up to 40000 bytes"), "{over:?}");
    assert!(over[0].contains("`lob_kib = 40` on the capture lets all of it through"), "{over:?}");
    assert!(found("doc MEDIUMTEXT", &[])[0].contains("at 32 KiB"));
    assert_eq!(found("doc JSON CHECK (LENGTH(doc) <= 40000)", &[(20, 40)]), [""; 0]);
    assert_eq!(found("doc JSON, CONSTRAINT c CHECK (LENGTH(doc) <= 32768)", &[]), [""; 0]);
    let dropped =
        "doc JSON, CONSTRAINT c CHECK (LENGTH(doc) <= 9));\nALTER TABLE pedidos DROP CHECK c;(";
    assert_eq!(found(dropped, &[]).len(), 1);
    assert_eq!(found("doc JSON CHECK (LENGTH(doc) <= 9) NOT ENFORCED", &[]).len(), 1);
    assert_eq!(found("doc TEXT", &[]), [""; 0]);
    // Nobody reads it.
    assert_eq!(mistakes(row(fields([])), &with("doc JSON"), &[]), [""; 0]);
}

#[test]
fn flattened_fields_are_columns_too() {
    let part =
        Shape::Object(vec![field("pago", Shape::Boolean), field("outro", Shape::Text)].into());
    let rest = Shape::Map(vec![Shape::Any].into());
    let found = mistakes(
        row(fields([field("", part), field("", rest)])),
        &with("pago BOOLEAN NOT NULL"),
        &[],
    );
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].contains("is BOOLEAN, and a flattened field that is `bool` cannot read it"),
        "{found:?}"
    );
    assert!(found[1].contains("no column `outro`"), "{found:?}");
}

#[test]
fn the_key_is_the_primary_key() {
    let sql = "CREATE TABLE pedidos (loja INT NOT NULL, id BIGINT NOT NULL, nome TEXT NOT NULL, \
               PRIMARY KEY (loja, id));";
    assert_eq!(
        mistakes(row(fields([])), sql, &[]),
        ["error: the key of `Pedido` is not the primary key of the table `pedidos`\n  \
          --> loja/src/infra.rs:11: the key is `id` here\n  \
          --> loja/migrations/1.sql:1: the table is made here\n  \
          = help: write `key(loja, id)`, the fields of the columns"]
    );
    let both = Row { key: vec!["id".into(), "loja".into()].into(), ..row(fields([])) };
    assert_eq!(mistakes(both, sql, &[]), [""; 0]);
    let none = mistakes(
        row(fields([])),
        "CREATE TABLE pedidos (id BIGINT NOT NULL, nome TEXT NOT NULL)",
        &[],
    );
    assert!(none[0].contains("the table `pedidos` has no primary key"), "{none:?}");
}

#[test]
fn a_table_is_made_by_statements_that_can_be_read() {
    let found = mistakes(
        row(fields([])),
        "CREATE TABLE pedido (id INT);\nCREATE TABLE x (y NATIONAL CHAR);",
        &[],
    );
    assert_eq!(
        found,
        ["error: the schema makes no table `pedidos`\n  \
          --> loja/src/infra.rs:11: named here\n  \
          = help: did you mean `pedido`? Known are `pedido`"]
    );
    let found = mistakes(
        row(fields([])),
        &(with("x INT") + "ALTER TABLE pedidos ADD y\n NATIONAL CHAR;"),
        &[],
    );
    assert!(found[0].starts_with("error: cannot read what is said of `pedidos`: "), "{found:?}");
    assert!(
        found[0].contains("\n  --> loja/migrations/1.sql:6\n  --> loja/src/infra.rs:11: "),
        "{found:?}"
    );
}

#[test]
fn decimal_and_bigint_columns_that_are_read_are_exact() {
    let root = tempfile::tempdir().unwrap();
    let package = root.path().join("loja");
    fs::create_dir_all(package.join("migrations")).unwrap();
    let sql = with(
        "total DECIMAL(10,2) NOT NULL, desconto NUMERIC(5,2), protocolo BIGINT UNSIGNED, n INT, \
         taxa DOUBLE, doc JSON CHECK (LENGTH(doc) <= 9), outro DECIMAL(9,2), Taxa2 FIXED(3,1)",
    );
    fs::write(package.join("migrations/1.sql"), sql).unwrap();
    let exact = |more: Vec<Field>| {
        let kind = Kind::Row(row(fields(more)));
        let items = vec![item("loja::infra::Pedido", 11, kind)];
        let manifest = Manifest { version: VERSION, app: "loja".into(), items };
        let (schemas, found) = compare_all(&manifest, root.path(), |_| Some(package.clone()));
        assert_eq!(found, []);
        schemas.exact("loja::infra::Pedido").expect("is known").to_vec()
    };
    let part = Shape::Object(vec![field("desconto", option(Shape::Text))].into());
    let read = [
        field("total", Shape::Text),
        field("", option(part)),
        field("protocolo", option(Shape::Any)),
        field("n", option(Shape::Text)),
        field("taxa", option(Shape::Number)),
        field("doc", Shape::Any),
    ];
    assert_eq!(exact(read.into()), ["id", "total", "desconto", "protocolo"]);
    // A map takes whatever columns are left.
    let rest = field("", Shape::Map(vec![Shape::Any].into()));
    assert_eq!(exact(vec![rest]), ["id", "total", "desconto", "protocolo", "outro", "Taxa2"]);
}

#[test]
fn a_row_is_of_the_database_that_it_is_captured_from() {
    let found = |sql: &str, table: &'static str| {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("loja/migrations")).unwrap();
        fs::write(root.path().join("loja/migrations/1.sql"), sql).unwrap();
        let mut manifest = crate::fixture::capture::manifest();
        for item in &mut manifest.items {
            if let Kind::Row(of) = &mut item.kind
                && item.id == "loja::infra::Pedido"
            {
                *of = Row { table: table.into(), ..row(fields([])) };
            }
        }
        let (_, found) = compare_all(&manifest, root.path(), |_| Some(root.path().join("loja")));
        found.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let other = "CREATE TABLE arquivo.pedidos (x INT);\n";
    let own = with("x INT").replace("pedidos", "ecommerce.pedidos");
    assert_eq!(found(&(other.to_owned() + &own), "pedidos"), [""; 0]);
    assert_eq!(found(&(other.to_owned() + &with("x INT")), "pedidos"), [""; 0]);
    let another = found(other, "pedidos");
    assert!(
        another[0].starts_with("error: the schema makes no table `pedidos` of `ecommerce`\n"),
        "{another:?}"
    );
    let case = found(&with("x INT"), "Pedidos");
    assert!(case[0].contains("did you mean `pedidos`?"), "{case:?}");
    assert_eq!(found(&own, "ecommerce.pedidos"), [""; 0]);
}

#[test]
fn a_schema_that_is_not_there_is_told_at_the_row() {
    let root = tempfile::tempdir().unwrap();
    let missing = in_folder(row(fields([])), root.path(), &[]);
    assert!(
        missing[0].starts_with("error: cannot read the schema `loja/migrations`: "),
        "{missing:?}"
    );
    assert!(missing[0].contains("\n  --> loja/src/infra.rs:11: named here\n"), "{missing:?}");
    fs::create_dir_all(root.path().join("loja/migrations")).unwrap();
    let empty = in_folder(row(fields([])), root.path(), &[]);
    assert!(
        empty[0].starts_with("error: the schema `loja/migrations` has no migration\n"),
        "{empty:?}"
    );
}
