mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle(event: OrderPlaced, stock: Get<Stock>) -> Result<()> {
    stock.put(&Stock { product: event.order, day: 1, quantity: 2 }).await?;
    Ok(())
}

fn main() {}
