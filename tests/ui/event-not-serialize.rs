mod shop;
use shop::*;

#[derive(Event, Deserialize)]
#[event(bus = Shop, source = "shop.payments", detail_type = "Paid")]
struct Paid {
    order: String,
}

#[on_event(rule = Paid)]
async fn handle(_event: Paid) -> Result<()> {
    Ok(())
}

fn main() {}
