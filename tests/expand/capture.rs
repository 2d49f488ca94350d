#[derive(KmsKey)]
#[kms_key(existing)]
pub struct StoreKey;

#[derive(Aurora)]
#[aurora(vpc = infra::Network, database = "shop", kms_key = StoreKey)]
pub struct Store;

#[derive(Capture)]
#[capture(from = Store, tables(Order, rows::Item), into = Orders, lob_kib = 64)]
pub struct OrderCapture;
