#[derive(Event)]
#[event(bus = Shop, detail_type = "Order Placed")]
pub struct OrderPlaced {
    pub order_id: u64,
}
