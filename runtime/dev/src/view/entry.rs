//! What is said in one line: often more than one thing that happened.

use std::time::SystemTime;

use esteira::engine::{Input, Seen, What};

/// What is said in one line.
pub(super) struct Entry<'a> {
    pub(super) at: SystemTime,
    pub(super) trace: Option<&'a str>,
    pub(super) what: Said<'a>,
}

pub(super) enum Said<'a> {
    /// So many records that came to a stream one after the other.
    Put { stream: usize, number: usize },
    /// Something was given up, and then the invocation came to its end that was its last.
    Invoked { what: &'a What, given_up: Option<GivenUp<'a>> },
    /// Anything else.
    Other(&'a What),
}

/// What was given up, why, and where it is.
#[derive(Clone, Copy)]
pub(super) struct GivenUp<'a> {
    pub(super) input: &'a Input,
    pub(super) condition: &'a str,
    pub(super) destination: &'a str,
}

impl<'a> Entry<'a> {
    /// What the first line says, and the rest.
    pub(super) fn first(seen: &'a [Seen]) -> Option<(Self, &'a [Seen])> {
        let (first, rest) = seen.split_first()?;
        let entry = |seen: &'a Seen, what| Self { at: seen.at, trace: seen.trace.as_deref(), what };
        Some(match &first.what {
            What::Put { stream } => {
                let same =
                    |seen: &&Seen| matches!(&seen.what, What::Put { stream: of } if of == stream);
                let number = seen.iter().take_while(same).count();
                let what = Said::Put { stream: *stream, number };
                (entry(&seen[number - 1], what), &seen[number..])
            }
            What::GaveUp { function, input, condition, destination } => match rest.split_first() {
                Some((next, after)) if is_end_of(&next.what, *function) => {
                    let given_up = Some(GivenUp { input, condition, destination });
                    (entry(next, Said::Invoked { what: &next.what, given_up }), after)
                }
                _ => (entry(first, Said::Other(&first.what)), rest),
            },
            what @ What::Invoked { .. } => {
                (entry(first, Said::Invoked { what, given_up: None }), rest)
            }
            what => (entry(first, Said::Other(what)), rest),
        })
    }

    /// Whether it is something that ought not to be.
    pub(super) fn is_bad(&self) -> bool {
        match &self.what {
            Said::Put { .. } => false,
            Said::Invoked { what, given_up } => given_up.is_some() || is_bad(what),
            Said::Other(what) => is_bad(what),
        }
    }
}

/// Whether it is an invocation of a function of which something may be given up.
fn is_end_of(what: &What, gave_up: usize) -> bool {
    matches!(what, What::Invoked { function, .. } if *function == gave_up) && is_bad(what)
}

/// Whether it is something that ought not to be.
pub(super) fn is_bad(what: &What) -> bool {
    match what {
        What::Invoked { outcome, .. } => !matches!(outcome, Ok(0)),
        What::GaveUp { .. } | What::Refused(_) => true,
        What::Put { .. } | What::Published { .. } | What::Notified { .. } => false,
    }
}
