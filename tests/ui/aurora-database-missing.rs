mod shop;
use shop::*;

#[derive(Aurora)]
#[aurora(vpc = Network)]
struct Other;

fn main() {}
