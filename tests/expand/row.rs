#[derive(Row)]
#[row(table = "orders", key(id, line))]
pub struct Order {
    pub id: i64,
    pub line: u16,
}
