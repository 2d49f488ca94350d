mod shop;
use shop::*;

#[on_event(rule = OrderPlaced { quantity: [1], quantity: [2] })]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
