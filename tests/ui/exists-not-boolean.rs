mod shop;
use shop::*;

#[on_event(rule = OrderPlaced { note: [{ exists: "yes" }] })]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
