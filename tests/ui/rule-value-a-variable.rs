mod shop;
use shop::*;

#[on_event(rule = OrderPlaced { order: [ORDER] })]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
