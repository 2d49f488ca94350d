mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle(event: OrderPlaced, stock: Update<Stock>) -> Result<()> {
    stock.delete(Stock::key(event.order, 1u32)).await?;
    Ok(())
}

fn main() {}
