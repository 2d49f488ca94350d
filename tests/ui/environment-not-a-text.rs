mod shop;
use shop::*;

#[on_event(rule = OrderPlaced, environment(LEVEL = 3))]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
