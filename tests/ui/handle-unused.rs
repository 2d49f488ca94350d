#![deny(unused_variables)]

mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle(_event: OrderPlaced, stock: Put<Stock>) -> Result<()> {
    Ok(())
}

fn main() {}
