mod shop;
use shop::*;

#[on_event(rule = OrderPlaced { order: [true] })]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
