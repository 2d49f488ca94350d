//! The manifest: what an application declares, as pure data. Applications know this crate as
//! `esteira::manifest`; it stands alone so that the tool need not compile the runtime.
//!
//! The attributes and derives build these values as constants, the generated describe program
//! writes them as JSON, and the tool reads them back. This is the one definition of the format;
//! unknown fields are refused, so a tool and a runtime of different versions cannot
//! misunderstand each other silently.
//!
//! Everything is `Cow<'static, _>` so that the same types serve both as constants in the
//! user's crate and as the owned result of reading a file.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub mod dev;
mod json;
mod shape;

pub use json::Json;
pub use shape::{Field, Shape};

/// The version of the format. It changes with any change to the types of this crate.
pub const VERSION: u32 = 4;

/// Text that is a constant when described and owned when read back.
pub type Text = Cow<'static, str>;

/// A list that is a constant when described and owned when read back.
pub type List<T> = Cow<'static, [T]>;

/// Everything one application declares.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Always [`VERSION`]; a reader refuses any other.
    pub version: u32,
    /// The package name of the application.
    pub app: String,
    /// Every declared item, ordered by id.
    pub items: Vec<Item>,
}

/// One declaration: a resource, a type with a role, or a handler.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// The full path of the declared type or function, such as `pipeline::infra::Inventario`.
    /// Other items refer to this one by it.
    pub id: Text,
    /// Where it was written.
    pub at: Location,
    /// What it is.
    pub kind: Kind,
}

impl Item {
    /// The last segment of the id: the name of the type or function.
    pub fn name(&self) -> &str {
        self.id.rsplit("::").next().unwrap_or(&self.id)
    }
}

/// A place in the user's source.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// The package the item is compiled from.
    pub package: Text,
    /// As the compiler's `file!()` gives it; the tool rewrites it relative to the workspace.
    pub file: Text,
    /// Counted from one.
    pub line: u32,
}

/// What an item is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A Kinesis data stream.
    Stream(Stream),
    /// An EventBridge bus.
    Bus(Bus),
    /// An event type, published on a bus.
    Event(Event),
    /// A DynamoDB table.
    Table(Table),
    /// An SNS topic.
    Topic(Topic),
    /// A virtual private cloud.
    Vpc(Vpc),
    /// An Aurora MySQL cluster.
    Aurora(Aurora),
    /// Change data capture: DMS from a database into a stream.
    Capture(Capture),
    /// A KMS key.
    KmsKey(KmsKey),
    /// A row of a captured database table.
    Row(Row),
    /// A function that becomes a Lambda.
    Handler(Handler),
}

/// A Kinesis data stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stream {
    /// The name before the stage's naming pattern.
    pub name: Text,
    /// Provisioned shards, each 1 MB/s or 1,000 records/s in; none for a stream on demand.
    pub shards: Option<u32>,
    /// How long records are kept, in hours, 24 to 8,760.
    pub retention_hours: u32,
    /// The id of the KMS key it is encrypted with; none for the service's own.
    pub kms_key: Option<Text>,
    /// Made by others: its ids are in the stage file, and it is only referred to.
    pub existing: bool,
}

/// An EventBridge bus.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bus {
    /// The name before the stage's naming pattern.
    pub name: Text,
    /// Days that its archive keeps every event; none for no archive.
    pub archive_days: Option<u32>,
    /// Made by others: its ids are in the stage file, and it is only referred to.
    pub existing: bool,
}

/// An event type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The id of its bus.
    pub bus: Text,
    /// The `source` of the envelope.
    pub source: Text,
    /// The `detail-type` of the envelope.
    pub detail_type: Text,
    /// Subscribed to, or published, outside this application.
    pub external: bool,
    /// The shape of `detail`.
    pub detail: Shape,
}

/// A DynamoDB table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The name before the stage's naming pattern.
    pub name: Text,
    /// The partition key.
    pub partition_key: Key,
    /// The sort key, if the table has one.
    pub sort_key: Option<Key>,
    /// The attribute with the time, in seconds since 1970, at which an item expires.
    pub ttl: Option<Text>,
    /// The id of the KMS key it is encrypted with; none for the service's own.
    pub kms_key: Option<Text>,
    /// Made by others: its ids are in the stage file, and it is only referred to.
    pub existing: bool,
    /// The shape of an item.
    pub item: Shape,
}

/// A key attribute of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The attribute's name in the table.
    pub name: Text,
    /// Its scalar type.
    pub scalar: Scalar,
}

/// The type of a key attribute, by DynamoDB's own letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scalar {
    /// Text.
    S,
    /// Number.
    N,
}

