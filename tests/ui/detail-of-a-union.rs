mod shop;
use shop::*;

#[derive(Detail)]
union Either {
    a: u8,
    b: i8,
}

fn main() {}
