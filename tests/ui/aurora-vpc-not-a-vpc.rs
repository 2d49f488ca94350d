mod shop;
use shop::*;

#[derive(Aurora)]
#[aurora(vpc = Shop, database = "shop")]
struct Other;

fn main() {}
