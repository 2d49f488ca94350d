mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle(event: OrderPlaced, shipments: Notify<Shipments>) -> Result<()> {
    shipments.notify(event.order).await?;
    Ok(())
}

fn main() {}
