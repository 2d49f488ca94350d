mod shop;
use shop::*;

#[on_kinesis(stream = Orders, batch_size = 10_001)]
async fn handle(_order: Change<Order>) -> Result<()> {
    Ok(())
}

fn main() {}
