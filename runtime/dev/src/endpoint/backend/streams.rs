//! Kinesis streams.

use std::time::SystemTime;

use super::Refused;

/// The streams of a pipeline.
pub trait Streams {
    /// The names of all streams.
    fn streams(&self) -> Vec<String>;

    /// The shards of a stream; none if there is no such stream.
    fn shards(&self, stream: &str) -> Option<Vec<Shard>>;

    /// Writes a record.
    ///
    /// # Errors
    ///
    /// No such stream, or the shard takes no more at the moment:
    /// `ProvisionedThroughputExceededException`.
    fn put_record(
        &self,
        stream: &str,
        partition_key: &str,
        explicit_hash_key: Option<u128>,
        data: Vec<u8>,
    ) -> Result<Written, Refused>;

    /// The position just behind the newest record of a shard.
    fn end(&self, stream: &str, shard: &str) -> Option<u128>;

    /// The records of a shard from a position on, at most `limit`, and the position behind them;
    /// none if there is no such shard.
    fn records(&self, stream: &str, shard: &str, from: Position, limit: usize) -> Option<Page>;
}

/// A shard and the hash keys it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shard {
    /// `shardId-` and twelve digits.
    pub id: String,
    /// The first and the last hash key.
    pub hash_keys: (u128, u128),
    /// The sequence number that its first record could have.
    pub first: u128,
}

/// Where a record went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The id of the shard.
    pub shard: String,
    /// Its place in the shard. Greater than that of every record before it.
    pub sequence_number: u128,
}

/// A position in a shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// The oldest record that is kept.
    Start,
    /// The record with this sequence number, or the next one there is.
    Sequence(u128),
    /// The first record that arrived at this time or later.
    Time(SystemTime),
}

/// A record of a shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its place in the shard.
    pub sequence_number: u128,
    /// What it was put under.
    pub partition_key: String,
    /// Its content.
    pub data: Vec<u8>,
    /// When it came.
    pub arrived: SystemTime,
}

/// Some records of a shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// In the order of their sequence numbers.
    pub records: Vec<Record>,
    /// Where to go on: behind the last record of the page, or behind the newest one if the page is
    /// empty.
    pub next: u128,
    /// How far the last record is behind the newest one, in milliseconds.
    pub behind: u64,
}
