mod shop;
use shop::*;

#[derive(KmsKey)]
#[kms_key(nme = "Other")]
struct Other;

fn main() {}
