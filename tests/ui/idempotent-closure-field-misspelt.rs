mod shop;
use shop::*;

#[on_event(rule = OrderPlaced, idempotent(key = |placed| &placed.ordr))]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
