mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle(_event: OrderPlaced, alerts: Notify<OrderPlaced>) -> Result<()> {
    let _ = alerts;
    Ok(())
}

fn main() {}
