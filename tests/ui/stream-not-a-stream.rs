mod shop;
use shop::*;

#[on_kinesis(stream = Shop)]
async fn handle(_order: Change<Order>) -> Result<()> {
    Ok(())
}

fn main() {}
