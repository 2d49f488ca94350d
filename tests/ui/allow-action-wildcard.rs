mod shop;
use shop::*;

#[derive(Clone)]
struct Client;

#[on_event(rule = OrderPlaced, allow(actions("dynamodb:*"), on = Stock))]
async fn handle(_event: OrderPlaced, client: Raw<Client>) -> Result<()> {
    drop(client);
    Ok(())
}

fn main() {}
