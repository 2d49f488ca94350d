#[derive(Detail)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    Placed,
    Paid,
}

#[derive(Detail)]
#[serde(tag = "kind")]
pub enum Payment {
    Card { digits: String },
    Cash,
}
