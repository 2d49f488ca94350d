mod shop;
use shop::*;

#[derive(Aurora)]
struct Other;

#[derive(Capture)]
#[capture(from = Other, tables(Order), into = Orders)]
struct Captured;

fn main() {}
