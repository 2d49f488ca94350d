//! What expansions refer to. Not part of the public interface.

pub use std::borrow::Cow::Borrowed;

pub use serde::{Serialize, de::DeserializeOwned};

#[cfg(feature = "describe")]
pub use crate::describe::taken;
pub use crate::{
    detail::{Flattened, NoFields, Text, check},
    handler::{Allowed, Handler, Parameters},
    idempotency::{Idempotent, Once, idempotency_key, idempotency_key_by},
    resource::{NoSortKey, key, partition_key, time_to_live},
    table::{number::Number, size},
};
#[cfg(feature = "describe")]
pub use inventory;

#[cfg(feature = "aws")]
pub mod lambda {
    //! The entry points that `__entry` names.
    pub use crate::lambda::{event, kinesis};
}

use crate::{
    Event, Row,
    error::{Error, Result},
    manifest::{Location, Text as ManifestText},
};

/// Constant text.
pub const fn text(text: &'static str) -> ManifestText {
    Borrowed(text)
}

/// Constant text that may be missing.
pub const fn optional_text(text: Option<&'static str>) -> Option<ManifestText> {
    match text {
        Some(text) => Some(Borrowed(text)),
        None => None,
    }
}

/// A place in the user's source.
pub const fn location(package: &'static str, file: &'static str, line: u32) -> Location {
    Location { package: Borrowed(package), file: Borrowed(file), line }
}

/// What a handler may return.
#[diagnostic::on_unimplemented(
    message = "a handler returns `esteira::Result<()>`, not `{Self}`",
    label = "not the result of a handler",
    note = "an error is what makes AWS deliver again; its type may be any that implements `std::error::Error`, or a text"
)]
pub trait Outcome {
    fn into_result(self) -> Result<()>;
}

#[diagnostic::do_not_recommend]
impl<E: Into<Error>> Outcome for Result<(), E> {
    fn into_result(self) -> Result<()> {
        self.map_err(Into::into)
    }
}

/// That the input of a handler is the event of its rule.
#[diagnostic::on_unimplemented(
    message = "the rule is for `{Event}`, but the function takes `{Self}`",
    label = "not the event of the rule",
    note = "the first parameter is the event that the rule names; handles and the context come after it"
)]
pub trait Is<Event> {}

impl<T> Is<T> for T {}

/// Fails to compile if the two are not the same type.
pub const fn same<Input: Is<Event>, Event>() {}

/// Fails to compile if the detail of an event cannot be read as this type.
pub const fn readable<Input: DeserializeOwned + Send>() {}

/// What an event says of itself.
///
/// Rules read it through a function, which asks for `Event` and nothing else: a path to one of
/// its constants would ask for its supertraits once more, and report a missing one twice.
pub struct EventItself {
    pub id: &'static str,
    pub bus: &'static str,
    pub source: &'static str,
    pub detail_type: &'static str,
}

/// See [`EventItself`].
pub const fn event<E: Event>() -> EventItself {
    EventItself { id: E::ID, bus: E::BUS, source: E::SOURCE, detail_type: E::DETAIL_TYPE }
}

/// The id of a row, read like [`event`]s are.
pub const fn row<R: Row>() -> &'static str {
    R::ID
}

/// A registered description.
#[cfg(feature = "describe")]
pub struct Registered(pub &'static crate::manifest::Item);

#[cfg(feature = "describe")]
inventory::collect!(Registered);

/// Registers a description, where a describe program will look for it; of a handler also what it
/// takes.
///
/// A macro with two definitions because a `cfg` in an expansion would be read in the user's
/// crate. (`__entry` is the other one.)
#[cfg(feature = "describe")]
#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    ($item:expr) => {
        const _: () = {
            static ITEM: $crate::manifest::Item = $item;
            $crate::__private::inventory::submit!($crate::__private::Registered(&ITEM));
        };
    };
    ($item:expr, $input:ty) => {
        const _: () = {
            use $crate::__private::taken::{
                Input, OfEvent as _, OfNothing as _, OfStream as _, Taken,
            };
            static ITEM: $crate::manifest::Item = $item;
            $crate::__private::inventory::submit!($crate::__private::Registered(&ITEM));
            $crate::__private::inventory::submit!(Taken {
                item: &ITEM,
                shape: || (&&&Input::<$input>::new()).shape(),
                read: |data| (&&&Input::<$input>::new()).read(data),
            });
        };
    };
}

/// Checks a description, as the describe program will see it.
#[cfg(not(feature = "describe"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    ($item:expr $(, $input:ty)?) => {
        const _: $crate::manifest::Item = $item;
    };
}

/// The exported symbol of a handler's entry point: crate and module path, so that a handler in a
/// private module can be reached.
#[doc(hidden)]
#[macro_export]
macro_rules! __symbol {
    ($name:literal) => {
        ::core::concat!("esteira handler ", ::core::module_path!(), "::", $name)
    };
}

/// What a handler is entered by: on Lambda, and in the local engine.
#[doc(hidden)]
#[macro_export]
macro_rules! __entry {
    ($trigger:ident, $handler:ty, $name:literal) => {
        $crate::__lambda!($trigger, $handler, $name);
        $crate::__local!($trigger, $handler);
    };
}

/// Without the engine nothing is run here.
#[cfg(not(feature = "testing"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __local {
    ($trigger:ident, $handler:ty) => {};
}

/// Registers a handler, where the engine will look for it.
#[cfg(feature = "testing")]
#[doc(hidden)]
#[macro_export]
macro_rules! __local {
    ($trigger:ident, $handler:ty) => {
        const _: () = {
            static ITEM: $crate::manifest::Item = <$handler as $crate::__private::Handler>::ITEM;
            $crate::__private::inventory::submit!($crate::engine::Local {
                item: &ITEM,
                start: |instance| {
                    use $crate::engine::{
                        Start, StartOfEvent as _, StartOfNothing as _, StartOfStream as _,
                    };
                    (&&Start::<$handler>::new()).$trigger(instance)
                },
            });
        };
    };
}

/// No entry point: without AWS there is nothing to enter from.
#[cfg(not(feature = "aws"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __lambda {
    ($trigger:ident, $handler:ty, $name:literal) => {};
}

/// Exports the entry point of a handler. Only the binary that names the symbol keeps it.
#[cfg(feature = "aws")]
#[doc(hidden)]
#[macro_export]
macro_rules! __lambda {
    ($trigger:ident, $handler:ty, $name:literal) => {
        // Unsafe because symbols can clash; the module path is in this one's name. No `allow`, so
        // that a crate may forbid unsafe code: the lint does not look into macros of others.
        #[unsafe(export_name = ::core::concat!("esteira handler ", ::core::module_path!(), "::", $name))]
        extern "Rust" fn entry() -> ::std::process::ExitCode {
            $crate::__private::lambda::$trigger::<$handler>()
        }
    };
}
