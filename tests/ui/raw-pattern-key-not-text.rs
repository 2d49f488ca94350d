mod shop;
use shop::*;

#[on_event(rule = raw(Shop, { source: ["shop.orders"] }))]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
