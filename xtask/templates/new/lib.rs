//! Keeps the orders of a shop: the event that one was placed becomes an item of a table.

pub mod orders;
mod record_order;
