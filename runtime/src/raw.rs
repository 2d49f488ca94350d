//! Clients of the user's own, for what no handle does.

use std::{marker::PhantomData, ops::Deref};

use crate::{
    Parameter, Result,
    connect::Connector,
    handler::{Allowed, Invocation, Prepare},
    manifest::Role,
};

mod connection;

pub use connection::Connection;
#[cfg(feature = "aws")]
pub(crate) use connection::endpoint;

/// A client of your own, for what no handle does: the escape hatch.
///
/// It is taken by a handler whose attribute says, by one or more `allow(…)`, what it may do; the
/// function's role then allows exactly that. See
/// [`on_kinesis`](crate::on_kinesis#what-no-handle-does).
///
/// It derefs to the client. A test hands its own in by [`Raw::new`].
#[derive(Debug, Clone)]
pub struct Raw<C> {
    client: C,
}

impl<C> Raw<C> {
    /// Hands a client in, in a test.
    pub fn new(client: C) -> Self {
        Self { client }
    }
}

impl<C> Deref for Raw<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.client
    }
}

/// A client that a function makes when it starts, and gives to its handler as a [`Raw`].
///
/// Only the Lambda binaries connect, so only they need the implementation: of a client that is
/// made of an AWS SDK it stands, like the dependency on that SDK, under the application's feature
/// `lambda`.
///
/// ```
/// use std::sync::Arc;
///
/// use esteira::{Connection, RawClient, Result, Table};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Table, Serialize, Deserialize)]
/// #[table(name = "Stock", partition_key = product)]
/// pub struct Stock {
///     pub product: String,
/// }
///
/// #[derive(Clone)]
/// pub struct Scanner {
///     table: Arc<str>,
///     // Under the feature `lambda`: client: aws_sdk_dynamodb::Client,
/// }
///
/// impl RawClient for Scanner {
///     fn connect(connection: &Connection) -> Result<Self> {
///         Ok(Self {
///             table: connection.name::<Stock>()?.into(),
///             // aws_sdk_dynamodb::Client::new(connection.sdk_config())
///         })
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "a function cannot make a `{Self}`: it does not implement `RawClient`",
    label = "not a `RawClient`",
    note = "write `impl esteira::RawClient for …`, for a type of your own around the SDK's client; under `#[cfg(feature = \"lambda\")]` if it needs the SDK"
)]
pub trait RawClient: Clone + Send + Sync + 'static {
    /// Makes the client, once, when the function starts.
    ///
    /// # Errors
    ///
    /// Whatever is in the way: the function then does not start.
    fn connect(connection: &Connection) -> Result<Self>;
}

/// What a [`Raw`] would need to be taken without an `allow`. Nothing implements it.
///
/// Not asked of the `Raw` itself: of two traits of one type the compiler explains the outer one.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a `Raw` client may do nothing without an `allow`",
    label = "nothing says what it may do",
    note = "say it in the handler's attribute, once for each resource:\nallow(actions(\"dynamodb:Scan\"), on = Table), allow(actions(\"s3:GetObject\"), on = \"arn:aws:s3:::bucket/*\")"
)]
pub trait WithoutAllow {}

/// Only for its message: a `Raw` is no parameter, but an [`Allowed`] one.
#[doc(hidden)]
impl<C: Clone + Send + Sync + 'static> Parameter for Raw<C>
where
    PhantomData<C>: WithoutAllow,
{
    const ROLE: Role = Role::Raw;
}

impl<C> Allowed for Raw<C> {
    const ROLE: Role = Role::Raw;
    const RAW: bool = true;
}

impl<C: RawClient> Prepare for Raw<C> {
    type Prepared = C;

    fn prepare<Con: Connector>(connector: &Con) -> Result<C> {
        connector.raw()
    }
    fn begin(client: &C, _: &Invocation) -> Self {
        Self::new(client.clone())
    }
}
