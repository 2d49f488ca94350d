mod shop;
use shop::*;

#[on_event(rule = OrderPlaced { order: [null] })]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
