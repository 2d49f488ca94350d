mod shop;
use shop::*;

#[on_kinesis(
    stream = Orders,
    batching_window = 301,
    parallelization = 0,
    retries = 10_001,
    max_age = 604_801,
)]
async fn handle(_order: Change<Order>) -> Result<()> {
    Ok(())
}

fn main() {}