/// An SNS topic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// The name before the stage's naming pattern, and before the `.fifo` of a FIFO topic.
    pub name: Text,
    /// Ordered within a group and without repetitions.
    pub fifo: bool,
    /// The id of the KMS key it is encrypted with; none for the service's own.
    pub kms_key: Option<Text>,
    /// Made by others: its ids are in the stage file, and it is only referred to.
    pub existing: bool,
}

/// A virtual private cloud with a public and a private subnet in each of its zones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vpc {
    /// The name before the stage's naming pattern.
    pub name: Text,
    /// The IPv4 addresses of its subnets, as `10.0.0.0/16`; none if these exist too.
    pub cidr: Option<Text>,
    /// The availability zones it spans, 2 or 3.
    pub azs: u32,
    /// How its private subnets reach AWS.
    pub egress: Egress,
    /// Made by others: its ids are in the stage file, and it is only referred to.
    pub existing: bool,
}

/// How the private subnets of a VPC reach AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Egress {
    /// By VPC endpoints, one for each service that is called from inside; nothing else is reached.
    Endpoints,
    /// By NAT gateways, and through them the internet.
    Nat,
}

/// An Aurora MySQL cluster, with its binlog on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aurora {
    /// The cluster's name before the stage's naming pattern.
    pub name: Text,
    /// The id of the VPC whose private subnets it stands in.
    pub vpc: Text,
    /// The database that is made with it.
    pub database: Text,
    /// The instances: one that writes, the others that read and stand in for it. 1 to 16.
    pub instances: u32,
    /// The id of the KMS key it is encrypted with; none for the service's own.
    pub kms_key: Option<Text>,
    /// Made by others: its ids are in the stage file, and it is only referred to.
    pub existing: bool,
}

/// Change data capture: DMS reads the binlog of a database and puts every change on a stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capture {
    /// The task's name before the stage's naming pattern.
    pub name: Text,
    /// The id of the Aurora cluster.
    pub from: Text,
    /// The ids of the row types whose tables are captured.
    pub tables: List<Text>,
    /// The id of the stream.
    pub into: Text,
    /// Where large objects are cut, in KiB, 1 to 1,024.
    pub lob_kib: u32,
}

/// A customer managed KMS key.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KmsKey {
    /// The name of its alias before the stage's naming pattern.
    pub name: Text,
    /// Made by others: its ids are in the stage file, and it is only referred to.
    pub existing: bool,
}

/// A row type: a table of the source database, as change data capture delivers it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The table's name in the database.
    pub table: Text,
    /// The column names of the primary key.
    pub key: List<Text>,
    /// The shape of a row.
    pub columns: Shape,
    /// The SQL file, or the folder of migrations, that defines the table, relative to the
    /// package of the row.
    pub schema: Option<Text>,
}

/// A function that becomes a Lambda.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handler {
    /// The Lambda's name before the stage's naming pattern: by default the function's name in
    /// upper camel case.
    pub function: Text,
    /// The exported symbol of its entry point.
    pub entry: Text,
    /// What invokes it.
    pub trigger: Trigger,
    /// Its parameters, in order.
    pub parameters: List<Parameter>,
    /// Memory in MiB.
    pub memory: u32,
    /// Timeout in seconds.
    pub timeout: u32,
    /// The processor it is built for; none for the one that `build` is told.
    pub architecture: Option<Architecture>,
    /// Environment variables of the user's.
    pub environment: List<Variable>,
    /// The id of the VPC in whose private subnets it stands.
    pub vpc: Option<Text>,
    /// Executions that only this function may use, and at most uses.
    pub reserved_concurrency: Option<u32>,
    /// What its `Raw` clients may do.
    pub allows: List<Allow>,
    /// That it remembers what it has done; none if it does not.
    pub idempotent: Option<Idempotent>,
    /// The shape of a record, or of an event's `detail`, that is no declared row or event; none
    /// if it is declared, or if its type does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<Shape>,
}

/// Actions that a handler asks for by an `allow`, since no handle stands for them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allow {
    /// Where it is written.
    pub at: Location,
    /// Their IAM names, such as `dynamodb:Scan`, at least one; without wildcards.
    pub actions: List<Text>,
    /// What they may be done to.
    pub on: On,
}

/// What an [`Allow`] is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum On {
    /// The id of a stream, bus, table, topic or KMS key.
    Resource(Text),
    /// An ARN, which may have wildcards; or `*`, for actions that are about no particular resource.
    Arn(Text),
}

/// That a handler remembers what it has done, in a table that the application gets for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Idempotent {
    /// How long, in seconds.
    pub ttl: u32,
}

impl Idempotent {
    /// The id of the table. No item declares it.
    pub const TABLE: &'static str = "esteira::Idempotency";
    /// Its partition key, a text.
    pub const PARTITION_KEY: &'static str = "key";
    /// Its attribute with the time, in seconds since 1970, at which an item expires.
    pub const TTL: &'static str = "expires";
}

