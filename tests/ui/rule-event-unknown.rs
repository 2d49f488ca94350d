mod shop;
use shop::*;

#[on_event(rule = OrderPlaces)]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
