//! Handles: the only way a handler touches AWS. Each is the permission to do one thing to one
//! resource.

use std::{
    marker::PhantomData,
    sync::Arc,
    time::{Duration, SystemTime},
};

use crate::{
    Event, Memory, Table, Topic,
    call::{Call, CallError, Port, Reply, Target},
    clock::Clock,
    connect::Connector,
    manifest::{Action, Grant},
    publish::Outbox,
    retry::retry,
    table::Gathering,
};

/// The permission to do `A` to the resource `R`.
///
/// A handler asks for it by a parameter of one of the types [`Get`], [`Put`], [`Update`],
/// [`Delete`], [`Query`], [`Publish`] and [`Notify`]; the function's role then allows exactly
/// that action on exactly that resource.
pub struct Handle<R, A> {
    pub(crate) seat: Seat,
    marker: PhantomData<fn() -> (R, A)>,
}

/// Reads single items of a table.
pub type Get<T> = Handle<T, action::Get>;
/// Writes whole items to a table.
pub type Put<T> = Handle<T, action::Put>;
/// Changes attributes of items of a table.
pub type Update<T> = Handle<T, action::Update>;
/// Deletes items of a table.
pub type Delete<T> = Handle<T, action::Delete>;
/// Reads the items of one partition of a table.
pub type Query<T> = Handle<T, action::Query>;
/// Publishes events of one type.
pub type Publish<E> = Handle<E, action::Publish>;
/// Sends messages to a topic.
pub type Notify<T> = Handle<T, action::Notify>;

/// What a [`Handle`] may do.
pub mod action {
    /// `dynamodb:GetItem`
    #[derive(Debug)]
    pub struct Get;
    /// `dynamodb:PutItem`
    #[derive(Debug)]
    pub struct Put;
    /// `dynamodb:UpdateItem`
    #[derive(Debug)]
    pub struct Update;
    /// `dynamodb:DeleteItem`
    #[derive(Debug)]
    pub struct Delete;
    /// `dynamodb:Query`
    #[derive(Debug)]
    pub struct Query;
    /// `events:PutEvents`
    #[derive(Debug)]
    pub struct Publish;
    /// `sns:Publish`
    #[derive(Debug)]
    pub struct Notify;
}

mod sealed {
    pub trait Action {}
}

pub(crate) mod may {
    //! For each action, the trait of the only handle that may do it. Every handle has every
    //! method, under such a bound: so a call that is not permitted says what to ask for.

    use super::{action, sealed::Action};

    macro_rules! may {
        ($($name:ident: $message:tt, $label:tt, $note:tt;)+) => {$(
            #[diagnostic::on_unimplemented(message = $message, label = $label, note = $note)]
            pub trait $name: Action {}
        )+};
    }

    may! {
        Get: "this handle may not read an item: ask for a `Get<…>` parameter",
            "only a `Get` handle may do this",
            "each handle is the permission for one action; with a parameter `reads: Get<…>`, the function's role allows this one too";
        Put: "this handle may not write an item: ask for a `Put<…>` parameter",
            "only a `Put` handle may do this",
            "each handle is the permission for one action; with a parameter `writes: Put<…>`, the function's role allows this one too";
        Update: "this handle may not change an item: ask for an `Update<…>` parameter",
            "only an `Update` handle may do this",
            "each handle is the permission for one action; with a parameter `changes: Update<…>`, the function's role allows this one too";
        Delete: "this handle may not delete an item: ask for a `Delete<…>` parameter",
            "only a `Delete` handle may do this",
            "each handle is the permission for one action; with a parameter `deletes: Delete<…>`, the function's role allows this one too";
        Query: "this handle may not query a table: ask for a `Query<…>` parameter",
            "only a `Query` handle may do this",
            "each handle is the permission for one action; with a parameter `queries: Query<…>`, the function's role allows this one too";
        Publish: "this handle may not publish an event: ask for a `Publish<…>` parameter",
            "only a `Publish` handle may do this",
            "each handle is the permission for one action; with a parameter `events: Publish<…>`, the function's role allows this one too";
        Notify: "this handle may not send a message: ask for a `Notify<…>` parameter",
            "only a `Notify` handle may do this",
            "each handle is the permission for one action; with a parameter `messages: Notify<…>`, the function's role allows this one too";
    }

    impl Get for action::Get {}
    impl Put for action::Put {}
    impl Update for action::Update {}
    impl Delete for action::Delete {}
    impl Query for action::Query {}
    impl Publish for action::Publish {}
    impl Notify for action::Notify {}
}

/// An action that can be done to `R`.
pub trait Acts<R>: sealed::Action {
    /// The permission it needs.
    #[doc(hidden)]
    const GRANT: Grant;
    #[doc(hidden)]
    fn connect<C: Connector>(connector: &C) -> Result<Seat, C::Error>;
}

macro_rules! actions {
    ($($action:ident: $resource:ident => $iam:ident, $connect:ident($id:expr);)+) => {$(
        impl sealed::Action for action::$action {}
        impl<R: $resource> Acts<R> for action::$action {
            const GRANT: Grant =
                Grant { action: Action::$iam, resource: std::borrow::Cow::Borrowed(R::ID) };
            fn connect<C: Connector>(connector: &C) -> Result<Seat, C::Error> {
                connector.$connect($id)
            }
        }
    )+};
}

actions! {
    Get: Table => GetItem, table(R::ID);
    Put: Table => PutItem, table(R::ID);
    Update: Table => UpdateItem, table(R::ID);
    Delete: Table => DeleteItem, table(R::ID);
    Query: Table => Query, table(R::ID);
    Publish: Event => PutEvents, bus(R::BUS);
    Notify: Topic => Publish, topic(R::ID);
}

impl<R, A> Handle<R, A> {
    pub(crate) fn new(seat: Seat) -> Self {
        Self { seat, marker: PhantomData }
    }
}

impl<R, A: Acts<R>> Handle<R, A> {
    /// A handle on the resource in `memory`, for tests.
    pub fn in_memory(memory: &Memory) -> Self {
        match A::connect(memory) {
            Ok(seat) => Self::new(seat),
            Err(error) => match error {},
        }
    }
}

impl<R, A> Clone for Handle<R, A> {
    fn clone(&self) -> Self {
        Self::new(self.seat.clone())
    }
}

/// What a handle sits on: the port to its resource, and the invocation it serves.
#[doc(hidden)]
#[derive(Clone)]
pub struct Seat {
    pub(crate) port: Arc<dyn Port>,
    pub(crate) target: Target,
    pub(crate) clock: Arc<dyn Clock>,
    /// When the invocation ends; none outside of one.
    pub(crate) deadline: Option<SystemTime>,
    /// Where published events wait.
    pub(crate) outbox: Outbox,
    /// Where transactions wait for each other.
    pub(crate) gathering: Gathering,
}

/// How long calls outside an invocation are retried.
const PATIENCE: Duration = Duration::from_secs(30);

impl Seat {
    /// Makes a call, repeating it while its failure is transient and there is time.
    pub(crate) async fn call(&self, call: &Call) -> Result<Reply, CallError> {
        self.call_reading(call, |error| error).await
    }

    /// The same; what `read` makes of a failure decides whether the call is repeated.
    pub(crate) async fn call_reading(
        &self,
        call: &Call,
        read: fn(CallError) -> CallError,
    ) -> Result<Reply, CallError> {
        let deadline = self.deadline.unwrap_or_else(|| self.clock.now() + PATIENCE);
        retry(&*self.clock, deadline, || {
            let answer = self.port.call(call.clone());
            Box::pin(async move { answer.await.map_err(read) })
        })
        .await
    }
}
