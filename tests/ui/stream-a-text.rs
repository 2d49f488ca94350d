mod shop;
use shop::*;

#[on_kinesis(stream = "Orders")]
async fn handle(_order: Change<Order>) -> Result<()> {
    Ok(())
}

fn main() {}
