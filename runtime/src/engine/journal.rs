//! What an engine has to remember, as it changes: whoever keeps it can begin again where the last
//! one ended.
//!
//! Everything that is not done is in it, under a key of its own: items, records before a mapping,
//! events before a function, messages, objects. It is complete after each turn, so what is taken
//! then has to be kept as a whole or not at all.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, SystemTime},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_dynamo::Item;
use serde_json::{Value, json};

use super::{Engine, Event, Message, Object, Record, node::Trigger, place::Place};

/// What has changed since it was last taken.
#[derive(Default)]
pub(super) struct Journal(Option<BTreeMap<String, Slot>>);

struct Slot {
    kept: Option<Kept>,
    /// Nobody knows of it yet: if it is removed, it never was.
    new: bool,
}

/// Something that is kept.
#[derive(Debug, Clone)]
pub enum Kept {
    /// An item of a table.
    Item(Item),
    /// A record that a mapping has to deliver.
    Record(Arc<Record>),
    /// An event for a function.
    Waiting(Waiting),
    /// A message of a queue.
    Message(Message),
    /// An object of the bucket for failures.
    Object(Object),
    /// The number of the last record of a stream.
    Last(u64),
}

/// An event for a function.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub(super) event: Arc<Event>,
    pub(super) since: SystemTime,
}

/// What has become of something that was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restored {
    /// It is there again.
    TakenBack,
    /// It is of no use any more, and need not be kept.
    Over,
}

/// Why something that was kept is not there again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotRestored {
    /// What it is for is not there; it may be another time.
    Gone(String),
    /// It is nothing that an engine has kept.
    Unreadable(String),
}

impl Journal {
    pub(super) fn begin(&mut self) {
        self.0 = Some(BTreeMap::new());
    }

    /// Keeps what there was not.
    pub(super) fn add(&mut self, entry: impl FnOnce() -> (String, Kept)) {
        if let Some(slots) = &mut self.0 {
            let (key, kept) = entry();
            // One that was removed a moment ago is known.
            let new = slots.get(&key).is_none_or(|slot| slot.new);
            slots.insert(key, Slot { kept: Some(kept), new });
        }
    }

    /// Keeps what there may have been.
    pub(super) fn set(&mut self, entry: impl FnOnce() -> (String, Kept)) {
        if let Some(slots) = &mut self.0 {
            let (key, kept) = entry();
            let new = slots.get(&key).is_some_and(|slot| slot.new);
            slots.insert(key, Slot { kept: Some(kept), new });
        }
    }

    /// Keeps it no longer.
    pub(super) fn remove(&mut self, key: impl FnOnce() -> String) {
        if let Some(slots) = &mut self.0 {
            let key = key();
            if slots.get(&key).is_some_and(|slot| slot.new) {
                slots.remove(&key);
            } else {
                slots.insert(key, Slot { kept: None, new: false });
            }
        }
    }

    fn take(&mut self) -> Vec<(String, Option<Kept>)> {
        let slots = self.0.as_mut().map(std::mem::take).unwrap_or_default();
        slots.into_iter().map(|(key, slot)| (key, slot.kept)).collect()
    }
}

pub(super) fn of_item(table: &str, key: &str) -> String {
    format!("item/{table}/{key}")
}

pub(super) fn of_record(function: &str, stream: &str, record: &Record) -> String {
    format!("record/{function}/{stream}/{}", record.sequence_number)
}

pub(super) fn of_event(function: &str, event: &Event) -> String {
    format!("event/{function}/{}", event.id)
}

pub(super) fn of_message(function: &str, message: &str) -> String {
    format!("message/{function}/{message}")
}

pub(super) fn of_object(key: &str) -> String {
    format!("object//{key}")
}

pub(super) fn of_stream(stream: &str) -> String {
    format!("stream/{stream}/")
}

impl Kept {
    /// As it is written.
    #[must_use]
    pub fn bytes(&self, place: &Place) -> Vec<u8> {
        let json = match self {
            Kept::Item(item) => serde_json::to_value(item).unwrap_or_default(),
            Kept::Record(record) => json!({
                "shard": record.shard,
                "sequence_number": record.sequence_number,
                "partition_key": record.partition_key,
                "data": STANDARD.encode(&record.data),
                "arrived": millis(record.arrived),
            }),
            Kept::Waiting(waiting) => json!({
                "event": waiting.event.text(place),
                "trace": waiting.event.trace.as_deref(),
                "since": millis(waiting.since),
            }),
            Kept::Message(message) => json!({
                "body": message.body,
                "attributes": message.attributes,
                "sent": millis(message.sent),
            }),
            Kept::Object(object) => {
                json!({ "body": object.body, "written": millis(object.written) })
            }
            Kept::Last(number) => json!(number),
        };
        json.to_string().into()
    }
}

impl Engine {
    /// From now on what changes can be [taken](Self::take_journal).
    pub fn begin_journal(&mut self) {
        self.journal.begin();
        self.memory.with_tables(|tables| tables.keep_written());
    }

    /// What has changed since the last time: what is kept under a key, or that nothing is.
    pub fn take_journal(&mut self) -> Vec<(String, Option<Kept>)> {
        for written in self.memory.with_tables(|tables| tables.take_written()) {
            let key = of_item(written.table, &written.key.text());
            match written.item {
                Some(item) => self.journal.set(|| (key, Kept::Item(item))),
                None => self.journal.remove(|| key),
            }
        }
        self.journal.take()
    }

