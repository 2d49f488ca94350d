//! The attributes and derives, documented where users find them.

/// Makes an `async fn` the handler of a Kinesis stream.
///
/// The function is called once a record: for the records of one partition key one after the other,
/// in order; for different keys at once, up to `concurrency`. If it fails or panics, what is below
/// that record is finished, nothing above it is begun, and the records from the lowest one that is
/// not complete on are delivered again. Some of these may have been handled already, so a handler
/// has to bear a repetition. The same happens when the function's time is nearly over.
///
/// Arguments, of which only the stream must be given:
///
/// - `stream`: a [`Stream`](trait@crate::Stream);
/// - `batch_size`: records that are delivered at once, 1 to 10,000, by default 100;
/// - `batching_window`: seconds to wait for a batch to fill, 0 to 300, by default 0;
/// - `parallelization`: batches of one shard that are processed at once, 1 to 10, by default 1;
///   records with the same partition key stay in order;
/// - `concurrency`: records of a batch that are handled at once, each of another partition key, and
///   calls of the bus with what they publish, 1 to 1,000, by default 10;
/// - `starting_position`: `trim_horizon`, the default, or `latest`: whether a mapping that is new
///   begins with the oldest record that there is, or with those that come after it. `latest` is for
///   an existing stream whose past is not to be handled: it misses what is written while the mapping
///   is made. AWS does not change it later: to change it makes another mapping, which begins there;
/// - `retries`: how often a batch that failed is delivered again, 0 to 10,000, by default 10;
/// - `max_age`: seconds after which a record is not delivered again, 60 to 604,800, by default
///   86,400. What is given up goes to the failure destination.
///
/// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html>
///
/// # Settings of every function
///
/// - `name`: by default the function's name in upper camel case;
/// - `memory`: MiB, 128 to 10,240, by default 256;
/// - `timeout`: seconds, 1 to 900, by default 30;
/// - `architecture`: `arm64` or `x86_64`, by default what `cargo xtask build` is told;
/// - `environment(NAME = "value", …)`: variables that are the same in every stage. Names that
///   Lambda sets itself, and those that begin with `ESTEIRA_`, are refused;
/// - `vpc`: a [`Vpc`](trait@crate::Vpc), for a function that calls what is inside it; by default
///   none;
/// - `reserved_concurrency`: executions that only this function may use, and at most uses, 1 to
///   100,000; by default none. A new account has too few to reserve any;
/// - `idempotent(key = …, ttl = …)`: see below; by default what is delivered twice is done twice;
/// - `allow(actions("service:Action", …), on = …)`: see below.
///
/// # What is delivered twice
///
/// AWS delivers at least once. Where the effect is in DynamoDB, [`transact`](crate::transact) it
/// [`once`](crate::Transaction::once), with a marker: then it happens once. `idempotent` is for
/// effects that cannot be in a transaction, such as a message to a topic.
///
/// - `key`: what makes a repetition recognisable, a value that implements `Display`: a field of the
///   first parameter, `key = order_id`, or a closure that takes it by reference,
///   `key = |order| format!("{}-{}", order.shop, order.number)`. It is of the business, never an id
///   of AWS, which the same fact does not keep when it is published again;
/// - `ttl`: seconds for which it is remembered what was done, 3,600 to 315,360,000, by default
///   1,209,600, which is 14 days. It has to be as long as the stream keeps its records, or the
///   archive of the bus its events: `cargo xtask check` compares.
///
/// Before the function is called, its key is noted as in progress, and no other invocation is let
/// at it until this one's deadline: what another is at fails, so that it is delivered again later.
/// When the function has returned without an error, and the bus has accepted what it published, the
/// key is noted as complete, and the function is not called for it again. After an error or a panic
/// the key is free.
///
/// It makes repetitions rare and cannot rule them out: a function that is stopped between its
/// effect and the note of it is run again. One that is stopped early keeps its key until its
/// deadline, so a long `timeout` may outlast the `retries`: the event then goes to the failure
/// destination. And the events of a record leave by themselves, where those of a batch would share
/// their calls.
///
/// The notes of all handlers of an application are in one table, which is generated with the right
/// to put, update and delete its items. The function's path is part of them: one that is moved or
/// renamed begins anew. In a test that calls the function nothing is remembered.
///
/// <https://docs.aws.amazon.com/powertools/python/latest/utilities/idempotency/>
///
/// ```
/// # use esteira::{Bus, Event, Notify, Result, Topic, on_event};
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Bus)]
/// # #[bus(name = "Shop")]
/// # pub struct Shop;
/// # #[derive(Topic)]
/// # #[topic(name = "Customers")]
/// # pub struct Customers;
/// # #[derive(Event, Serialize, Deserialize)]
/// # #[event(bus = Shop, source = "shop.orders", detail_type = "Order Placed", external)]
/// # pub struct OrderPlaced { order: u64 }
/// #[on_event(rule = OrderPlaced, idempotent(key = order, ttl = 2_592_000))]
/// async fn thank(placed: OrderPlaced, customers: Notify<Customers>) -> Result<()> {
///     customers.notify(format!("Thank you for order {}", placed.order)).await?;
///     Ok(())
/// }
/// ```
///
/// # What no handle does
///
/// A handler calls what no handle does by a client of the application's own, a
/// [`Raw<Client>`](crate::Raw). What it may do stands in the attribute, in one `allow` for each
/// resource; the function's role has a statement for each, and allows nothing else. A `Raw` without
/// an `allow` does not compile, nor does an `allow` without a `Raw`.
///
/// - `actions(…)`: IAM's names, without wildcards
///   (<https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>);
/// - `on`: a type that is declared as a stream, bus, table, topic or KMS key, whose name
///   [`Connection::name`](crate::Connection::name) then tells; or a text: an ARN, which may have
///   wildcards, or `"*"` for actions that AWS defines for no particular resource.
///
/// What a client publishes on a bus, no rule knows of: declare such an event as `external`. From
/// inside a VPC without NAT only the services are reached that handles and captures call.
///
/// ```
/// use esteira::{Raw, Result, Stream, Table, Json, on_kinesis};
/// use serde::{Deserialize, Serialize};
/// # #[derive(Stream)]
/// # #[stream(name = "Counts")]
/// # pub struct Counts;
/// # #[derive(Table, Serialize, Deserialize)]
/// # #[table(name = "Stock", partition_key = product)]
/// # pub struct Stock {
/// #     pub product: String,
/// # }
/// # #[derive(Deserialize)]
/// # pub struct Count {
/// #     at_least: u32,
/// # }
///
/// #[derive(Clone)]
/// pub struct Scanner { /* … */ }
///
/// impl Scanner {
///     pub async fn count(&self) -> Result<u32> {
///         /* … */
/// #       Ok(0)
///     }
/// }
///
/// #[on_kinesis(stream = Counts, allow(actions("dynamodb:Scan"), on = Stock))]
/// async fn check_stock(Json(count): Json<Count>, scanner: Raw<Scanner>) -> Result<()> {
///     match scanner.count().await? < count.at_least {
///         true => Err("there is too little".into()),
///         false => Ok(()),
///     }
/// }
/// ```
///
/// # Example
///
/// The first parameter is a [`Change<Row>`](crate::Change) or a [`Json<T>`](crate::Json); the
/// others are [handles](crate::Handle) and the [`Context`](crate::Context).
///
/// ```
/// use esteira::{Json, Put, Result, Stream, Table, on_kinesis};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Stream)]
/// #[stream(name = "Readings", shards = 2)]
/// pub struct Readings;
///
/// #[derive(Table, Serialize, Deserialize)]
/// #[table(name = "Latest", partition_key = sensor)]
/// pub struct Reading {
///     pub sensor: String,
///     pub celsius: f64,
/// }
///
/// #[on_kinesis(stream = Readings, batch_size = 500, memory = 128, environment(UNIT = "celsius"))]
/// async fn remember(Json(reading): Json<Reading>, latest: Put<Reading>) -> Result<()> {
///     latest.put(&reading).await?;
///     Ok(())
/// }
/// ```
pub use esteira_macros::on_kinesis;

