mod shop;
use shop::*;

#[on_kinesis(batch_size = 10)]
async fn handle(_order: Change<Order>) -> Result<()> {
    Ok(())
}

fn main() {}
