//! Applications with any number of handlers, of which each row concerns one.

use std::{fmt::Write, fs, io, path::Path};

use crate::diagnostic::{Diagnostic, Result};

/// The values that a made-up number has: from one to this.
const VALUES: f64 = 100.0;

/// The package of an application with so many handlers.
pub(super) fn name(handlers: usize) -> String {
    format!("handlers-{handlers}")
}

/// The file of its handlers, from the root of the workspace.
pub(super) fn source(name: &str) -> String {
    format!("{name}/src/lib.rs")
}

/// Adds an application to a workspace.
pub(super) fn add(root: &Path, handlers: usize) -> Result<()> {
    let name = name(handlers);
    write(root, &name, handlers).map_err(|error| {
        Diagnostic::new(format!("cannot add `{name}` to {}: {error}", root.display())).into()
    })
}

fn write(root: &Path, name: &str, handlers: usize) -> io::Result<()> {
    let workspace = root.join("Cargo.toml");
    let text = fs::read_to_string(&workspace)?;
    let member = format!("\"{name}\"");
    if !text.contains(&member) {
        fs::write(&workspace, text.replacen("members = [", &format!("members = [{member}, "), 1))?;
    }
    fs::create_dir_all(root.join(name).join("src"))?;
    fs::write(
        root.join(name).join("Cargo.toml"),
        format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [package.metadata.esteira]\napp = true\n\n\
             [features]\nlambda = [\"esteira/aws\"]\n\n\
             [dependencies]\nesteira.workspace = true\nserde.workspace = true\n"
        ),
    )?;
    fs::write(root.join(name).join("esteira.toml"), "[stage.dev]\n")?;
    fs::write(root.join(source(name)), code(handlers))
}

/// Adds a line of code to a file of handlers, as an edit does.
pub(super) fn touch(file: &Path) -> Result<()> {
    let touched = fs::read_to_string(file).and_then(|text| {
        let lines = text.lines().count();
        fs::write(
            file,
            format!(
                "{text}\n/// Added by a benchmark.\npub const ADDED_{lines}: usize = {lines};\n"
            ),
        )
    });
    touched
        .map_err(|error| Diagnostic::new(format!("cannot edit {}: {error}", file.display())).into())
}

fn code(handlers: usize) -> String {
    let mut code = HEAD.to_owned();
    for handler in 0..handlers {
        let bound = |number: usize| number as f64 * VALUES / handlers as f64;
        let (above, to) = (bound(handler), bound(handler + 1));
        // Writing to a text does not fail.
        let _ = write!(
            code,
            "\n#[on_event(rule = Placed {{ lane: [{{ numeric: [\">\", {above:.3}, \"<=\", {to:.3}] }}] }})]\n\
             async fn handler_{handler}(placed: Placed, sold: Put<Sold>) -> Result<()> {{\n    \
                 sold.put(&Sold {{ id: placed.id, lane: placed.lane }}).await?;\n    \
                 Ok(())\n\
             }}\n"
        );
    }
    code
}

const HEAD: &str = r#"//! An application of a benchmark.

use esteira::{
    Aurora, Bus, Capture, Change, Event, Publish, Put, Result, Row, Stream, Table, Vpc, on_event,
    on_kinesis,
};
use serde::{Deserialize, Serialize};

#[derive(Vpc)]
#[vpc(cidr = "10.0.0.0/16", azs = 2)]
pub struct Network;

#[derive(Aurora)]
#[aurora(vpc = Network, database = "shop", instances = 1)]
pub struct Database;

#[derive(Stream)]
#[stream(name = "Changes", shards = 1)]
pub struct Changes;

#[derive(Capture)]
#[capture(from = Database, tables(Order), into = Changes)]
pub struct Captured;

#[derive(Row, Deserialize)]
#[row(table = "orders", key = id)]
pub struct Order {
    pub id: i64,
    pub lane: u32,
}

#[derive(Bus)]
#[bus(name = "Shop")]
pub struct Shop;

#[derive(Event, Serialize, Deserialize)]
#[event(bus = Shop, source = "shop.orders", detail_type = "Placed")]
pub struct Placed {
    pub id: i64,
    pub lane: u32,
}

#[derive(Table, Serialize, Deserialize)]
#[table(name = "Sold", partition_key = id)]
pub struct Sold {
    pub id: i64,
    pub lane: u32,
}

#[on_kinesis(stream = Changes, batch_size = 100)]
async fn announce(change: Change<Order>, placed: Publish<Placed>) -> Result<()> {
    if let Change::Insert(Order { id, lane }) = change {
        placed.publish(&Placed { id, lane })?;
    }
    Ok(())
}
"#;
