mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle(event: OrderPlaced, stock: Query<Stock>) -> Result<()> {
    stock.query(event.order).begins_with("2026").await?;
    Ok(())
}

fn main() {}
