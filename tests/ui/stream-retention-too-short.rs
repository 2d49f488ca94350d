mod shop;
use shop::*;

#[derive(Stream)]
#[stream(name = "Other", retention_hours = 12)]
struct Other;

fn main() {}
