mod shop;
use shop::*;

#[on_event(rule = OrderPlaced, idempotent(ttl = 86_400))]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
