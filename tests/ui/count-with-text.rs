mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle(event: OrderPlaced, stock: Update<Stock>) -> Result<()> {
    stock.update(Stock::key(event.order, 1u32)).set(|item| item.product.plus("1")).await?;
    Ok(())
}

fn main() {}
