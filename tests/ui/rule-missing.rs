mod shop;
use shop::*;

#[on_event]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
