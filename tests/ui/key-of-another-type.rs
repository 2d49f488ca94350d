mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle(_event: OrderPlaced, stock: Get<Stock>) -> Result<()> {
    let _ = stock.get(Stock::key("TV", "today")).await?;
    Ok(())
}

fn main() {}
