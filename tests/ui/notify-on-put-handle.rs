mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle(event: OrderPlaced, alerts: Put<Stock>) -> Result<()> {
    alerts.notify(event.order).await?;
    Ok(())
}

fn main() {}
