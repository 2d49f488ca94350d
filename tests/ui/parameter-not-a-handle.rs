mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle(_event: OrderPlaced, stock: Vec<u8>) -> Result<()> {
    let _ = stock;
    Ok(())
}

fn main() {}