/// The processor a function is built for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Architecture {
    /// Graviton.
    Arm64,
    /// Intel and AMD.
    X86_64,
}

/// An environment variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// Its name.
    pub name: Text,
    /// Its value, the same in every stage.
    pub value: Text,
}

/// How often, and for how long, a hand-over is tried before it goes to its failure destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// Tries after the first.
    pub attempts: u32,
    /// The age, in seconds, past which nothing is tried again.
    pub max_age: u32,
}

/// What invokes a handler.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// A Kinesis event source mapping.
    Kinesis(KinesisTrigger),
    /// An EventBridge rule.
    Event(EventTrigger),
}

/// A Kinesis event source mapping.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KinesisTrigger {
    /// The id of the stream.
    pub stream: Text,
    /// Records an invocation, 1 to 10,000.
    pub batch_size: u32,
    /// The id of the row type, for a handler of change records.
    pub row: Option<Text>,
    /// Seconds to wait for a batch to fill, 0 to 300.
    pub batching_window: u32,
    /// Batches of one shard that are processed at once, 1 to 10; one partition key is always in
    /// one of them.
    pub parallelization: u32,
    /// Records of a batch that are handled at once, 1 to 1,000, each of another partition key.
    pub concurrency: u32,
    /// Where a mapping that is new begins to read.
    pub starting_position: StartingPosition,
    /// Tries of a batch before the record that fails goes to the failure destination.
    pub retry: Retry,
}

/// Where in a stream a mapping that is new begins to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartingPosition {
    /// At the oldest record that there is.
    TrimHorizon,
    /// At the records that come after it.
    Latest,
}

/// An EventBridge rule with the function as its target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventTrigger {
    /// The id of the bus.
    pub bus: Text,
    /// The id of the event type; none for a raw rule.
    pub event: Option<Text>,
    /// The whole event pattern, `source` and `detail-type` included.
    pub pattern: Json,
    /// The bus's tries of handing an event to the function.
    pub delivery: Retry,
    /// The function's tries of an event that it was handed.
    pub retry: Retry,
}

/// A parameter of a handler.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// As written.
    pub name: Text,
    /// Where its type is written.
    pub at: Location,
    /// What it brings.
    pub role: Role,
}

/// What a parameter brings into the function.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The record or event that the trigger delivers.
    Input,
    /// The `Context`.
    Context,
    /// A handle: the permission to do one thing to one resource.
    Handle(Grant),
    /// A `Raw` client: what it may do, [`Handler::allows`] says.
    Raw,
}

/// One action on one resource.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// What may be done.
    pub action: Action,
    /// The id of the table, topic or event it may be done to.
    pub resource: Text,
}

/// What a handle may do, under the name IAM has for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Action {
    /// `Get`
    #[serde(rename = "dynamodb:GetItem")]
    GetItem,
    /// `Put`
    #[serde(rename = "dynamodb:PutItem")]
    PutItem,
    /// `Update`
    #[serde(rename = "dynamodb:UpdateItem")]
    UpdateItem,
    /// `Delete`
    #[serde(rename = "dynamodb:DeleteItem")]
    DeleteItem,
    /// `Query`
    #[serde(rename = "dynamodb:Query")]
    Query,
    /// `Publish`
    #[serde(rename = "events:PutEvents")]
    PutEvents,
    /// `Notify`
    #[serde(rename = "sns:Publish")]
    Publish,
}

impl Action {
    /// The action's IAM name, such as `dynamodb:PutItem`.
    pub const fn iam(self) -> &'static str {
        match self {
            Action::GetItem => "dynamodb:GetItem",
            Action::PutItem => "dynamodb:PutItem",
            Action::UpdateItem => "dynamodb:UpdateItem",
            Action::DeleteItem => "dynamodb:DeleteItem",
            Action::Query => "dynamodb:Query",
            Action::PutEvents => "events:PutEvents",
            Action::Publish => "sns:Publish",
        }
    }
}

/// The environment variable through which a function learns the physical name of a resource:
/// the table's or the bus's name, the topic's ARN.
///
/// ```
/// # use esteira_manifest::environment_variable;
/// assert_eq!(environment_variable("pipeline::infra::Inventario"), "ESTEIRA_PIPELINE_INFRA_INVENTARIO");
/// ```
pub fn environment_variable(id: &str) -> String {
    let mut name = String::from("ESTEIRA");
    for segment in id.split("::") {
        name.push('_');
        name.extend(segment.chars().map(|c| match c.to_ascii_uppercase() {
            c @ ('A'..='Z' | '0'..='9') => c,
            _ => '_',
        }));
    }
    name
}
