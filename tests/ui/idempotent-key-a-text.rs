mod shop;
use shop::*;

#[on_event(rule = OrderPlaced, idempotent(key = "order"))]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
