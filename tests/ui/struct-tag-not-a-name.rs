mod shop;
use shop::*;

#[derive(Event, Serialize, Deserialize)]
#[event(bus = Shop, source = "shop.payments", detail_type = "Paid")]
#[serde(rename_all = "camelCase", tag = "a b")]
struct Paid {
    order: String,
}

#[on_event(rule = Paid)]
async fn handle(_event: Paid) -> Result<()> {
    Ok(())
}

fn main() {}
