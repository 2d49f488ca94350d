//! Several messages in a call. Each succeeds or fails by itself.

use std::collections::BTreeSet;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{open, receive, send};
use crate::endpoint::{
    call::Call,
    failure::{Failure, Outcome},
};

/// The most entries of a batch.
const ENTRIES: usize = 10;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", bound = "T: DeserializeOwned")]
pub(super) struct Batch<T> {
    queue_url: Option<String>,
    #[serde(default = "Vec::new")]
    entries: Vec<Entry<T>>,
}

#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
struct Entry<T> {
    #[serde(rename = "Id", default)]
    id: String,
    #[serde(flatten)]
    content: T,
}

impl<T> Batch<T> {
    fn check(&self) -> Outcome<()> {
        if self.entries.is_empty() {
            return Err(Failure::new(
                "EmptyBatchRequest",
                "There should be at least one entry in the request.",
            ));
        }
        if self.entries.len() > ENTRIES {
            return Err(Failure::new(
                "TooManyEntriesInBatchRequest",
                format!(
                    "Maximum number of entries per request are {ENTRIES}. You have sent {}.",
                    self.entries.len()
                ),
            ));
        }
        let mut ids = BTreeSet::new();
        for Entry { id, .. } in &self.entries {
            let is_good = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            if id.is_empty() || id.len() > 80 || !id.chars().all(is_good) {
                return Err(Failure::new(
                    "InvalidBatchEntryId",
                    "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
                ));
            }
            if !ids.insert(id) {
                return Err(Failure::new("BatchEntryIdsNotDistinct", format!("Id {id} repeated.")));
            }
        }
        Ok(())
    }

    fn each(self, mut work: impl FnMut(T) -> Outcome<Value>) -> Value {
        let (mut successful, mut failed) = (Vec::new(), Vec::new());
        for Entry { id, content } in self.entries {
            match work(content) {
                Ok(mut answer) => {
                    answer["Id"] = json!(id);
                    successful.push(answer);
                }
                Err(failure) => failed.push(json!({
                    "Id": id,
                    "SenderFault": true,
                    "Code": failure.code,
                    "Message": failure.message,
                })),
            }
        }
        json!({"Successful": successful, "Failed": failed})
    }
}

pub(super) fn send(call: &Call<'_>, batch: Batch<send::Raw>) -> Outcome<Value> {
    let queue = open(call, batch.queue_url.as_deref(), "SendMessage")?;
    batch.check()?;
    let mut bytes = 0;
    let mut checked = Vec::new();
    for Entry { id, content } in batch.entries {
        let content = send::check(&queue, content);
        bytes += content.as_ref().map_or(0, send::size);
        checked.push(Entry { id, content });
    }
    if bytes > send::MESSAGE_BYTES {
        return Err(Failure::new(
            "BatchRequestTooLong",
            format!(
                "Batch requests cannot be longer than {} bytes. You have sent {bytes} bytes.",
                send::MESSAGE_BYTES
            ),
        ));
    }
    let batch = Batch { queue_url: None, entries: checked };
    Ok(batch.each(|sent| send::hand_over(call, &queue, sent?)))
}

pub(super) fn delete(call: &Call<'_>, batch: Batch<receive::HandleEntry>) -> Outcome<Value> {
    let queue = open(call, batch.queue_url.as_deref(), "DeleteMessage")?;
    batch.check()?;
    Ok(batch.each(|entry| receive::delete_from(call, &queue, &entry).map(|()| super::nothing())))
}

pub(super) fn hide(call: &Call<'_>, batch: Batch<receive::HandleEntry>) -> Outcome<Value> {
    let queue = open(call, batch.queue_url.as_deref(), "ChangeMessageVisibility")?;
    batch.check()?;
    Ok(batch.each(|entry| receive::hide_in(call, &queue, &entry).map(|()| super::nothing())))
}
