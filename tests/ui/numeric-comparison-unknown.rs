mod shop;
use shop::*;

#[on_event(rule = OrderPlaced { quantity: [{ numeric: ["!=", 0] }] })]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
