mod shop;
use shop::*;

#[on_event(rule = OrderPlaced, timeout = 901)]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
