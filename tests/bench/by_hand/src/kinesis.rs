//! A batch of a Kinesis event source mapping, and the answer to it.
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html>

use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
pub struct Batch {
    #[serde(rename = "Records")]
    pub records: Vec<Record>,
}

#[derive(Deserialize)]
pub struct Record {
    #[serde(rename = "eventID")]
    pub event_id: String,
    pub kinesis: Data,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Data {
    pub partition_key: String,
    pub sequence_number: String,
    /// In base64.
    pub data: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchResponse {
    pub batch_item_failures: Vec<ItemFailure>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemFailure {
    pub item_identifier: String,
}

impl BatchResponse {
    /// Everything from this record on is to be delivered again.
    pub fn from(batch: &Batch, checkpoint: Option<usize>) -> Self {
        let failure = |position: usize| ItemFailure {
            item_identifier: batch.records[position].kinesis.sequence_number.clone(),
        };
        Self { batch_item_failures: checkpoint.map(failure).into_iter().collect() }
    }
}
