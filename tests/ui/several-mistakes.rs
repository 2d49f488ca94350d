mod shop;
use shop::*;

#[on_event(rule = OrderPlaced, memory = 1, timeout = 0)]
fn handle(_event: &OrderPlaced) {}

fn main() {}
