mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle(event: OrderPlaced, stock: Get<Stock>) -> Result<()> {
    stock.publish(&OrderCancelled { order: event.order })?;
    Ok(())
}

fn main() {}
