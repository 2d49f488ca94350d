mod shop;
use shop::*;

#[derive(Bus)]
#[bus(name = "Other", archive_days = 4000)]
struct Other;

fn main() {}
