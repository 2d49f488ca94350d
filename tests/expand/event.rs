#[derive(Event)]
#[event(bus = Shop, source = "shop.orders", detail_type = "Order Placed", external)]
#[serde(rename_all = "camelCase")]
pub struct OrderPlaced {
    pub order_id: u64,
    #[serde(default)]
    pub note: Option<String>,
    #[serde(flatten)]
    pub customer: Customer,
}
