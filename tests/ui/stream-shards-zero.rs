mod shop;
use shop::*;

#[derive(Stream)]
#[stream(name = "Other", shards = 0)]
struct Other;

#[on_kinesis(stream = Other)]
async fn handle(_order: Change<Order>) -> Result<()> {
    Ok(())
}

fn main() {}
