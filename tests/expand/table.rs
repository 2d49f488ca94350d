#[derive(Table)]
#[table(name = "Stock", partition_key = product, sort_key = day)]
pub struct Stock {
    #[serde(rename = "ProductID")]
    pub product: String,
    pub day: u32,
}
