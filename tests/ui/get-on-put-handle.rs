mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle(event: OrderPlaced, stock: Put<Stock>) -> Result<()> {
    let _ = stock.get(Stock::key(event.order, 1u32)).await?;
    Ok(())
}

fn main() {}
