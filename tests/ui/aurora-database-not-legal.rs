mod shop;
use shop::*;

#[derive(Aurora)]
#[aurora(vpc = Network, database = "my-shop")]
struct Other;

fn main() {}
