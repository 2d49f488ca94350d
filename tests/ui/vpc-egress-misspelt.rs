mod shop;
use shop::*;

#[derive(Vpc)]
#[vpc(egress = endpoint)]
struct Other;

fn main() {}
