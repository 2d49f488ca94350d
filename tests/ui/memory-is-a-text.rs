mod shop;
use shop::*;

#[on_event(rule = OrderPlaced, memory = "512 MiB")]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
