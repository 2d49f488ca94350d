mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle(_event: OrderPlaced, stock: impl Clone) -> Result<()> {
    let _ = stock;
    Ok(())
}

fn main() {}
