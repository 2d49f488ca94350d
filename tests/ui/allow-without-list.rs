mod shop;
use shop::*;

#[derive(Clone)]
struct Client;

#[on_event(rule = OrderPlaced, allow = "dynamodb:Scan")]
async fn handle(_event: OrderPlaced, client: Raw<Client>) -> Result<()> {
    drop(client);
    Ok(())
}

fn main() {}
