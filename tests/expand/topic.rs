#[derive(Topic)]
#[topic(name = "Shipments", fifo, kms_key = OrdersKey)]
pub struct Shipments;
