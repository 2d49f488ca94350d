mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn notificação(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
