mod shop;
use shop::*;

#[derive(Event, Serialize, Deserialize)]
#[event(bus = Shop, source = "shop.payments", detail_type = "Paid")]
struct Paid {
    #[serde(flatten)]
    customer: Customer,
}

#[on_event(rule = Paid { customer: ["Ana"] })]
async fn handle(_event: Paid) -> Result<()> {
    Ok(())
}

fn main() {}