/// Makes an `async fn` the target of an EventBridge rule.
///
/// Arguments: `rule`, what is said below about retries, and the
/// [settings of every function](on_kinesis#settings-of-every-function). A rule is
///
/// - an event type: `rule = OrderPlaced`;
/// - with what its fields must be, named as in Rust and renamed as serde does:
///   `rule = OrderPlaced { quantity: [{ numeric: [">", 0] }], customer: { country: ["BR", "PT"] } }`;
/// - a pattern written out, for events that no type here describes:
///   `rule = raw(Shop, { "source": ["aws.s3"], "detail": { "reason": [{ "prefix": "Put" }] } })`.
///
/// Operators: `prefix`, `suffix`, `equals_ignore_case`, `wildcard`, `anything_but`, `numeric`,
/// `exists`, `cidr`. A list means any of its values; several fields mean all of them.
///
/// The first parameter is the event of the rule (for a raw rule, any type that the event's
/// `detail` can be read as); the others are [handles](crate::Handle) and the
/// [`Context`](crate::Context).
///
/// # Retries
///
/// The bus hands an event over to the function, and only then does the function run: each can fail
/// on its own.
///
/// - `delivery_retries` (0 to 185, by default 185) and `delivery_max_age` (60 to 86,400 seconds, by
///   default 86,400): how often, and for how long, the bus tries to hand an event over
///   (<https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html>);
/// - `retries` (0 to 2, by default 2) and `max_age` (60 to 21,600 seconds, by default 21,600): how
///   often, and for how long, a function that failed is run again
///   (<https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html>).
///
/// What is given up goes to the failure destination.
pub use esteira_macros::on_event;

