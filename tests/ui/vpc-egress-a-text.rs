mod shop;
use shop::*;

#[derive(Vpc)]
#[vpc(egress = "nat")]
struct Other;

fn main() {}
