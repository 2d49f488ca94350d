mod shop;
use shop::*;

#[on_event(rule = OrderPlaced { customer: { contry: ["BR"] } })]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
