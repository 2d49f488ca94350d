//! The ledger of parcels, in a database of others: its numbers are longer than JSON's.

use belt::{Aurora, Capture, Change, Context, Result, Row, Stream, Vpc, on_kinesis};
use serde::Deserialize;

#[derive(Vpc)]
#[vpc(existing)]
struct Network;

#[derive(Aurora)]
#[aurora(vpc = Network, database = "post", existing)]
struct Ledger;

#[derive(Stream)]
#[stream(name = "Parcels")]
struct Parcels;

#[derive(Capture)]
#[capture(from = Ledger, tables(Parcel, Invoice), into = Parcels)]
struct LedgerCapture;

#[derive(Row, Deserialize)]
#[row(table = "parcels", key = id, schema = "migrations/")]
struct Parcel {
    id: i64,
    postage: String,
    /// As text, like every number that is only passed on.
    tracking: String,
    note: Option<String>,
}

/// Of another schema of the cluster.
#[derive(Row, Deserialize)]
#[row(table = "billing.invoices", key = number, schema = "migrations/")]
struct Invoice {
    number: u32,
    total: Option<String>,
}

#[on_kinesis(stream = Parcels)]
async fn weigh(parcel: Change<Parcel>, ctx: Context) -> Result<()> {
    if let Change::Insert(Parcel { id, postage, tracking, note }) = parcel {
        println!("{}: {id} {postage} {tracking} {note:?}", ctx.event_id());
    }
    Ok(())
}

#[on_kinesis(stream = Parcels)]
async fn bill(invoice: Change<Invoice>) -> Result<()> {
    if let Change::Insert(Invoice { number, total }) = invoice {
        println!("{number} {total:?}");
    }
    Ok(())
}
