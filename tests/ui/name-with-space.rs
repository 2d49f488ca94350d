mod shop;
use shop::*;

#[on_event(rule = OrderPlaced, name = "Tell Sales")]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
