mod shop;
use shop::*;

#[on_event(rule = raw(Shop, { "source": ["a"], "source": ["b"] }))]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
