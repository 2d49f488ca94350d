mod shop;
use shop::*;

#[on_event(rule = OrderPlaced, vpc = Alerts)]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
