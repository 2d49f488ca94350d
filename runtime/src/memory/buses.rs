//! Buses in memory.

use std::collections::VecDeque;

use crate::{
    call::{CallError, EventEntry, Reply},
    publish::{MOST_BYTES, MOST_ENTRIES},
};

/// What was put on the buses.
#[derive(Default)]
pub(super) struct Buses {
    pub(super) accepted: Vec<EventEntry>,
    /// What becomes of the entries of the next calls.
    pub(super) refusals: VecDeque<Vec<Option<CallError>>>,
}

impl Buses {
    /// Takes the entries that are not to be refused, and keeps them to be looked at if so told. A
    /// call beyond the limits is refused as a whole.
    pub(super) fn put(&mut self, entries: Vec<EventEntry>, kept: bool) -> Result<Reply, CallError> {
        let invalid = |why: String| Err(CallError::Invalid(format!("ValidationException: {why}")));
        let count = entries.len();
        if count == 0 || count > MOST_ENTRIES {
            return invalid(format!("{count} entries; a call has 1 to {MOST_ENTRIES}"));
        }
        let bytes: usize = entries.iter().map(EventEntry::size).sum();
        if bytes >= MOST_BYTES {
            return invalid(format!("{bytes} bytes; a call has less than {MOST_BYTES}"));
        }
        let refusals = self.refusals.pop_front().unwrap_or_default();
        let mut refusals = refusals.into_iter();
        let results = entries.into_iter().map(|entry| match refusals.next().flatten() {
            Some(error) => Err(error),
            None => {
                if kept {
                    self.accepted.push(entry);
                }
                Ok(())
            }
        });
        Ok(Reply::Events(results.collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Memory,
        call::{Call, Target},
    };

    fn entry(detail: impl Into<String>) -> EventEntry {
        EventEntry {
            event: "Opened",
            bus: Target { id: "Bank", name: "Bank".into() },
            source: "bank",
            detail_type: "Opened",
            detail: detail.into(),
            trace: None,
        }
    }

    #[tokio::test]
    async fn the_bus_refuses_entries_as_it_was_told() {
        let memory = Memory::new();
        memory.refuse_next_events([None, Some(CallError::Throttled)]);
        memory.refuse_next_events([Some(CallError::Invalid("MalformedDetail".into()))]);
        let port = memory.seat("Bank").port;
        let mut answers = Vec::new();
        for detail in ["1", "2", "3"] {
            let entries = vec![entry(detail), entry("{}"), entry("[]")];
            match port.call(Call::PutEvents(entries.into())).await {
                Ok(Reply::Events(results)) => answers.push(results),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(
            answers,
            [
                vec![Ok(()), Err(CallError::Throttled), Ok(())],
                vec![Err(CallError::Invalid("MalformedDetail".into())), Ok(()), Ok(())],
                vec![Ok(()), Ok(()), Ok(())],
            ]
        );
        let accepted: Vec<String> =
            memory.state().buses.accepted.iter().map(|entry| entry.detail.clone()).collect();
        assert_eq!(accepted, ["1", "[]", "{}", "[]", "3", "{}", "[]"]);
    }

    #[test]
    fn the_bus_takes_no_call_beyond_its_limits() {
        let mut buses = Buses::default();
        let half = "x".repeat(MOST_BYTES / 2);
        for entries in [vec![], vec![entry("1"); 11], vec![entry(&half), entry(&half)]] {
            let refused = buses.put(entries, true);
            assert!(matches!(refused, Err(CallError::Invalid(_))), "{refused:?}");
        }
        assert_eq!(buses.accepted, []);
        buses.put(vec![entry("1"); 10], true).expect("just few enough");
    }
}
