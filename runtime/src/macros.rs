//! The attributes and derives, documented where users find them.

/// Makes an `async fn` the handler of a Kinesis stream.
///
/// The function is called once a record, in order. If it fails, the records from that one on are
/// delivered again; those before it are not.
///
/// Arguments: `stream` (a [`Stream`](trait@crate::Stream)); `batch_size` in records (1 to 10,000,
/// 100 by default); and those of every function: `name` (the function's name in upper camel case
/// by default), `memory` in MiB (128 to 10,240, 256 by default) and `timeout` in seconds (1 to
/// 900, 30 by default).
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
/// #[on_kinesis(stream = Readings, batch_size = 500, memory = 128)]
/// async fn remember(Json(reading): Json<Reading>, latest: Put<Reading>) -> Result<()> {
///     latest.put(&reading).await?;
///     Ok(())
/// }
/// ```
pub use esteira_macros::on_kinesis;

/// Makes an `async fn` the target of an EventBridge rule.
///
/// Arguments: `rule`, and those of every function (see [`on_kinesis`]). A rule is
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
pub use esteira_macros::on_event;

/// Declares a Kinesis stream: `#[stream(name = "…", shards = 1)]`.
///
/// A shard takes 1 MB or 1,000 records a second.
pub use esteira_macros::Stream;

/// Declares an EventBridge bus: `#[bus(name = "…")]`.
pub use esteira_macros::Bus;

/// Declares an event: `#[event(bus = …, source = "…", detail_type = "…")]`.
///
/// The fields are the event's `detail`. `external` says that it is published or handled outside
/// this application too; without it, an event that nobody handles or nobody publishes is an
/// error of `cargo xtask check`.
///
/// serde's `rename`, `rename_all`, `default`, `skip`, `flatten` and `tag` are honoured. Nested
/// types derive [`Detail`](derive@crate::Detail).
pub use esteira_macros::Event;

/// Declares a DynamoDB table by the type of its items:
/// `#[table(name = "…", partition_key = field, sort_key = field)]`.
///
/// The type gets a function `key`, which makes the [`Key`](crate::Key) of an item from the values
/// of its key fields.
pub use esteira_macros::Table;

/// Declares an SNS topic: `#[topic(name = "…")]`.
pub use esteira_macros::Topic;

/// Declares a row type: `#[row(table = "…", key = field)]`, or `key(field, field)`.
///
/// It is what a captured table's changes are read as: `Change<Row>`.
pub use esteira_macros::Row;

/// Makes the fields of a nested type known, so that rules and table expressions can name them.
///
/// A field of a type from another crate says what it is on the wire: `#[detail(as = String)]`.
pub use esteira_macros::Detail;
