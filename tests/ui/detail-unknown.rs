mod shop;
use shop::*;

#[derive(Event, Serialize, Deserialize)]
#[event(bus = Shop, source = "shop.payments", detail_type = "Paid")]
struct Paid {
    #[detail(is = String)]
    order: String,
}

#[on_event(rule = Paid)]
async fn handle(_event: Paid) -> Result<()> {
    Ok(())
}

fn main() {}
