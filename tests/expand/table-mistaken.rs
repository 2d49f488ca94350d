#[derive(Table)]
#[table(name = "Stock", partition_key = product, sort_key = dya)]
pub struct Stock {
    pub product: String,
    pub day: u32,
}
