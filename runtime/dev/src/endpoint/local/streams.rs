//! Streams in memory. Nothing of a shard is ever dropped.

use std::time::SystemTime;

use md5::{Digest, Md5};

use super::Local;
use crate::endpoint::backend::{Page, Position, Record, Refused, Shard, Streams, Written};

/// The sequence number before that of the first record of a stream.
const FIRST: u128 = 1 << 64;

/// The records of a stream.
#[derive(Debug)]
pub(super) struct Stream {
    shards: Vec<(Shard, Vec<Record>)>,
    last: u128,
}

impl Stream {
    /// A stream whose shards share the hash keys evenly.
    pub(super) fn new(shards: u32) -> Self {
        let count = u128::from(shards.max(1));
        let width = u128::MAX / count;
        let shard = |n: u128| {
            let last = if n + 1 == count { u128::MAX } else { width * (n + 1) - 1 };
            let id = format!("shardId-{n:012}");
            (Shard { id, hash_keys: (width * n, last), first: FIRST }, Vec::new())
        };
        Self { shards: (0..count).map(shard).collect(), last: FIRST }
    }

    fn records(&self, shard: &str) -> Option<&Vec<Record>> {
        self.shards.iter().find(|it| it.0.id == shard).map(|it| &it.1)
    }
}

impl Streams for Local {
    fn streams(&self) -> Vec<String> {
        self.state().streams.keys().cloned().collect()
    }

    fn shards(&self, stream: &str) -> Option<Vec<Shard>> {
        let state = self.state();
        Some(state.streams.get(stream)?.shards.iter().map(|it| it.0.clone()).collect())
    }

    fn put_record(
        &self,
        stream: &str,
        partition_key: &str,
        explicit_hash_key: Option<u128>,
        data: Vec<u8>,
    ) -> Result<Written, Refused> {
        let no_stream = || Refused::new("ResourceNotFoundException", "no such stream");
        let mut state = self.state();
        let stream = state.streams.get_mut(stream).ok_or_else(no_stream)?;
        let hash = explicit_hash_key
            .unwrap_or_else(|| u128::from_be_bytes(Md5::digest(partition_key).into()));
        stream.last += 1;
        let sequence_number = stream.last;
        let (shard, records) = stream
            .shards
            .iter_mut()
            .find(|(shard, _)| (shard.hash_keys.0..=shard.hash_keys.1).contains(&hash))
            .ok_or_else(no_stream)?;
        records.push(Record {
            sequence_number,
            partition_key: partition_key.to_owned(),
            data,
            arrived: SystemTime::now(),
        });
        Ok(Written { shard: shard.id.clone(), sequence_number })
    }

    fn end(&self, stream: &str, shard: &str) -> Option<u128> {
        let state = self.state();
        let stream = state.streams.get(stream)?;
        stream.records(shard).map(|_| stream.last + 1)
    }

    fn records(&self, stream: &str, shard: &str, from: Position, limit: usize) -> Option<Page> {
        let state = self.state();
        let stream = state.streams.get(stream)?;
        let all = stream.records(shard)?;
        let start = match from {
            Position::Start => 0,
            Position::Sequence(number) => all.partition_point(|it| it.sequence_number < number),
            Position::Time(time) => all.partition_point(|it| it.arrived < time),
        };
        let records: Vec<_> = all.iter().skip(start).take(limit).cloned().collect();
        let behind = match (records.last(), all.last()) {
            (Some(last), Some(newest)) => {
                newest.arrived.duration_since(last.arrived).unwrap_or_default()
            }
            _ => std::time::Duration::ZERO,
        };
        let next = match (records.last(), from) {
            (Some(last), _) => last.sequence_number + 1,
            // Of a place that nothing has come to yet.
            (None, Position::Sequence(number)) => number,
            (None, _) => stream.last + 1,
        };
        let behind = u64::try_from(behind.as_millis()).unwrap_or(u64::MAX);
        Some(Page { records, next, behind })
    }
}
