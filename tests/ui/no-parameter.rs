mod shop;
use shop::*;

#[on_event(rule = OrderPlaced)]
async fn handle() -> Result<()> {
    Ok(())
}

fn main() {}
