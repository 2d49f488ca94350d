mod shop;
use shop::*;

#[on_kinesis(stream = Orders, starting_position = oldest)]
async fn handle(_order: Change<Order>) -> Result<()> {
    Ok(())
}

fn main() {}
