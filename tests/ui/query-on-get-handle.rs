mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle(event: OrderPlaced, stock: Get<Stock>) -> Result<()> {
    let _ = stock.query(event.order).await?;
    Ok(())
}

fn main() {}
