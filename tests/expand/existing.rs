#[derive(Stream)]
#[stream(existing, kms_key = OrdersKey)]
pub struct Orders;

#[derive(Bus)]
#[bus(existing)]
pub struct Shop;

#[derive(Topic)]
#[topic(existing, name = "alerts")]
pub struct Alerts;
