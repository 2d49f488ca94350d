//! What the cases have in common.
#![allow(dead_code, unused_imports)]

pub use esteira::*;
pub use serde::{Deserialize, Serialize};

#[derive(Stream)]
#[stream(name = "Orders")]
pub struct Orders;

#[derive(Bus)]
#[bus(name = "Shop")]
pub struct Shop;

#[derive(Topic)]
#[topic(name = "Alerts")]
pub struct Alerts;

#[derive(Topic)]
#[topic(name = "Shipments", fifo)]
pub struct Shipments;

#[derive(Vpc)]
pub struct Network;

#[derive(KmsKey)]
pub struct StoreKey;

#[derive(Aurora)]
#[aurora(vpc = Network, database = "shop")]
pub struct Store;

#[derive(Detail, Serialize, Deserialize)]
pub struct Customer {
    pub name: String,
    pub country: Option<String>,
}

#[derive(Event, Serialize, Deserialize)]
#[event(bus = Shop, source = "shop.orders", detail_type = "Order Placed")]
pub struct OrderPlaced {
    pub order: String,
    pub quantity: u32,
    pub paid: bool,
    pub note: Option<String>,
    pub tags: Vec<String>,
    pub customer: Customer,
}

#[derive(Event, Serialize, Deserialize)]
#[event(bus = Shop, source = "shop.orders", detail_type = "Order Cancelled")]
pub struct OrderCancelled {
    pub order: String,
}

#[derive(Table, Serialize, Deserialize)]
#[table(name = "Stock", partition_key = product, sort_key = day)]
pub struct Stock {
    pub product: String,
    pub day: u32,
    pub quantity: i64,
}

#[derive(Row, Deserialize)]
#[row(table = "orders", key = id)]
pub struct Order {
    pub id: i64,
    pub product: String,
}
