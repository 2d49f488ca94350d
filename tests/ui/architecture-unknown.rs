mod shop;
use shop::*;

#[on_event(rule = OrderPlaced, architecture = arm)]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
