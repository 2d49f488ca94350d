mod shop;
use shop::*;

#[on_event(rule = OrderPlaced { order: [{ wildcard: "a**b" }] })]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
