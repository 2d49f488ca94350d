use esteira_manifest::{Capture, Kind, Manifest, Row, Shape};

use crate::{
    checks::{self, Failure},
    fixture::{self, item},
    graph::Index,
    stage::Stage,
};

fn mistakes(edit: impl FnOnce(&mut Manifest)) -> Vec<String> {
    let mut manifest = fixture::capture::manifest();
    edit(&mut manifest);
    match checks::run(&Index::new(&manifest), &Stage::new("dev")) {
        Ok(()) => Vec::new(),
        Err(Failure(mistakes)) => mistakes.iter().map(ToString::to_string).collect(),
    }
}

fn kind<'a>(manifest: &'a mut Manifest, name: &str) -> &'a mut Kind {
    &mut manifest.items.iter_mut().find(|item| item.name() == name).expect(name).kind
}

fn edit_capture(manifest: &mut Manifest, edit: impl FnOnce(&mut Capture)) {
    if let Kind::Capture(capture) = kind(manifest, "Captura") {
        edit(capture);
    }
}

fn edit_row(manifest: &mut Manifest, edit: impl FnOnce(&mut Row)) {
    if let Kind::Row(row) = kind(manifest, "Item") {
        edit(row);
    }
}

#[test]
fn a_correct_capture_has_no_mistakes() {
    assert_eq!(mistakes(|_| {}), Vec::<String>::new());
}

#[test]
fn references_of_databases_and_captures_lead_somewhere() {
    let found = mistakes(|manifest| {
        edit_capture(manifest, |capture| {
            capture.from = "loja::infra::Rede".into();
            capture.tables = vec!["loja::infra::Pedido".into(), "loja::infra::Nada".into()].into();
        });
        if let Kind::Aurora(aurora) = kind(manifest, "Banco") {
            aurora.vpc = "loja::infra::Captura".into();
            aurora.kms_key = Some("loja::infra::Nada".into());
        }
    });
    let starts = [
        "error: `loja::infra::Captura` is a capture, and a VPC is needed here",
        "error: `loja::infra::Nada` is not declared as a KMS key",
        "error: `loja::infra::Rede` is a VPC, and an Aurora cluster is needed here",
        "error: `loja::infra::Nada` is not declared as a row",
    ];
    for start in starts {
        assert!(found.iter().any(|mistake| mistake.starts_with(start)), "{start}: {found:#?}");
    }
    assert_eq!(found.len(), starts.len(), "{found:#?}");
}

#[test]
fn a_row_without_a_key_is_not_captured() {
    assert_eq!(
        mistakes(|manifest| edit_row(manifest, |row| row.key = Vec::new().into())),
        ["error: `Item` has no key, so the changes of one row could not be kept in order\n  \
          --> loja/src/infra.rs:19: declared here\n  \
          --> loja/src/infra.rs:18: captured here\n  \
          = help: write the columns of its primary key: `#[row(table = …, key = …)]`"]
    );
}

#[test]
fn a_table_is_captured_once_into_a_stream() {
    let again = |manifest: &mut Manifest| {
        let tables = vec!["loja::infra::Item".into()].into();
        let capture = Capture { name: "Outra".into(), tables, ..fixture::capture::capture() };
        manifest.items.push(item("loja::infra::Outra", 25, Kind::Capture(capture)));
    };
    assert_eq!(
        mistakes(again),
        ["error: the table `ecommerce.itens_pedido` is captured twice into one stream\n  \
          --> loja/src/infra.rs:25: captured again here\n  \
          --> loja/src/infra.rs:18: first captured here\n  \
          = help: leave it out of one of the two: each change would arrive twice"]
    );
    let elsewhere = |manifest: &mut Manifest| {
        again(manifest);
        if let Kind::Capture(capture) = kind(manifest, "Outra") {
            capture.into = "loja::infra::Leituras".into();
        }
    };
    assert_eq!(mistakes(elsewhere), Vec::<String>::new());
}

