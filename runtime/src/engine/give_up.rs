//! Where what is given up goes, and how it comes back.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::{
    Engine, Event, Input, Kept, Message, Object, What,
    failure::{GaveUp, undelivered},
    function::{Failure, Payload},
    journal::{self, Waiting},
    mapping::GivenUp,
    node::{self, Trigger},
    tries::Try,
};

impl Engine {
    /// Writes the records that a mapping gives up on to the bucket for failures.
    pub(super) fn give_up_records(
        &mut self,
        function: usize,
        given_up: &GivenUp,
        failure: Option<&Failure>,
    ) {
        let Trigger::Stream { stream, id: mapping, .. } = &self.functions[function].trigger else {
            return;
        };
        let Some(first) = given_up.records.first() else { return };
        let stream_id = self.streams[*stream].named.id;
        let stream = self.streams[*stream].named.arn.clone();
        let gave_up = self.gave_up(function, failure);
        let payload = Payload::Batch { records: given_up.records.clone(), stream: stream.clone() };
        let body = gave_up.records(given_up, &stream, &payload).to_string();
        let key = gave_up.key(mapping, first.shard);
        let written = gave_up.now;
        let what = What::GaveUp {
            function,
            input: Input::Records(given_up.records.len()),
            condition: given_up.condition,
            destination: key.clone(),
        };
        let id = self.functions[function].named.id;
        for record in &given_up.records {
            self.journal.remove(|| journal::of_record(id, stream_id, record));
        }
        self.put_object(key, Object { body, written });
        self.see(None, what);
    }

    /// Sends an event that a function failed at to its queue.
    pub(super) fn give_up_event(
        &mut self,
        function: usize,
        tried: &Try<Arc<Event>>,
        condition: &'static str,
        failure: Option<&Failure>,
    ) {
        let body = self.gave_up(function, failure).event(tried, condition);
        self.send(function, &tried.what, condition, body, Default::default());
    }

    /// Sends an event that the bus could not hand to a function to the function's queue.
    pub(super) fn give_up_delivery(
        &mut self,
        function: usize,
        tried: &Try<Arc<Event>>,
        condition: &'static str,
        failure: &Failure,
    ) {
        let Function { rule, arn } = self.of_rule(function);
        let attributes = undelivered(&rule, &arn, failure, condition, tried.failures);
        let body = tried.what.text(&self.place);
        self.send(function, &tried.what, condition, body, attributes);
    }

    /// What a function gave up, or was not given: data of records, and events.
    pub fn given_up(&self, function: usize) -> Vec<Value> {
        match &self.functions[function].trigger {
            Trigger::Stream { id, .. } => {
                let own = self.objects.iter().filter(|(key, _)| is_of(key, id));
                let records = own.flat_map(|(_, object)| records(&object.body));
                records.map(|(_, data)| value(&data)).collect()
            }
            Trigger::Rule { failures, .. } => {
                let events = failures.messages().filter_map(|message| event(&message.body));
                events.map(|event| value(event.get().as_bytes())).collect()
            }
        }
    }

    /// Hands what a function gave up, or was not given, to it once more; returns how many records
    /// or events these are. They are given up again if it fails again.
    pub fn redrive(&mut self, function: usize) -> usize {
        let now = self.now();
        let mut count = 0;
        let node = &mut self.functions[function];
        let owner = node.named.id;
        match &mut node.trigger {
            Trigger::Stream { stream, id, mapping } => {
                let node::Stream { named, stream, .. } = &mut self.streams[*stream];
                let keys = self.objects.keys().filter(|key| is_of(key, id));
                for key in keys.cloned().collect::<Vec<_>>() {
                    // What cannot be read stays where it is.
                    let read = self.objects.get(&key).map(|object| records(&object.body));
                    let Some(read) = read.filter(|read| !read.is_empty()) else { continue };
                    self.objects.remove(&key);
                    self.journal.remove(|| journal::of_object(&key));
                    for (partition_key, data) in read {
                        // Before this function alone: the others were done with it.
                        let record = stream.put(partition_key, None, data, now);
                        self.journal.add(|| {
                            let key = journal::of_record(owner, named.id, &record);
                            (key, Kept::Record(record.clone()))
                        });
                        mapping.add(record);
                        count += 1;
                    }
                }
                self.journal.set(|| (journal::of_stream(named.id), Kept::Last(stream.last())));
            }
            Trigger::Rule { failures, invocations, .. } => {
                for message in std::mem::take(failures).into_messages() {
                    match event(&message.body).and_then(|event| Event::read(event.get())) {
                        Some(event) => {
                            let event = Arc::new(event);
                            self.journal.remove(|| journal::of_message(owner, &message.id));
                            self.journal.add(|| {
                                let event = event.clone();
                                let waiting = Waiting { event, since: now };
                                (journal::of_event(owner, &waiting.event), Kept::Waiting(waiting))
                            });
                            invocations.accept(event, now);
                            count += 1;
                        }
                        // Whatever else was sent there stays.
                        None => failures.send(message),
                    }
                }
            }
        }
        self.ready.push(function);
        self.flag.wake();
        count
    }

