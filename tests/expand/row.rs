#[derive(Row)]
#[row(table = "orders", key(id, line), schema = "migrations/")]
pub struct Order {
    pub id: i64,
    pub line: u16,
}
