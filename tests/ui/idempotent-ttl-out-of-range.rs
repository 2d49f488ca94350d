mod shop;
use shop::*;

#[on_event(rule = OrderPlaced, idempotent(key = order, ttl = 60))]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
