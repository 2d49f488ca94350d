mod shop;
use shop::*;

#[on_event(rule = OrderPlaced { order: [{ prefix: "A", suffix: "Z" }] })]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
