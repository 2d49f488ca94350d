//! An application that denies every warning.
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unreachable_pub, rust_2018_idioms, unused)]
#![deny(unused_qualifications, elided_lifetimes_in_paths, single_use_lifetimes)]

use esteira::*;
use serde::{Deserialize, Serialize};

/// The stream.
#[derive(Stream)]
#[stream(name = "Orders", shards = 2)]
pub struct Orders;

/// The bus.
#[derive(Bus)]
#[bus(name = "Shop")]
pub struct Shop;

/// The topic.
#[derive(Topic)]
#[topic(name = "Alerts")]
pub struct Alerts;

/// A row.
#[derive(Row, Deserialize)]
#[row(table = "orders", key(id, line))]
pub struct Order {
    /// The order.
    pub id: i64,
    /// Its line.
    pub line: u16,
}

/// How far it is.
#[derive(Detail, Serialize, Deserialize)]
pub enum Status {
    /// Placed.
    Placed,
}

/// An event.
#[derive(Event, Serialize, Deserialize)]
#[event(bus = Shop, source = "shop.orders", detail_type = "Order Placed", external)]
pub struct OrderPlaced {
    /// The order.
    pub order: i64,
    /// How far it is.
    pub status: Status,
}

/// An item.
#[derive(Table, Serialize, Deserialize)]
#[table(name = "Stock", partition_key = product, sort_key = day)]
pub struct Stock {
    /// The product.
    pub product: String,
    /// The day.
    pub day: u32,
    /// How many.
    pub quantity: i64,
}

#[on_kinesis(stream = Orders, batch_size = 1, name = "Read_Orders-1", memory = 128, timeout = 900)]
async fn read_orders(order: Change<Order>, events: Publish<OrderPlaced>) -> Result<()> {
    if let Change::Insert(Order { id, line: 1 }) = order {
        events.publish(&OrderPlaced { order: id, status: Status::Placed })?;
    }
    Ok(())
}

#[on_event(
    rule = OrderPlaced { status: ["Placed"], order: [{ numeric: [">", 0] }] },
    idempotent(key = |placed| format!("{}", placed.order), ttl = 86_400)
)]
async fn count(
    event: OrderPlaced,
    reads: Get<Stock>,
    writes: Put<Stock>,
    changes: Update<Stock>,
    deletes: Delete<Stock>,
    queries: Query<Stock>,
    alerts: Notify<Alerts>,
    context: Context,
) -> Result<()> {
    let key = Stock::key("TV", 1u32);
    if reads.get(key.clone()).await?.is_none() && queries.query("TV").await?.is_empty() {
        writes.put(&Stock { product: "TV".into(), day: 1, quantity: event.order }).await?;
    }
    changes.update(key.clone()).set(|stock| stock.quantity.minus(1)).await?;
    deletes.delete(key).await?;
    alerts.notify(context.event_id()).await?;
    Ok(())
}

fn main() {}
