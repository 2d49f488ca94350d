mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle(event: OrderPlaced, cancelled: Publish<OrderCancelled>) -> Result<()> {
    cancelled.publish(&event)?;
    Ok(())
}

fn main() {}
