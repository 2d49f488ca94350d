mod shop;
use shop::*;

#[on_kinesis(stream = Orders)]
async fn handle(_order: Change<Customer>) -> Result<()> {
    Ok(())
}

fn main() {}
