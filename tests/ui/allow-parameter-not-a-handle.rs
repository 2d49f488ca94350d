mod shop;
use shop::*;

#[derive(Clone)]
struct Client;

#[on_event(rule = OrderPlaced, allow(actions("dynamodb:Scan"), on = Stock))]
async fn handle(_event: OrderPlaced, client: Raw<Client>, more: Vec<u8>) -> Result<()> {
    drop((client, more));
    Ok(())
}

fn main() {}
