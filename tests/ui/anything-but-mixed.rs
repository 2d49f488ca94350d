mod shop;
use shop::*;

#[on_event(rule = OrderPlaced { order: [{ anything_but: ["A", 1] }] })]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
