//! Sending what was given up to its handler once more.

mod messages;
mod records;

use crate::{
    aws::{Aws, Identity, Refusal},
    diagnostic::Result,
    graph::{Function, Graph},
};

pub(crate) use {messages::Messages, records::Records};

/// What one handler gave up, or was not given, and where it lies.
#[derive(Debug)]
pub(crate) struct Pile<'g> {
    pub(crate) function: &'g Function,
    pub(crate) place: Place,
}

/// Where something lies.
#[derive(Debug, PartialEq)]
pub(crate) enum Place {
    /// Records of a stream, in the bucket for failures.
    Records(Records),
    /// Events, in the handler's queue.
    Messages(Messages),
}

/// What became of a pile.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Sent {
    /// How many were sent again, and are gone from where they lay.
    pub(crate) sent: usize,
    /// What stays, and why.
    pub(crate) kept: Vec<Kept>,
}

/// Something that stays where it lies.
#[derive(Debug, PartialEq)]
pub(crate) struct Kept {
    /// The key of an object, or the id of a message.
    pub(crate) what: String,
    pub(crate) why: String,
}

/// What lies there for some functions, in their order; where there is no place at all, because the
/// function was never deployed, the refusal says so.
///
/// # Errors
///
/// What lies in the bucket is not to be known.
pub(crate) fn find<'g>(
    aws: &Aws,
    identity: &Identity,
    graph: &'g Graph,
    functions: &[&'g Function],
) -> Result<Vec<Result<Pile<'g>, Refusal>>> {
    let mut records = records::find(aws, identity, graph, functions)?;
    let piles = functions.iter().map(|&function| {
        let place = match messages::find(aws, graph, function) {
            Some(messages) => Place::Messages(messages?),
            None => match records.remove(&function.node.id) {
                Some(records) => Place::Records(records?),
                None => Place::Records(Records::default()),
            },
        };
        Ok(Pile { function, place })
    });
    Ok(piles.collect())
}

impl Pile<'_> {
    /// How many objects or, about, messages.
    pub(crate) fn number(&self) -> usize {
        match &self.place {
            Place::Records(records) => records.keys.len(),
            Place::Messages(messages) => messages.number,
        }
    }

    /// Sends all of it again. What the handler does not take stays where it is.
    ///
    /// # Errors
    ///
    /// AWS does not do its part.
    pub(crate) fn send(&self, aws: &Aws) -> Result<Sent, Refusal> {
        match &self.place {
            Place::Records(records) => records.send(aws, self.function),
            Place::Messages(messages) => messages.send(aws, self.function),
        }
    }
}
