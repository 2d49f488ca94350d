mod shop;
use shop::*;

#[on_event(
    rule = OrderPlaced,
    retries = 3,
    max_age = 59,
    delivery_retries = 186,
    delivery_max_age = 86_401,
    reserved_concurrency = 0,
)]
async fn handle(_event: OrderPlaced) -> Result<()> {
    Ok(())
}

fn main() {}
