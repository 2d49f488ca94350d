//! What an annotated function is to the runtime.

use crate::{
    Context, Result,
    connect::Connector,
    handle::{Acts, Handle, Seat},
    idempotency::Guard,
    manifest::{Item, Role},
    publish::Outbox,
};

/// An annotated function. The attributes implement it for a type of their own, so that the
/// function itself stays as written.
#[doc(hidden)]
pub trait Handler: Sized + Send + Sync + 'static {
    /// Its description.
    const ITEM: Item;
    /// What it takes first: a record of a stream, or an event.
    type Input: Send;
    /// What else it takes, as a tuple. That it is [`Parameters`] is asked where it is used: asked
    /// here, a wrong parameter would be reported twice.
    type Parameters: Send;
    /// What remembers that it was called: `()` for nothing.
    type Guard: Guard<Self>;
    /// Calls it.
    fn call(
        input: Self::Input,
        parameters: Self::Parameters,
    ) -> impl Future<Output = Result<()>> + Send;
}

/// What an annotated function may take beside its input: a handle, or the context.
#[diagnostic::on_unimplemented(
    message = "a handler cannot take a `{Self}`",
    label = "neither a handle nor the context",
    note = "after the record or event, a handler takes handles (`Get`, `Put`, `Update`, `Delete`, `Query`, `Publish`, `Notify`) and `Context`, by value:\nasync fn name(input, puts: Put<Table>, events: Publish<Event>, ctx: Context) -> esteira::Result<()>"
)]
pub trait Parameter: Sized + Clone + Send + Sync + 'static {
    /// What the manifest says of it.
    #[doc(hidden)]
    const ROLE: Role;
}

/// What an annotated function with an `allow` may take beside its input: also a
/// [`Raw`](crate::Raw).
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a handler cannot take a `{Self}`",
    label = "neither a handle, the context nor a `Raw` client",
    note = "after the record or event, a handler with an `allow` takes handles, `Context` and clients of your own, by value:\nasync fn name(input, puts: Put<Table>, client: Raw<Client>, ctx: Context) -> esteira::Result<()>"
)]
pub trait Allowed {
    /// What the manifest says of it.
    const ROLE: Role;
    /// Whether it is what an `allow` is for.
    const RAW: bool;
}

#[diagnostic::do_not_recommend]
impl<P: Parameter> Allowed for P {
    const ROLE: Role = P::ROLE;
    const RAW: bool = false;
}

/// How a parameter comes about.
#[doc(hidden)]
pub trait Prepare: Sized + Send + 'static {
    /// What is prepared once, when the function starts.
    type Prepared: Send + Sync;
    fn prepare<C: Connector>(connector: &C) -> Result<Self::Prepared>;
    /// The parameter for one record or event.
    fn begin(prepared: &Self::Prepared, record: &Invocation) -> Self;
}

/// What a handler needs, prepared once, when the function starts.
pub(crate) struct Prepared<H: Handler<Parameters: Parameters>> {
    pub(crate) parameters: <H::Parameters as Parameters>::Prepared,
    pub(crate) guard: <H::Guard as Guard<H>>::Prepared,
}

impl<H: Handler<Parameters: Parameters>> Prepared<H> {
    pub(crate) fn new<C: Connector>(connector: &C) -> Result<Self> {
        Ok(Self {
            parameters: H::Parameters::prepare(connector)?,
            guard: H::Guard::prepare(connector)?,
        })
    }
}

/// One record or event on its way through a handler.
#[doc(hidden)]
pub struct Invocation {
    pub(crate) context: Context,
    pub(crate) outbox: Outbox,
}

impl Parameter for Context {
    const ROLE: Role = Role::Context;
}

impl Prepare for Context {
    type Prepared = ();

    fn prepare<C: Connector>(_: &C) -> Result<()> {
        Ok(())
    }
    fn begin((): &(), record: &Invocation) -> Self {
        record.context.clone()
    }
}

impl<R: 'static, A: Acts<R> + 'static> Parameter for Handle<R, A> {
    const ROLE: Role = Role::Handle(A::GRANT);
}

impl<R: 'static, A: Acts<R> + 'static> Prepare for Handle<R, A> {
    type Prepared = Seat;

    fn prepare<C: Connector>(connector: &C) -> Result<Seat> {
        A::connect(connector).map_err(Into::into)
    }
    fn begin(seat: &Seat, record: &Invocation) -> Self {
        Handle::new(Seat {
            deadline: Some(record.context.deadline()),
            clock: record.context.clock().clone(),
            outbox: record.outbox.clone(),
            ..seat.clone()
        })
    }
}

/// The parameters of a handler, as a tuple.
#[doc(hidden)]
pub trait Parameters: Sized + Send + 'static {
    type Prepared: Send + Sync;
    fn prepare<C: Connector>(connector: &C) -> Result<Self::Prepared>;
    fn begin(prepared: &Self::Prepared, record: &Invocation) -> Self;
}

macro_rules! tuples {
    ($($name:ident)*) => {
        impl<$($name: Prepare),*> Parameters for ($($name,)*) {
            type Prepared = ($($name::Prepared,)*);

            #[allow(unused_variables, reason = "the empty tuple takes nothing")]
            fn prepare<Con: Connector>(connector: &Con) -> Result<Self::Prepared> {
                Ok(($($name::prepare(connector)?,)*))
            }

            #[allow(non_snake_case, unused_variables, clippy::unused_unit, reason = "one name for type and value")]
            fn begin(prepared: &Self::Prepared, record: &Invocation) -> Self {
                let ($($name,)*) = prepared;
                ($($name::begin($name, record),)*)
            }
        }
    };
}

tuples!();
tuples!(A);
tuples!(A B);
tuples!(A B C);
tuples!(A B C D);
tuples!(A B C D E);
tuples!(A B C D E F);
tuples!(A B C D E F G);
tuples!(A B C D E F G H);
tuples!(A B C D E F G H I);
tuples!(A B C D E F G H I J);
tuples!(A B C D E F G H I J K);
tuples!(A B C D E F G H I J K L);