    /// Sets whether a bus can hand anything to a function: why not, and whether it may be able to
    /// later.
    pub fn break_delivery(&mut self, function: usize, why: Option<(Failure, bool)>) {
        if let Trigger::Rule { broken, .. } = &mut self.functions[function].trigger {
            *broken = why;
        }
    }

    fn of_rule(&self, function: usize) -> Function {
        let node = &self.functions[function];
        let rule = match &node.trigger {
            Trigger::Rule { rule, .. } => rule.clone(),
            Trigger::Stream { .. } => String::new(),
        };
        Function { rule, arn: node.named.arn.clone() }
    }

    fn send(
        &mut self,
        function: usize,
        event: &Event,
        condition: &'static str,
        body: String,
        attributes: std::collections::BTreeMap<String, String>,
    ) {
        let now = self.now();
        let id = self.new_id();
        let destination = self.queue_name(function).unwrap_or_default().to_owned();
        let owner = self.functions[function].named.id;
        self.journal.remove(|| journal::of_event(owner, event));
        let message = Message { id, body, attributes, sent: now, received: 0, visible: now };
        self.send_message(function, message);
        let input = Input::Event(event.detail_type.clone());
        self.see(event.trace.clone(), What::GaveUp { function, input, condition, destination });
    }

    fn gave_up<'a>(&'a self, function: usize, failure: Option<&'a Failure>) -> GaveUp<'a> {
        GaveUp {
            place: &self.place,
            function: &self.functions[function].named.arn,
            now: self.now(),
            id: self.new_id(),
            failure,
        }
    }
}

/// Whether an object was written by a mapping.
fn is_of(key: &str, mapping: &str) -> bool {
    key.split('/').nth(2) == Some(mapping)
}

/// The records in an object for failures: partition keys and data.
fn records(body: &str) -> Vec<(String, Vec<u8>)> {
    let read = |record: &Value| {
        let record = &record["kinesis"];
        let data = STANDARD.decode(record["data"].as_str()?).ok()?;
        Some((record["partitionKey"].as_str()?.to_owned(), data))
    };
    let body = serde_json::from_str::<Value>(body).unwrap_or_default();
    let payload = body["payload"].as_str().unwrap_or_default();
    let payload = serde_json::from_str::<Value>(payload).unwrap_or_default();
    payload["Records"].as_array().into_iter().flatten().filter_map(read).collect()
}

/// The event in a message about a failure, of the bus or of a function.
fn event(body: &str) -> Option<&RawValue> {
    #[derive(Deserialize)]
    struct Failed<'a> {
        #[serde(borrow, rename = "requestPayload")]
        event: Option<&'a RawValue>,
    }
    let failed: Failed<'_> = serde_json::from_str(body).ok()?;
    failed.event.or_else(|| serde_json::from_str(body).ok())
}

/// Data as JSON, or else as text.
fn value(data: &[u8]) -> Value {
    serde_json::from_slice(data).unwrap_or_else(|_| String::from_utf8_lossy(data).into())
}

/// The ARNs that are beside an event that could not be handed over.
struct Function {
    rule: String,
    arn: Arc<str>,
}
