//! Shard iterators: a position, in a text that means something to nobody but Kinesis.

use std::time::{Duration, SystemTime};

use base64::{Engine, prelude::BASE64_STANDARD};

use crate::endpoint::{backend::Position, failure::Failure, time};

/// How long an iterator may be used.
/// <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html>
const LIFE: Duration = Duration::from_secs(5 * 60);

/// A position in a shard.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Iterator {
    pub(super) stream: String,
    pub(super) shard: String,
    pub(super) position: Position,
    pub(super) issued: SystemTime,
}

impl Iterator {
    pub(super) fn to_text(&self) -> String {
        let (kind, value) = match self.position {
            Position::Start => ('h', 0),
            Position::Sequence(number) => ('s', number),
            Position::Time(time) => ('t', time::milliseconds(time).into()),
        };
        let issued = time::milliseconds(self.issued);
        BASE64_STANDARD.encode(format!("{}/{}/{kind}/{value}/{issued}", self.stream, self.shard))
    }

    pub(super) fn from_text(text: &str) -> Option<Self> {
        let text = String::from_utf8(BASE64_STANDARD.decode(text).ok()?).ok()?;
        let mut parts = text.split('/');
        let mut part = || parts.next();
        let (stream, shard, kind, value, issued) = (part()?, part()?, part()?, part()?, part()?);
        let time = |text: &str| {
            SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(text.parse().ok()?))
        };
        let position = match kind {
            "h" => Position::Start,
            "s" => Position::Sequence(value.parse().ok()?),
            "t" => Position::Time(time(value)?),
            _ => return None,
        };
        let issued = time(issued)?;
        Some(Self { stream: stream.into(), shard: shard.into(), position, issued })
    }
}

/// Why an iterator may not be used any more.
pub(super) fn expired(issued: SystemTime, now: SystemTime) -> Option<Failure> {
    let age = now.duration_since(issued).unwrap_or_default();
    (age > LIFE).then(|| {
        Failure::new(
            "ExpiredIteratorException",
            format!("Iterator expired. The iterator was created {} seconds ago and is good for {} seconds. Ask for a new one.", age.as_secs(), LIFE.as_secs()),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iterators_survive_being_text() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_123);
        for position in [Position::Start, Position::Sequence(u128::MAX), Position::Time(time)] {
            let iterator =
                Iterator { stream: "a".into(), shard: "b".into(), position, issued: time };
            assert_eq!(Iterator::from_text(&iterator.to_text()), Some(iterator));
        }
    }

    #[test]
    fn other_text_is_no_iterator() {
        for text in ["", "x", "AAAA", &BASE64_STANDARD.encode("a/b/q/1/2")] {
            assert_eq!(Iterator::from_text(text), None, "{text}");
        }
    }

    #[test]
    fn iterators_are_good_for_five_minutes() {
        let now = SystemTime::now();
        assert_eq!(expired(now, now + Duration::from_secs(300)), None);
        assert!(expired(now, now + Duration::from_secs(301)).is_some());
    }
}
