mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle(stock: Put<Stock>, order: OrderPlaced) -> Result<()> {
    let _ = (stock, order);
    Ok(())
}

fn main() {}
