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
    /// What is prepared once, when the function starts.
    #[doc(hidden)]
    type Prepared: Send + Sync;
    #[doc(hidden)]
    fn prepare<C: Connector>(connector: &C) -> Result<Self::Prepared, C::Error>;
    /// The parameter for one record or event.
    #[doc(hidden)]
    fn begin(prepared: &Self::Prepared, record: &Invocation) -> Self;
}

/// What a handler needs, prepared once, when the function starts.
pub(crate) struct Prepared<H: Handler<Parameters: Parameters>> {
    pub(crate) parameters: <H::Parameters as Parameters>::Prepared,
    pub(crate) guard: <H::Guard as Guard<H>>::Prepared,
}

impl<H: Handler<Parameters: Parameters>> Prepared<H> {
    pub(crate) fn new<C: Connector>(connector: &C) -> Result<Self, C::Error> {
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
    type Prepared = ();

    fn prepare<C: Connector>(_: &C) -> Result<(), C::Error> {
        Ok(())
    }
    fn begin((): &(), record: &Invocation) -> Self {
        record.context.clone()
    }
}

impl<R: 'static, A: Acts<R> + 'static> Parameter for Handle<R, A> {
    const ROLE: Role = Role::Handle(A::GRANT);
    type Prepared = Seat;

    fn prepare<C: Connector>(connector: &C) -> Result<Seat, C::Error> {
        A::connect(connector)
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
    fn prepare<C: Connector>(connector: &C) -> Result<Self::Prepared, C::Error>;
    fn begin(prepared: &Self::Prepared, record: &Invocation) -> Self;
}

macro_rules! tuples {
    ($($name:ident)*) => {
        impl<$($name: Parameter),*> Parameters for ($($name,)*) {
            type Prepared = ($($name::Prepared,)*);

            #[allow(unused_variables, reason = "the empty tuple takes nothing")]
            fn prepare<Con: Connector>(connector: &Con) -> Result<Self::Prepared, Con::Error> {
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
