mod shop;
use shop::*;

#[derive(Event, Serialize, Deserialize)]
#[event(bus = Shop, source = "shop.payments", detail_type = "Paid")]
struct Paid<T> {
    order: T,
}

#[on_event(rule = Paid<String>)]
async fn handle(_event: Paid<String>) -> Result<()> {
    Ok(())
}

fn main() {}
