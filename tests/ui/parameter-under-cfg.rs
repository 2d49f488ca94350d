mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle(_event: OrderPlaced, #[cfg(unix)] stock: Put<Stock>) -> Result<()> {
    let _ = stock;
    Ok(())
}

fn main() {}
