mod shop;
use shop::*;

#[derive(Topic)]
#[topic]
struct Other;

#[on_event(rule = OrderPlaced)]
async fn handle(_event: OrderPlaced, other: Notify<Other>) -> Result<()> {
    other.notify("new").await?;
    Ok(())
}

fn main() {}
