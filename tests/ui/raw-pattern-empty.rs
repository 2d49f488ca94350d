mod shop;
use shop::*;

#[on_event(rule = raw(Shop, {}))]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
