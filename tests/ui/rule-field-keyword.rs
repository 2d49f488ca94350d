mod shop;
use shop::*;

#[on_event(rule = OrderPlaced { type: ["a"] })]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
