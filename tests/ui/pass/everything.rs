//! Every declaration with everything it can say.
#![deny(warnings)]

use std::sync::Arc;

use esteira::*;
use serde::{Deserialize, Serialize};

#[derive(Vpc)]
pub struct Default;

#[derive(Vpc)]
#[vpc]
pub struct Bare;

#[derive(Vpc)]
#[vpc(name = "Rede", cidr = "10.1.0.0/16", azs = 3, egress = nat)]
pub struct Network;

#[derive(Vpc)]
#[vpc(existing)]
pub struct Company;

#[derive(Vpc)]
#[vpc(existing, cidr = "10.0.8.0/22", azs = 2, egress = endpoints)]
pub struct Part;

#[derive(KmsKey)]
#[kms_key(name = "Orders")]
pub struct OrdersKey;

#[derive(KmsKey)]
#[kms_key(existing)]
pub struct CompanyKey;

#[derive(Aurora)]
#[aurora(vpc = Network, database = "shop", instances = 3, name = "store", kms_key = OrdersKey)]
pub struct Store;

#[derive(Aurora)]
#[aurora(existing, vpc = Company, database = "my-shop")]
pub struct OldStore;

#[derive(Stream)]
#[stream(name = "Orders", shards = 4, retention_hours = 8760, kms_key = OrdersKey)]
pub struct Orders;

#[derive(Stream)]
#[stream(name = "Clicks", on_demand)]
pub struct Clicks;

#[derive(Stream)]
#[stream(existing, kms_key = self::CompanyKey)]
pub struct OldOrders;

#[derive(Debug, Row, Deserialize)]
#[row(table = "orders", key = id, schema = "migrations/")]
pub struct Order {
    pub id: i64,
}

#[derive(Row, Deserialize)]
#[row(table = "items", key(order, line))]
pub struct Item {
    pub order: i64,
    pub line: u16,
}

#[derive(Capture)]
#[capture(from = Store, tables(Order, Item), into = Orders, lob_kib = 64, name = "capture")]
pub struct Captured;

#[derive(Capture)]
#[capture(from = OldStore, tables = Order, into = OldOrders)]
pub struct OldCaptured;

#[derive(Bus)]
#[bus(name = "Shop", archive_days = 30)]
pub struct Shop;

#[derive(Bus)]
#[bus(existing, name = "company")]
pub struct CompanyBus;

#[derive(Topic)]
#[topic(name = "Alerts", kms_key = OrdersKey)]
pub struct Alerts;

#[derive(Topic)]
#[topic(existing)]
pub struct CompanyAlerts;

#[derive(Topic)]
#[topic(name = "Steps", fifo, kms_key = OrdersKey)]
pub struct Steps;

#[derive(Topic)]
#[topic(existing, fifo)]
pub struct CompanySteps;

#[derive(Table, Serialize, Deserialize)]
#[table(name = "Sessions", partition_key = user, ttl = expires, kms_key = OrdersKey)]
pub struct Session {
    pub user: String,
    pub expires: Option<u64>,
}

#[derive(Table, Serialize, Deserialize)]
#[table(existing, partition_key = user, sort_key = expires, ttl = expires, kms_key = CompanyKey)]
pub struct OldSession {
    pub user: String,
    pub expires: i64,
}

#[derive(Event, Serialize, Deserialize)]
#[event(bus = CompanyBus, source = "shop", detail_type = "Placed")]
pub struct Placed {
    pub order: i64,
}

#[on_kinesis(
    stream = OldOrders,
    batch_size = 10_000,
    batching_window = 300,
    parallelization = 10,
    retries = 0,
    max_age = 604_800,
    name = "Place",
    memory = 512,
    timeout = 900,
    architecture = x86_64,
    environment(RUST_LOG = "debug", CURRENCY = ""),
    vpc = Company,
    reserved_concurrency = 100,
    allow(actions("dynamodb:Scan", "dynamodb:BatchGetItem"), on = Session),
    allow(actions = "kinesis:PutRecord", on = self::Clicks),
    allow(actions("s3:GetObject"), on = "arn:aws:s3:::photos/*"),
    idempotent(key = |change| match change {
        Change::Insert(order) => order.id.to_string(),
        other => format!("{other:?}"),
    })
)]
async fn place(
    _order: Change<Order>,
    placed: Publish<Placed>,
    client: Raw<Client>,
    other: Other,
    ctx: Context,
) -> Result<()> {
    drop((placed, other, ctx));
    client.call();
    Ok(())
}

#[derive(Clone)]
struct Client;

impl Client {
    fn call(&self) {}
}

type Other = Raw<Arc<str>>;

#[on_event(
    rule = Placed,
    retries = 0,
    max_age = 60,
    delivery_retries = 0,
    delivery_max_age = 60,
    architecture = arm64,
    vpc = Network,
    idempotent(key = order, ttl = 315_360_000)
)]
async fn placed(
    event: Placed,
    alerts: Notify<Alerts>,
    steps: Notify<Steps>,
    company: Notify<CompanySteps>,
) -> Result<()> {
    alerts.notify("a").subject("b").attribute("c", event.order).group("d").await?;
    let step = steps.notify("a").group("b").attribute("c", ["d", "e"]).deduplication("f");
    step.subject("g").await?;
    company.notify("a").deduplication("b").group("c").await?;
    Ok(())
}

fn main() {}
