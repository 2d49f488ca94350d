mod shop;
use shop::*;

#[derive(Stream)]
#[stream(name = "Other", kms_key = Alerts)]
struct Other;

fn main() {}
