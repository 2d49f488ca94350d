//! An application with a database that is captured, and the least around it.

use anyhow::{Context, ensure};
use esteira_tests::emulator::Emulator;
use esteira_tests::project::Project;

use super::{DEPLOY, says};

/// Changes of a table go to a stream, and a handler keeps them.
pub(crate) const SOURCE: &str = r#"//! Orders of a database.

use esteira::{Aurora, Capture, Change, Put, Result, Row, Stream, Table, Vpc, on_kinesis};
use serde::{Deserialize, Serialize};

/// Around the database.
#[derive(Vpc)]
#[vpc(cidr = "10.0.0.0/16", azs = 2)]
pub struct Network;

/// The database.
#[derive(Aurora)]
#[aurora(vpc = Network, database = "shop", instances = 1)]
pub struct Shop;

/// Takes changes to the stream.
#[derive(Capture)]
#[capture(from = Shop, tables(Order), into = Changes)]
pub struct Captured;

/// The changes.
#[derive(Stream)]
#[stream(name = "Changes", shards = 1)]
pub struct Changes;

/// A row.
#[derive(Row, Deserialize)]
#[row(table = "orders", key = id)]
pub struct Order {
    /// Its number.
    pub id: i64,
}

/// What is kept of it.
#[derive(Table, Serialize, Deserialize)]
#[table(name = "Kept", partition_key = id)]
pub struct Kept {
    /// Its number.
    pub id: i64,
}

/// Keeps what is new.
#[on_kinesis(stream = Changes)]
async fn keep(change: Change<Order>, kept: Put<Kept>) -> Result<()> {
    if let Change::Insert(order) = change {
        kept.put(&Kept { id: order.id }).await?;
    }
    Ok(())
}
"#;

const ROLES: [&str; 2] = ["dms-cloudwatch-logs-role", "dms-vpc-role"];

pub(crate) fn lifetime(project: &Project<'_>, emulator: &Emulator) -> anyhow::Result<()> {
    let deployed = project.run(&["deploy", "--no-build", "--yes"])?;
    ensure!(deployed.code == Some(0), "{deployed:?}");
    says(&deployed.out, &["+ role dms-vpc-role of the account, which DMS needs"])?;
    says(&deployed.err, &["To do start to capture", "--start-capture"])?;
    ensure!(!deployed.err.contains("terraform apply -var"), "{deployed:?}");
    ensure!(state(emulator)? == "ready", "it was started, and the database is not ready");

    let started = project.run(&[&DEPLOY[..], &["--start-capture"]].concat())?.json()?;
    ensure!(started["plan"]["account_roles"] == serde_json::json!([]), "{started:#}");
    ensure!(state(emulator)? == "running", "it was not started");
    // It goes on without being told again.
    let diff = project.run(&["diff", "--no-build", "--quiet"])?;
    ensure!(!diff.out.contains("aws_dms_replication_task"), "{diff:?}");

    let gone = project.run(&["destroy", "--yes", "--allow-data-loss"])?;
    ensure!(gone.code == Some(0), "{gone:?}");
    says(&gone.err, &["Stopped dev-captured"])?;
    ensure!(emulator.dms().identifiers().is_empty(), "{:?}", emulator.dms().identifiers());
    let aws = emulator.aws();
    for left in [aws.tables()?, aws.streams()?, aws.buckets()?, aws.vpcs()?, aws.clusters()?] {
        ensure!(left.is_empty(), "{left:?} is left");
    }
    let mut roles = aws.roles()?;
    roles.sort();
    ensure!(roles == ROLES, "{roles:?} are left");
    Ok(())
}

fn state(emulator: &Emulator) -> anyhow::Result<String> {
    let tasks = emulator.dms().tasks();
    let state = tasks.first().and_then(|task| task["Status"].as_str());
    Ok(state.context("no task")?.to_owned())
}
