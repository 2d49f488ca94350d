mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle(event: OrderPlaced) -> Result<u32> {
    Ok(event.quantity)
}

fn main() {}