/// Declares a Kinesis stream: `#[stream(name = "…", shards = 1)]`.
///
/// - `shards`: 1 to 10,000, by default 1; each takes 1 MB or 1,000 records a second. Or
///   `on_demand`, a flag: AWS adds and removes shards;
/// - `retention_hours`: how long records are kept, 24 to 8,760, by default 168
///   (<https://docs.aws.amazon.com/streams/latest/dev/kinesis-extended-retention.html>);
/// - `kms_key`: the [`KmsKey`](trait@crate::KmsKey) it is encrypted with, by default Kinesis' own;
/// - `existing`: see below.
///
/// # What others made
///
/// Of a stream, a [`Bus`], a [`Table`], a [`Topic`], a [`KmsKey`], a [`Vpc`] and an [`Aurora`],
/// the flag `existing` says that it was made by others. It is referred to, by the ids that the
/// stage file gives for it, and never changed or destroyed. `name` may then be left out, and what
/// only the making would need is refused. What those who use it must know is still said: the keys
/// of a table, and the `kms_key` of a stream, table or topic, without the right to which a function
/// could not use it.
///
/// ```
/// # use esteira::{KmsKey, Stream};
/// #[derive(KmsKey)]
/// #[kms_key(existing)]
/// pub struct OrdersKey;
///
/// #[derive(Stream)]
/// #[stream(existing, kms_key = OrdersKey)]
/// pub struct Orders;
/// ```
pub use esteira_macros::Stream;

/// Declares an EventBridge bus: `#[bus(name = "…", archive_days = 30)]`.
///
/// - `archive_days`: how long its archive keeps every event, so that it can be replayed, 1 to
///   3,650; by default there is no archive;
/// - `existing`: [made by others](derive@Stream#what-others-made). It gets no archive.
pub use esteira_macros::Bus;

