mod shop;
use shop::*;

#[derive(Serialize, Deserialize)]
struct Card {
    last_digits: String,
}

#[derive(Event, Serialize, Deserialize)]
#[event(bus = Shop, source = "shop.payments", detail_type = "Paid")]
struct Paid {
    card: Card,
}

#[on_event(rule = Paid)]
async fn handle(_event: Paid) -> Result<()> {
    Ok(())
}

fn main() {}
