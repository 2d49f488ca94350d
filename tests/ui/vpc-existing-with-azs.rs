mod shop;
use shop::*;

#[derive(Vpc)]
#[vpc(existing, azs = 3)]
struct Other;

fn main() {}
