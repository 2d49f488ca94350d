//! What can be seen of an engine at work.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use super::function::Failure;

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Seen {
    /// When.
    pub at: SystemTime,
    /// The trace it is part of.
    pub trace: Option<Arc<str>>,
    /// What.
    pub what: What,
}

/// What can happen.
#[derive(Debug, Clone)]
pub enum What {
    /// A record came to a stream.
    Put {
        /// The stream, by its place among those of the engine.
        stream: usize,
    },
    /// A bus took an event.
    Published {
        /// The bus, by its place among those of the engine.
        bus: usize,
        /// The event's source.
        source: String,
        /// The event's detail type.
        detail_type: String,
        /// The functions whose rules match.
        functions: Vec<usize>,
    },
    /// A function was invoked, and is done.
    Invoked {
        /// Which.
        function: usize,
        /// What with.
        input: Input,
        /// How long it took, on the clock on the wall.
        took: Duration,
        /// How it ended; of a batch, how many records come again.
        outcome: Result<usize, Failure>,
    },
    /// A topic took a message.
    Notified {
        /// The id of the topic.
        topic: &'static str,
        /// What e-mail subscribers would see as the subject.
        subject: Option<String>,
        /// The text.
        body: String,
    },
    /// Something was given up, and lies where it can be found.
    GaveUp {
        /// The function that was to have it.
        function: usize,
        /// What it is.
        input: Input,
        /// Why.
        condition: &'static str,
        /// The queue or the object.
        destination: String,
    },
    /// A call was refused.
    Refused(Refusal),
}

/// What a function is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// So many records of a shard.
    Records(usize),
    /// An event of a detail type.
    Event(String),
}

/// A call that the role of a function does not allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The function.
    pub function: String,
    /// What was refused, and what to write for it to be allowed.
    pub reason: String,
}
