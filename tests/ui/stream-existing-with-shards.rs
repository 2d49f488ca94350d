mod shop;
use shop::*;

#[derive(Stream)]
#[stream(existing, shards = 2, retention_hours = 48)]
struct Other;

fn main() {}
