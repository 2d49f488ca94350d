mod shop;
use shop::*;

#[on_event(rule = OrderPlaced, allow(actions("dynamodb:Scan"), on = Stock))]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
