//! A small application, as its author changes it.

/// With one handler, which keeps what it is told of.
pub(crate) const FIRST: &str = r#"//! Orders that are kept.

use esteira::{Bus, Event, Put, Result, Stream, Table, Topic, on_event};
use serde::{Deserialize, Serialize};

/// Made for its creation, which AWS takes its time for.
#[derive(Stream)]
#[stream(name = "Slow", shards = 1)]
pub struct Slow;

/// Where orders come from.
#[derive(Bus)]
#[bus(name = "Shop")]
pub struct Shop;

/// An order.
#[derive(Event, Serialize, Deserialize)]
#[event(bus = Shop, source = "shop", detail_type = "Ordered", external)]
pub struct Ordered {
    /// Its number.
    pub id: String,
}

/// An order that is kept.
#[derive(Table, Serialize, Deserialize)]
#[table(name = "Orders", partition_key = id)]
pub struct Order {
    /// Its number.
    pub id: String,
}

/// Who is told.
#[derive(Topic)]
#[topic(name = "People")]
pub struct People;

/// Keeps an order.
#[on_event(rule = Ordered)]
async fn keep(
    order: Ordered,
    orders: Put<Order>,
) -> Result<()> {
    orders.put(&Order { id: order.id }).await?;
    Ok(())
}
"#;

/// The line of the new handle in [`with_a_handle`].
pub(crate) const HANDLE: u32 = 42;

/// The handler may also notify somebody.
pub(crate) fn with_a_handle() -> String {
    FIRST
        .replace("Event, Put", "Event, Notify, Put")
        .replace(
            "    orders: Put<Order>,\n",
            "    orders: Put<Order>,\n    people: Notify<People>,\n",
        )
        .replace("    orders.put", "    people.notify(&order.id).await?;\n    orders.put")
}

/// There is another table, and nobody writes to it yet.
pub(crate) fn with_a_table() -> String {
    with_a_handle()
        + "
/// What is kept of an order that was paid.
#[derive(Table, Serialize, Deserialize)]
#[table(name = \"Payments\", partition_key = id)]
pub struct Payment {
    /// The number of the order.
    pub id: String,
}
"
}

/// The bucket with the state of `dev`.
pub(crate) const STATES: &str = "states";

/// `dev` keeps its state in a bucket, with a lock; `prod` belongs to another account.
pub(crate) fn stages() -> String {
    let skipped = ["credentials_validation", "metadata_api_check", "requesting_account_id"];
    let skipped = skipped.map(|it| format!(", skip_{it} = true")).concat();
    format!(
        "[stage.dev]\nterraform_backend = {{ s3 = {{ bucket = \"{STATES}\", key = \"dev\", \
         region = \"us-east-1\", use_lockfile = true, use_path_style = true{skipped} }} }}\n\n\
         [stage.prod]\naccount = \"210987654321\"\n"
    )
}
