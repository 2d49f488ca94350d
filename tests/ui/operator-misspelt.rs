mod shop;
use shop::*;

#[on_event(rule = OrderPlaced { order: [{ prefx: "A" }] })]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
