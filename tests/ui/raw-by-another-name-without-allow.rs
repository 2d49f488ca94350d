mod shop;
use shop::*;

#[derive(Clone)]
struct Client;

type Sdk = Raw<Client>;

#[on_event(rule = OrderPlaced)]
async fn handle(_event: OrderPlaced, client: Sdk) -> Result<()> {
    drop(client);
    Ok(())
}

fn main() {}
