//! What the declarations mean to the compiler: each derive implements one of these traits.

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    detail::Detail,
    manifest::{self, Text},
    topic,
};

/// What an `allow` can be about: a stream, bus, table, topic or KMS key, whose derive implements it.
#[diagnostic::on_unimplemented(
    message = "an `allow` cannot be about `{Self}`",
    label = "not a stream, bus, table, topic or KMS key",
    note = "name a type with `#[derive(Stream)]`, `#[derive(Bus)]`, `#[derive(Table)]`, `#[derive(Topic)]` or `#[derive(KmsKey)]`; what is not declared is named by its ARN: `on = \"arn:aws:s3:::photos/*\"`"
)]
pub trait Resource: 'static {
    /// The id in the manifest.
    const RESOURCE: &'static str;
}

/// A Kinesis data stream; `#[derive(Stream)]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a stream",
    label = "not a stream",
    note = "declare it with `#[derive(Stream)]` and `#[stream(name = \"…\")]`"
)]
pub trait Stream: 'static {
    /// The id in the manifest.
    const ID: &'static str;
}

/// An EventBridge bus; `#[derive(Bus)]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a bus",
    label = "not a bus",
    note = "declare it with `#[derive(Bus)]` and `#[bus(name = \"…\")]`"
)]
pub trait Bus: 'static {
    /// The id in the manifest.
    const ID: &'static str;
}

/// An event type; `#[derive(Event)]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an event",
    label = "not an event",
    note = "declare it with `#[derive(Event)]` and `#[event(bus = …, source = \"…\", detail_type = \"…\")]`"
)]
pub trait Event: Detail + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The id in the manifest.
    const ID: &'static str;
    /// The id of the bus it is published on.
    const BUS: &'static str;
    /// The `source` of the envelope.
    const SOURCE: &'static str;
    /// The `detail-type` of the envelope.
    const DETAIL_TYPE: &'static str;
}

/// A DynamoDB table, by the type of its items; `#[derive(Table)]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a table",
    label = "not a table",
    note = "declare it with `#[derive(Table)]` and `#[table(name = \"…\", partition_key = …)]`"
)]
pub trait Table: Detail + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// The id in the manifest.
    const ID: &'static str;
    /// The name of the partition key attribute.
    const PARTITION_KEY: &'static str;
    /// The name of the sort key attribute.
    const SORT_KEY: Option<&'static str>;
    /// The Rust type of the partition key.
    type Partition: KeyType;
    /// The Rust type of the sort key, or [`NoSortKey`](crate::__private::NoSortKey).
    type Sort;
}

/// The sort key of a table that has none.
#[derive(Debug)]
pub struct NoSortKey;

/// An SNS topic; `#[derive(Topic)]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a topic",
    label = "not a topic",
    note = "declare it with `#[derive(Topic)]` and `#[topic(name = \"…\")]`"
)]
pub trait Topic: Send + Sync + 'static {
    /// The id in the manifest.
    const ID: &'static str;
    /// [`Standard`](crate::topic::Standard) or [`Fifo`](crate::topic::Fifo).
    type Kind: topic::Kind;
}

/// A virtual private cloud; `#[derive(Vpc)]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a VPC",
    label = "not a VPC",
    note = "declare it with `#[derive(Vpc)]` and, if the defaults do not fit, `#[vpc(cidr = \"…\", azs = 2)]`"
)]
pub trait Vpc: 'static {
    /// The id in the manifest.
    const ID: &'static str;
}

/// An Aurora MySQL cluster; `#[derive(Aurora)]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an Aurora cluster",
    label = "not an Aurora cluster",
    note = "declare it with `#[derive(Aurora)]` and `#[aurora(vpc = …, database = \"…\")]`"
)]
pub trait Aurora: 'static {
    /// The id in the manifest.
    const ID: &'static str;
}

/// Change data capture from a database into a stream; `#[derive(Capture)]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a capture",
    label = "not a capture",
    note = "declare it with `#[derive(Capture)]` and `#[capture(from = …, tables(…), into = …)]`"
)]
pub trait Capture: 'static {
    /// The id in the manifest.
    const ID: &'static str;
}

/// A KMS key; `#[derive(KmsKey)]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a KMS key",
    label = "not a KMS key",
    note = "declare it with `#[derive(KmsKey)]`"
)]
pub trait KmsKey: 'static {
    /// The id in the manifest.
    const ID: &'static str;
}

/// A type that can be the key of a table: text or a number.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a key: DynamoDB keys are text or numbers",
    label = "neither text nor a whole number"
)]
pub trait KeyType: Serialize {
    /// What it is to DynamoDB.
    const SCALAR: manifest::Scalar;
}

macro_rules! key_types {
    ($($scalar:ident => $($type:ty),+;)+) => {$($(
        impl KeyType for $type {
            const SCALAR: manifest::Scalar = manifest::Scalar::$scalar;
        }
    )+)+};
}

key_types! {
    S => String, std::borrow::Cow<'static, str>;
    N => i8, i16, i32, i64, u8, u16, u32, u64;
}

/// The name of a key attribute with its scalar type.
#[doc(hidden)]
pub const fn key<K: KeyType>(name: &'static str) -> manifest::Key {
    manifest::Key { name: Text::Borrowed(name), scalar: K::SCALAR }
}

/// The partition key of a table with its scalar type.
#[doc(hidden)]
pub const fn partition_key<T: Table>() -> manifest::Key {
    key::<T::Partition>(T::PARTITION_KEY)
}

/// A type that can say when an item expires, or that it does not: seconds since 1970.
///
/// DynamoDB keeps an item whose attribute is no number. An `i32` would end in 2038.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html>
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a time to live: DynamoDB takes whole seconds since 1970",
    label = "not `u32`, `u64`, `i64` or an `Option` of one"
)]
pub trait TimeToLive {}

impl TimeToLive for u32 {}
impl TimeToLive for u64 {}
impl TimeToLive for i64 {}
#[diagnostic::do_not_recommend]
impl<T: TimeToLive> TimeToLive for Option<T> {}

/// The name of the attribute that says when an item expires.
#[doc(hidden)]
pub const fn time_to_live<T: TimeToLive>(name: &'static str) -> Text {
    Text::Borrowed(name)
}
