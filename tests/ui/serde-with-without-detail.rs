mod shop;
use shop::*;

mod digits {
    pub fn serialize<S: serde::Serializer>(_: &u64, s: S) -> std::result::Result<S::Ok, S::Error> {
        s.serialize_str("1")
    }
    pub fn deserialize<'de, D: serde::Deserializer<'de>>(_: D) -> std::result::Result<u64, D::Error> {
        Ok(1)
    }
}

#[derive(Event, Serialize, Deserialize)]
#[event(bus = Shop, source = "shop.payments", detail_type = "Paid")]
struct Paid {
    #[serde(with = "digits")]
    order: u64,
}

#[on_event(rule = Paid)]
async fn handle(_event: Paid) -> Result<()> {
    Ok(())
}

fn main() {}
