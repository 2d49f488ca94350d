mod shop;
use shop::*;

#[on_event(rule = OrderPlaced { quantitty: [1] })]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
