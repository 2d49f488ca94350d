mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle(event: OrderPlaced, stock: Update<Stock>) -> Result<()> {
    let quantity: i64 = event.quantity;
    stock.update(Stock::key(event.order, 1u32)).set(|item| item.quantity.minus(quantity)).await?;
    Ok(())
}

fn main() {}
