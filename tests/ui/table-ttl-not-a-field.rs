mod shop;
use shop::*;

#[derive(Table, Serialize, Deserialize)]
#[table(name = "Sessions", partition_key = user, ttl = expire)]
struct Session {
    user: String,
    expires: u64,
}

fn main() {}
