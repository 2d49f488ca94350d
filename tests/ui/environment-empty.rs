mod shop;
use shop::*;

#[on_event(rule = OrderPlaced, environment())]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