#[test]
fn a_table_is_one_with_its_schema_or_without() {
    let again = |table: &'static str| {
        mistakes(|manifest| {
            let key = vec!["id".into()].into();
            let row = Row { table: table.into(), key, columns: Shape::Any, schema: None };
            manifest.items.push(item("loja::infra::Outro", 24, Kind::Row(row)));
            let tables = vec!["loja::infra::Outro".into()].into();
            let capture = Capture { name: "Outra".into(), tables, ..fixture::capture::capture() };
            manifest.items.push(item("loja::infra::Outra", 25, Kind::Capture(capture)));
        })
    };
    let found = again("ecommerce.itens_pedido");
    assert!(
        found[0].starts_with("error: the table `ecommerce.itens_pedido` is captured twice"),
        "{found:#?}"
    );
    assert_eq!(found.len(), 1, "{found:#?}");
    // The runtime tells rows apart by what their types say.
    assert_eq!(
        again("arquivo.itens_pedido"),
        ["error: `Item` would read the rows of `arquivo.itens_pedido` too\n  \
          --> loja/src/infra.rs:19: it reads those of `itens_pedido`, in any case\n  \
          --> loja/src/infra.rs:18: captured here\n  \
          --> loja/src/infra.rs:25: `arquivo.itens_pedido` is captured into the same stream here\n  \
          = help: write `#[row(table = \"ecommerce.itens_pedido\", …)]`"]
    );
    assert_eq!(again("arquivo.itens"), Vec::<String>::new());
    let case = again("Itens_Pedido");
    assert!(
        case[0].contains("`Item` would read the rows of `ecommerce.Itens_Pedido` too"),
        "{case:#?}"
    );
    assert!(case[0].ends_with("help: capture one of the two into another stream"), "{case:#?}");
}

#[test]
fn a_handler_of_a_row_is_brought_it() {
    let without = |manifest: &mut Manifest| {
        edit_capture(manifest, |c| c.tables = vec!["loja::infra::Item".into()].into());
    };
    assert_eq!(
        mistakes(without),
        ["error: no capture brings `Pedido` into the stream of this handler\n  \
          --> loja/src/handlers.rs:30: handled here\n  \
          --> loja/src/infra.rs:18: what is brought into the stream\n  \
          = help: add it to the capture: `tables(Pedido, …)`"]
    );
    // Nothing is known of a stream that no capture fills.
    let elsewhere = |manifest: &mut Manifest| {
        without(manifest);
        edit_capture(manifest, |capture| capture.into = "loja::infra::Leituras".into());
    };
    assert_eq!(mistakes(elsewhere), Vec::<String>::new());
}

#[test]
fn names_and_numbers_are_ones_that_aws_takes() {
    let found = mistakes(|manifest| {
        if let Kind::Aurora(aurora) = kind(manifest, "Banco") {
            aurora.database = "e-commerce".into();
            aurora.instances = 17;
        }
        edit_capture(manifest, |capture| capture.lob_kib = 1_025);
        edit_row(manifest, |row| row.table = "itens_%".into());
    });
    let schema = mistakes(|manifest| edit_row(manifest, |row| row.table = "l%.itens".into()));
    assert!(schema[0].starts_with("error: `l%.itens` is no name for a table"), "{schema:#?}");
    let starts = [
        "error: `e-commerce` is no name for a database",
        "error: `instances = 17` is out of range",
        "error: `lob_kib = 1025` is out of range",
        "error: `itens_%` is no name for a table that DMS can capture",
    ];
    for start in starts {
        assert!(found.iter().any(|mistake| mistake.starts_with(start)), "{start}: {found:#?}");
    }
    assert_eq!(found.len(), starts.len(), "{found:#?}");
    // A database of others may be called so.
    let existing = mistakes(|manifest| {
        if let Kind::Aurora(aurora) = kind(manifest, "Banco") {
            aurora.database = "e-commerce".into();
            aurora.existing = true;
        }
    });
    assert_eq!(existing, Vec::<String>::new());
}
