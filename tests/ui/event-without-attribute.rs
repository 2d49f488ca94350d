mod shop;
use shop::*;

#[derive(Event, Serialize, Deserialize)]
struct Paid {
    order: String,
}

#[on_event(rule = Paid)]
async fn handle(_event: Paid) -> Result<()> {
    Ok(())
}

fn main() {}