/// Declares an event: `#[event(bus = …, source = "…", detail_type = "…")]`.
///
/// The fields are the event's `detail`. `external` says that it is published or handled outside
/// this application too; without it, an event that nobody handles or nobody publishes is an
/// error of `cargo xtask check`.
///
/// serde's `rename`, `rename_all`, `default`, `skip`, `flatten` and `tag` are honoured, and so
/// are `content`, `untagged` and `transparent`; one that would change the wire in a way that is
/// not known here is refused. Nested types derive [`Detail`](derive@crate::Detail).
pub use esteira_macros::Event;

/// Declares a DynamoDB table by the type of its items:
/// `#[table(name = "…", partition_key = field, sort_key = field)]`.
///
/// - `partition_key` and, if it has one, `sort_key`: fields that are text or whole numbers;
/// - `ttl`: the field with the time, in seconds since 1970, after which DynamoDB deletes the item,
///   within days: a `u32`, `u64`, `i64` or an `Option` of one
///   (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html>);
/// - `kms_key`: the [`KmsKey`](trait@crate::KmsKey) it is encrypted with, by default DynamoDB's own;
/// - `existing`: [made by others](derive@Stream#what-others-made). Its keys, and what expires, are
///   then what the type says they are.
///
/// A field of bytes is a `serde_bytes::ByteBuf`, which is a `B` of DynamoDB; a `Vec<u8>` is a list of
/// numbers.
///
/// The type gets a function `key`, which makes the [`Key`](crate::Key) of an item from the values
/// of its key fields.
///
/// ```
/// # use esteira::Table;
/// # use serde::{Deserialize, Serialize};
/// #[derive(Table, Serialize, Deserialize)]
/// #[table(name = "Sessions", partition_key = user, ttl = expires)]
/// pub struct Session {
///     pub user: String,
///     pub expires: u64,
/// }
/// ```
pub use esteira_macros::Table;

/// Declares an SNS topic: `#[topic(name = "…")]`.
///
/// - `fifo`, a flag: a [FIFO topic](crate::topic::Fifo), which keeps the order within a group of
///   messages and drops repetitions; its name in AWS gets the ending `.fifo`. It delivers to SQS
///   queues only, so that the stage file can give it no `emails`. A message to it needs a
///   [group](crate::Notification::group) and a
///   [deduplication id](crate::Notification::deduplication), which the compiler asks for
///   (<https://docs.aws.amazon.com/sns/latest/dg/sns-fifo-topics.html>);
/// - `kms_key`: the [`KmsKey`](trait@crate::KmsKey) it is encrypted with, by default none;
/// - `existing`: [made by others](derive@Stream#what-others-made).
pub use esteira_macros::Topic;

/// Declares a virtual private cloud: `#[vpc(cidr = "10.0.0.0/16", azs = 2, egress = endpoints)]`.
///
/// These are the defaults; without others the attribute may be left out.
///
/// - `cidr`: the IPv4 network of its subnets, with a prefix of 16 to 24
///   (<https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>);
/// - `azs`: availability zones, 2 or 3, each with a public and a private subnet;
/// - `egress`: how the private subnets reach AWS. `endpoints`: by VPC endpoints, one for each
///   service that is called from inside, and nothing else is reached. `nat`: by NAT gateways, and
///   through them the internet;
/// - `name`: by default the type's;
/// - `existing`: [made by others](derive@Stream#what-others-made), and so are its private subnets.
///   With a `cidr` the VPC exists and private subnets are made in it, in that part of its
///   addresses and in `azs` zones.
///
/// ```
/// # use esteira::Vpc;
/// #[derive(Vpc)]
/// #[vpc(cidr = "10.1.0.0/16", azs = 3)]
/// pub struct Network;
///
/// #[derive(Vpc)]
/// #[vpc(existing, cidr = "10.0.8.0/22", egress = nat)]
/// pub struct Company;
/// ```
pub use esteira_macros::Vpc;

