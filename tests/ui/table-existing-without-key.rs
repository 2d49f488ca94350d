mod shop;
use shop::*;

#[derive(Table, Serialize, Deserialize)]
#[table(existing)]
struct Session {
    user: String,
    expires: u64,
}

fn main() {}
