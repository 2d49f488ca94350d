mod shop;
use shop::*;

#[derive(Vpc)]
#[vpc = "10.0.0.0/16"]
struct Other;

fn main() {}
