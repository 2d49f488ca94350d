//! A Kinesis data stream.

use std::{collections::VecDeque, sync::Arc, time::SystemTime};

use md5::{Digest, Md5};

/// The records of a shard that can be read by others than the mappings, which have their own. AWS
/// keeps all for as long as the stream's retention says; this machine has less room.
const RECENT: usize = 10_000;

/// Below the first sequence number: those above it have twenty digits for as long as anybody could
/// wait.
const FIRST: u128 = 1 << 64;

/// A record of a stream.
#[derive(Debug, PartialEq)]
pub struct Record {
    /// The shard it is on, counted from zero.
    pub shard: usize,
    /// Increases within a shard; all have as many digits.
    pub sequence_number: String,
    /// What decides about the shard, and keeps an order.
    pub partition_key: String,
    /// What it carries.
    pub data: Vec<u8>,
    /// When it came.
    pub arrived: SystemTime,
}

/// The name of a shard.
#[must_use]
pub fn shard_id(shard: usize) -> String {
    format!("shardId-{shard:012}")
}

/// A stream: its shards, each of which takes an equal part of the hash keys.
#[derive(Debug)]
pub(super) struct Stream {
    shards: Vec<VecDeque<Arc<Record>>>,
    last: u64,
}

impl Stream {
    /// An empty stream.
    pub(super) fn new(shards: usize) -> Self {
        Self { shards: vec![VecDeque::new(); shards.max(1)], last: 0 }
    }

    /// Puts a record on the shard of its hash key: by default the MD5 of its partition key.
    /// <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html>
    pub(super) fn put(
        &mut self,
        partition_key: String,
        hash_key: Option<u128>,
        data: Vec<u8>,
        now: SystemTime,
    ) -> Arc<Record> {
        let shard = self.of_hash(hash_key.unwrap_or_else(|| hash(&partition_key)));
        self.last += 1;
        let sequence_number = (FIRST + u128::from(self.last)).to_string();
        let record = Arc::new(Record { shard, sequence_number, partition_key, data, arrived: now });
        self.keep(record.clone());
        record
    }

    /// The shard of a partition key.
    pub(super) fn shard_of(&self, partition_key: &str) -> usize {
        self.of_hash(hash(partition_key))
    }

    fn of_hash(&self, hash: u128) -> usize {
        match self.shards.len() {
            1 => 0,
            // Less than the number of shards.
            many => (hash / (u128::MAX / many as u128 + 1)) as usize,
        }
    }

    fn keep(&mut self, record: Arc<Record>) {
        let recent = &mut self.shards[record.shard];
        recent.push_back(record);
        if recent.len() > RECENT {
            recent.pop_front();
        }
    }

    /// The next record has a number after this one.
    pub(super) fn go_on_after(&mut self, last: u64) {
        self.last = self.last.max(last);
    }

    /// The sequence number behind that of its last record.
    pub(super) fn end(&self) -> u128 {
        FIRST + u128::from(self.last) + 1
    }

    /// The number of its last record.
    pub(super) fn last(&self) -> u64 {
        self.last
    }

    /// The recent records of each shard, oldest first.
    pub(super) fn shards(&self) -> &[VecDeque<Arc<Record>>] {
        &self.shards
    }
}

/// The hash key of a partition key; of one key always the same.
pub(super) fn hash(partition_key: &str) -> u128 {
    u128::from_be_bytes(Md5::digest(partition_key.as_bytes()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(stream: &mut Stream, key: &str, hash: Option<u128>) -> Arc<Record> {
        stream.put(key.into(), hash, Vec::new(), SystemTime::UNIX_EPOCH)
    }

    #[test]
    fn a_partition_key_is_always_on_one_shard_and_keys_are_spread() {
        let mut stream = Stream::new(4);
        let mut seen = [0; 4];
        for key in 0..400 {
            let key = key.to_string();
            let shard = put(&mut stream, &key, None).shard;
            assert_eq!(put(&mut stream, &key, None).shard, shard);
            seen[shard] += 1;
        }
        assert!(seen.iter().all(|count| *count > 50), "{seen:?}");
    }

    #[test]
    fn a_hash_key_that_is_given_decides_about_the_shard() {
        let mut stream = Stream::new(2);
        assert_eq!(put(&mut stream, "a", Some(0)).shard, 0);
        assert_eq!(put(&mut stream, "a", Some(u128::MAX / 2)).shard, 0);
        assert_eq!(put(&mut stream, "a", Some(u128::MAX / 2 + 1)).shard, 1);
        assert_eq!(put(&mut stream, "a", Some(u128::MAX)).shard, 1);
        assert_eq!(put(&mut Stream::new(1), "a", Some(u128::MAX)).shard, 0);
    }

    #[test]
    fn sequence_numbers_increase_as_texts_too() {
        let mut stream = Stream::new(1);
        let (a, b) = (put(&mut stream, "a", None), put(&mut stream, "a", None));
        assert!(a.sequence_number < b.sequence_number);
        assert_eq!((a.sequence_number.len(), b.sequence_number.len()), (20, 20));
    }

    #[test]
    fn only_recent_records_are_kept() {
        let mut stream = Stream::new(1);
        for _ in 0..RECENT + 5 {
            put(&mut stream, "a", None);
        }
        assert_eq!(stream.shards()[0].len(), RECENT);
    }
}
