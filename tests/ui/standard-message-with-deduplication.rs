mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle(event: OrderPlaced, alerts: Notify<Alerts>) -> Result<()> {
    alerts.notify("sent").deduplication(event.order).await?;
    Ok(())
}

fn main() {}
