mod shop;
use shop::*;

#[on_event(rule = OrderPlaced { quantity: [{ numeric: [">", 5, "<", 5] }] })]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
