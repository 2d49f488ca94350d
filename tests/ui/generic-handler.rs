mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle<T: Table>(_event: OrderPlaced, stock: Put<T>) -> Result<()> {
    let _ = stock;
    Ok(())
}

fn main() {}
