mod shop;
use shop::*;

#[derive(Table, Serialize, Deserialize)]
#[table(name = "Sessions", partition_key = user, ttl = expires)]
struct Session {
    user: String,
    expires: Option<String>,
}

fn main() {}
