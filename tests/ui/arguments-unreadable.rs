mod shop;
use shop::*;

#[on_event("OrderPlaced")]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
