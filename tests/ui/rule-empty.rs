mod shop;
use shop::*;

#[on_event(rule =)]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
