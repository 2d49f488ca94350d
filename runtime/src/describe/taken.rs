//! What a handler takes, where no derive of ours says it.

use std::marker::PhantomData;

use serde::de::DeserializeOwned;

use super::trace;
use crate::{
    Decoded, Record,
    manifest::{Item, Shape},
};

/// What a registered handler takes.
pub struct Taken {
    /// The handler.
    pub item: &'static Item,
    /// Its shape, as far as it can be learnt.
    pub shape: fn() -> Option<Shape>,
    /// Reads a record, or the detail of an event, as the handler does.
    pub read: fn(&[u8]) -> Result<(), String>,
}

inventory::collect!(Taken);

/// A type of which it is not known what it is: a method is looked for in the traits below, and the
/// first that applies is found. A bound would report once more what is wrong with a handler.
pub struct Input<T>(PhantomData<fn() -> T>);

impl<T> Input<T> {
    #[expect(clippy::new_without_default, reason = "constant")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

/// A record of a stream.
pub trait OfStream {
    fn shape(&self) -> Option<Shape>;
    fn read(&self, data: &[u8]) -> Result<(), String>;
}

impl<T: Record> OfStream for &&Input<T> {
    fn shape(&self) -> Option<Shape> {
        T::shape()
    }

    fn read(&self, data: &[u8]) -> Result<(), String> {
        match T::decode(data) {
            Ok(Decoded::Value(_)) => Ok(()),
            Ok(Decoded::Skipped(skipped)) => Err(skipped.to_string()),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// The detail of an event.
pub trait OfEvent {
    fn shape(&self) -> Option<Shape>;
    fn read(&self, data: &[u8]) -> Result<(), String>;
}

impl<T: DeserializeOwned> OfEvent for &Input<T> {
    fn shape(&self) -> Option<Shape> {
        trace::shape::<T>()
    }

    fn read(&self, data: &[u8]) -> Result<(), String> {
        serde_json::from_slice::<T>(data).map(drop).map_err(|error| error.to_string())
    }
}

/// What no handler can take.
pub trait OfNothing {
    fn shape(&self) -> Option<Shape>;
    fn read(&self, data: &[u8]) -> Result<(), String>;
}

impl<T> OfNothing for Input<T> {
    fn shape(&self) -> Option<Shape> {
        None
    }

    fn read(&self, _: &[u8]) -> Result<(), String> {
        Err("it is nothing that a handler takes".into())
    }
}
