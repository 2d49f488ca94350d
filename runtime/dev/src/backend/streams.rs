//! Streams.

use std::{sync::Arc, time::Duration};

use esteira::engine::{self, shard_id};

use super::{Behind, number};
use crate::endpoint::backend::{Page, Position, Record, Refused, Shard, Streams, Written};

/// The hash keys of a shard of so many.
fn hash_keys(shard: usize, count: usize) -> (u128, u128) {
    if count == 1 {
        return (0, u128::MAX);
    }
    let width = u128::MAX / count as u128 + 1;
    let first = width * shard as u128;
    (first, if shard + 1 == count { u128::MAX } else { first + (width - 1) })
}

fn sequence(record: &engine::Record) -> u128 {
    // The engine writes no others.
    record.sequence_number.parse().unwrap_or_default()
}

impl Streams for Behind {
    fn streams(&self) -> Vec<String> {
        self.engine().streams().map(|stream| stream.name.clone()).collect()
    }

    fn shards(&self, stream: &str) -> Option<Vec<Shard>> {
        let engine = self.engine();
        let shards = engine.shards(number(engine.streams(), stream)?);
        let of =
            |(number, records): (usize, &std::collections::VecDeque<Arc<engine::Record>>)| Shard {
                id: shard_id(number),
                hash_keys: hash_keys(number, shards.len()),
                first: records.front().map_or(0, |record| sequence(record)),
            };
        Some(shards.iter().enumerate().map(of).collect())
    }

    fn put_record(
        &self,
        stream: &str,
        partition_key: &str,
        explicit_hash_key: Option<u128>,
        data: Vec<u8>,
    ) -> Result<Written, Refused> {
        let mut engine = self.engine();
        let number = number(engine.streams(), stream).ok_or_else(|| {
            Refused::new("ResourceNotFoundException", format!("Stream {stream} not found"))
        })?;
        let record = engine.put_record(number, partition_key, explicit_hash_key, data);
        Ok(Written { shard: shard_id(record.shard), sequence_number: sequence(&record) })
    }

    fn end(&self, stream: &str, shard: &str) -> Option<u128> {
        let engine = self.engine();
        let stream = number(engine.streams(), stream)?;
        let known = (0..engine.shards(stream).len()).any(|number| shard_id(number) == shard);
        known.then(|| engine.end(stream))
    }

    fn records(&self, stream: &str, shard: &str, from: Position, limit: usize) -> Option<Page> {
        let engine = self.engine();
        let stream = number(engine.streams(), stream)?;
        let shards = engine.shards(stream);
        let all = &shards[(0..shards.len()).find(|number| shard_id(*number) == shard)?];
        let start = match from {
            Position::Start => 0,
            Position::Sequence(number) => all.partition_point(|it| sequence(it) < number),
            Position::Time(time) => all.partition_point(|it| it.arrived < time),
        };
        let records: Vec<_> = all.iter().skip(start).take(limit).collect();
        let behind = match (records.last(), all.back()) {
            (Some(last), Some(newest)) => newest.arrived.duration_since(last.arrived).ok(),
            _ => None,
        };
        let next = match (records.last(), from) {
            (Some(last), _) => sequence(last) + 1,
            (None, Position::Sequence(number)) => number,
            (None, _) => engine.end(stream),
        };
        let read = |record: &&Arc<engine::Record>| Record {
            sequence_number: sequence(record),
            partition_key: record.partition_key.clone(),
            data: record.data.clone(),
            arrived: record.arrived,
        };
        let behind = behind.unwrap_or(Duration::ZERO).as_millis();
        Some(Page {
            records: records.iter().map(read).collect(),
            next,
            behind: u64::try_from(behind).unwrap_or(u64::MAX),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_share_the_hash_keys() {
        assert_eq!(hash_keys(0, 1), (0, u128::MAX));
        for count in [2, 3, 7] {
            for shard in 1..count {
                assert_eq!(hash_keys(shard, count).0, hash_keys(shard - 1, count).1 + 1);
            }
            assert_eq!(hash_keys(count - 1, count).1, u128::MAX);
        }
    }
}
