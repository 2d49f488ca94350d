mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle(_event: OrderPlaced, _stock: Put<Stock>) -> Result<()> {
    Ok(())
}

fn main() {}