    /// Takes back what was kept under a key, unless it is of no use any more. To be called before
    /// anything else happens, in the order of the keys.
    ///
    /// # Errors
    ///
    /// It is for something that is not there, as after an edit that may be taken back; or it cannot
    /// be read.
    pub fn restore(&mut self, key: &str, bytes: &[u8]) -> Result<Restored, NotRestored> {
        let unreadable = || NotRestored::Unreadable(key.to_owned());
        let mut parts = key.splitn(3, '/');
        let (Some(kind), Some(owner), Some(rest)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(unreadable());
        };
        let gone = |what: &str| NotRestored::Gone(format!("{what} `{owner}`"));
        if kind == "item" {
            return self.restore_item(key, owner, bytes).ok_or_else(|| gone("the table"))?;
        }
        let value: Value = serde_json::from_slice(bytes).map_err(|_| unreadable())?;
        match kind {
            "stream" => {
                let stream = self.streams.iter_mut().find(|stream| stream.named.id == owner);
                let stream = stream.ok_or_else(|| gone("the stream"))?;
                stream.stream.go_on_after(value.as_u64().ok_or_else(unreadable)?);
            }
            "record" => {
                let mut record = read_record(&value).ok_or_else(unreadable)?;
                let function = self.position(owner).ok_or_else(|| gone("the handler"))?;
                let from = rest.rsplit_once('/').map_or("", |(stream, _)| stream);
                match &mut self.functions[function].trigger {
                    Trigger::Stream { stream, mapping, .. }
                        if self.streams[*stream].named.id == from =>
                    {
                        // The stream may have another number of shards now.
                        record.shard = self.streams[*stream].stream.shard_of(&record.partition_key);
                        mapping.add(Arc::new(record));
                    }
                    _ => {
                        return Err(NotRestored::Gone(format!("`{owner}` on the stream `{from}`")));
                    }
                }
                self.ready.push(function);
            }
            "event" => {
                let function = self.position(owner).ok_or_else(|| gone("the handler"))?;
                let text = value["event"].as_str().ok_or_else(unreadable)?;
                let mut event = Event::read(text).ok_or_else(unreadable)?;
                event.trace = value["trace"].as_str().map(Into::into);
                let since = moment(&value["since"]).ok_or_else(unreadable)?;
                match &mut self.functions[function].trigger {
                    // Its retries begin anew: whoever has mended the handler wants to see it.
                    Trigger::Rule { invocations, .. } => invocations.accept(Arc::new(event), since),
                    Trigger::Stream { .. } => return Err(gone("the handler of events")),
                }
                self.ready.push(function);
            }
            "message" => {
                let function = self.position(owner).ok_or_else(|| gone("the handler"))?;
                let sent = moment(&value["sent"]).ok_or_else(unreadable)?;
                let message = Message {
                    id: rest.to_owned(),
                    body: value["body"].as_str().ok_or_else(unreadable)?.to_owned(),
                    attributes: serde_json::from_value(value["attributes"].clone())
                        .map_err(|_| unreadable())?,
                    sent,
                    received: 0,
                    visible: sent,
                };
                match &mut self.functions[function].trigger {
                    Trigger::Rule { failures, .. } => failures.send(message),
                    Trigger::Stream { .. } => return Err(gone("the queue of the handler")),
                }
            }
            "object" => {
                let body = value["body"].as_str().ok_or_else(unreadable)?.to_owned();
                let written = moment(&value["written"]).ok_or_else(unreadable)?;
                self.objects.insert(rest.to_owned(), Object { body, written });
            }
            _ => return Err(unreadable()),
        }
        Ok(Restored::TakenBack)
    }

    /// None if there is no such table.
    fn restore_item(
        &mut self,
        key: &str,
        owner: &str,
        bytes: &[u8],
    ) -> Option<Result<Restored, NotRestored>> {
        let number = self.tables.iter().position(|table| table.named.id == owner)?;
        let table = &self.tables[number];
        let Ok(item) = serde_json::from_slice::<Item>(bytes) else {
            return Some(Err(NotRestored::Unreadable(key.to_owned())));
        };
        let now = table.key(&item).map(|now| of_item(owner, &now.text()));
        if now.as_deref() != Some(key) {
            let what = format!("the table `{owner}` with the key that it had");
            return Some(Err(NotRestored::Gone(what)));
        }
        if table.is_over(&item, self.now()) {
            return Some(Ok(Restored::Over));
        }
        self.with_items(|items| items.put(number, item));
        Some(Ok(Restored::TakenBack))
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.functions.iter().position(|function| function.named.id == id)
    }
}

fn read_record(value: &Value) -> Option<Record> {
    let text = |name: &str| value[name].as_str().map(str::to_owned);
    Some(Record {
        shard: value["shard"].as_u64()?.try_into().ok()?,
        sequence_number: text("sequence_number")?,
        partition_key: text("partition_key")?,
        data: STANDARD.decode(value["data"].as_str()?).ok()?,
        arrived: moment(&value["arrived"])?,
    })
}

fn millis(moment: SystemTime) -> u64 {
    let since = moment.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    since.as_millis().try_into().unwrap_or(u64::MAX)
}

fn moment(value: &Value) -> Option<SystemTime> {
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(value.as_u64()?))
}
