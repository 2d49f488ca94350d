mod shop;
use shop::*;

#[on_event(rule = OrderPlaced { order: [{ anything-but: "A" }] })]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
