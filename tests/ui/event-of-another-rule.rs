mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle(_event: OrderCancelled) -> Result<()> {
    Ok(())
}

fn main() {}
