mod shop;
use shop::*;

#[on_kinesis(stream = Orders, batch_sise = 10)]
async fn handle(_order: Change<Order>) -> Result<()> {
    Ok(())
}

fn main() {}
