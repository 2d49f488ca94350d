#![deny(unused_must_use)]

mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle(_event: OrderPlaced, alerts: Notify<Alerts>) -> Result<()> {
    alerts.notify("new");
    Ok(())
}

fn main() {}
