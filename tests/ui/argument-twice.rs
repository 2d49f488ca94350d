mod shop;
use shop::*;

#[on_event(rule = OrderPlaced, timeout = 3, timeout = 4)]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
