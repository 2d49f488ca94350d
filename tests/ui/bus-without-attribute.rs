mod shop;
use shop::*;

#[derive(Bus)]
struct Other;

#[derive(Event, Serialize, Deserialize)]
#[event(bus = Other, source = "shop.payments", detail_type = "Paid")]
struct Paid {
    order: String,
}

#[on_event(rule = Paid)]
async fn handle(_event: Paid) -> Result<()> {
    Ok(())
}

fn main() {}
