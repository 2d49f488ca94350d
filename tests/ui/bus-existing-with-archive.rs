mod shop;
use shop::*;

#[derive(Bus)]
#[bus(existing, archive_days = 30)]
struct Other;

fn main() {}
