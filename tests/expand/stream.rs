#[derive(Stream)]
#[stream(name = "Orders", shards = 2)]
pub struct Orders;
