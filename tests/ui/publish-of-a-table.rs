mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle(_event: OrderPlaced, events: Publish<Stock>) -> Result<()> {
    let _ = events;
    Ok(())
}

fn main() {}
