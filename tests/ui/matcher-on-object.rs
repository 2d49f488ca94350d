mod shop;
use shop::*;

#[on_event(rule = OrderPlaced { customer: ["Ana"] })]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
