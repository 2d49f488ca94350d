//! What events flow through, what they say, and where it is kept.

use esteira::{Bus, Event, Table};
use serde::{Deserialize, Serialize};

/// What happens in the shop.
#[derive(Bus)]
#[bus(name = "Shop")]
pub struct Shop;

/// A customer has placed an order. No handler here publishes it: others do.
#[derive(Event, Serialize, Deserialize)]
#[event(bus = Shop, source = "shop.orders", detail_type = "Order Placed", external)]
pub struct OrderPlaced {
    pub order_id: String,
    pub product: String,
    pub quantity: u32,
}

/// An order as it is kept.
#[derive(Debug, PartialEq, Table, Serialize, Deserialize)]
#[table(name = "Orders", partition_key = order_id)]
pub struct Order {
    pub order_id: String,
    pub product: String,
    pub quantity: u32,
}
