mod shop;
use shop::*;

#[on_event(rule = OrderPlaced, idempotent(key = order, tll = 86_400))]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
