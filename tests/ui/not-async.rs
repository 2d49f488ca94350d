mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
