mod shop;
use shop::*;

#[on_event(rule = OrderPlaced, allow(actions("dynamodb:Scan"), on = Stock))]
async fn handle(_event: OrderPlaced, stock: Get<Stock>) -> Result<()> {
    drop(stock);
    Ok(())
}

fn main() {}
