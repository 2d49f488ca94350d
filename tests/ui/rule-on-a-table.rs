mod shop;
use shop::*;

#[on_event(rule = Stock)]
async fn handle(_event: Stock) -> Result<()> {
    Ok(())
}

fn main() {}