/// Declares an Aurora MySQL cluster: `#[aurora(vpc = …, database = "…", instances = 2)]`.
///
/// Its binlog is on, so that a [`Capture`](trait@crate::Capture) can read it; RDS keeps the master
/// password.
///
/// - `vpc`: the [`Vpc`](trait@crate::Vpc) in whose private subnets it stands;
/// - `database`: the database that is made with it, and that is captured from;
/// - `instances`: one that writes, the others read and stand in for it, 1 to 16, by default 2
///   (<https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Replication.html>);
/// - `kms_key`: the [`KmsKey`](trait@crate::KmsKey) it is encrypted with, by default RDS's own;
/// - `name`: by default the database's;
/// - `existing`: [made by others](derive@Stream#what-others-made), in that VPC.
pub use esteira_macros::Aurora;

/// Declares change data capture: DMS reads the binlog of an [`Aurora`](trait@crate::Aurora) cluster
/// and puts each change of the named tables on a [`Stream`](trait@crate::Stream).
///
/// - `from`: the cluster;
/// - `tables(…)`: the [`Row`](trait@crate::Row) types of the tables;
/// - `into`: the stream, whose handlers take a [`Change<Row>`](crate::Change);
/// - `lob_kib`: where large objects (`LONGTEXT`, `JSON`, …) are cut, in KiB, 1 to 1,024, by default
///   32 (<https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.Kinesis.html>);
/// - `name`: by default the type's.
///
/// ```
/// use esteira::{Aurora, Capture, Row, Stream, Vpc};
/// use serde::Deserialize;
///
/// #[derive(Vpc)]
/// pub struct Network;
///
/// #[derive(Aurora)]
/// #[aurora(vpc = Network, database = "shop")]
/// pub struct Shop;
///
/// #[derive(Stream)]
/// #[stream(name = "Orders")]
/// pub struct Orders;
///
/// #[derive(Row, Deserialize)]
/// #[row(table = "orders", key = id)]
/// pub struct Order {
///     pub id: i64,
///     pub product: String,
/// }
///
/// #[derive(Capture)]
/// #[capture(from = Shop, tables(Order), into = Orders)]
/// pub struct OrderCapture;
/// ```
pub use esteira_macros::Capture;

/// Declares a customer managed KMS key, which others are encrypted with: `kms_key = …`.
///
/// - `name`: that of its alias, by default the type's;
/// - `existing`: [made by others](derive@Stream#what-others-made).
///
/// Without these the attribute may be left out.
///
/// ```
/// use esteira::{KmsKey, Topic};
///
/// #[derive(KmsKey)]
/// pub struct AlertsKey;
///
/// #[derive(Topic)]
/// #[topic(name = "Alerts", kms_key = AlertsKey)]
/// pub struct Alerts;
/// ```
pub use esteira_macros::KmsKey;

/// Declares a row type: `#[row(table = "…", key = field)]`, or `key(field, field)`.
///
/// It is what a captured table's changes are read as: `Change<Row>`.
///
/// - `table`: the table, in the database of the cluster that it is captured from; or
///   `schema.table`, in another schema of that cluster. Aurora's names have a case;
/// - `key`: the fields of its primary key;
/// - `schema`: the SQL file, or the folder of migrations, that defines the table, as a path from
///   the folder of the package's Cargo.toml: `schema = "migrations/"`. `cargo xtask check` compares
///   the fields with it, and a capture has the `DECIMAL` and `BIGINT` columns among them written as
///   strings, which keep every digit. Without it only fields that are large integers or floats are.
pub use esteira_macros::Row;

/// Makes the fields of a nested type known, so that rules and table expressions can name them.
///
/// A field of a type from another crate says what it is on the wire: `#[detail(as = String)]`.
pub use esteira_macros::Detail;
