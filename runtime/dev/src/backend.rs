//! The engine, as what is behind the endpoint.

use std::{
    collections::BTreeMap,
    sync::{Arc, MutexGuard},
    time::SystemTime,
};

use esteira::{
    Attribute,
    engine::{self, Engine, Named},
};
use tokio::sync::watch;

use crate::{
    endpoint::{
        Backend,
        backend::{
            AttributeContent, Buses, Entry, Items, KeyPart, KeySchema, KeyType, MessageAttribute,
            Publication, Range, Refused, Rejected, Tables, Topics,
        },
    },
    run::Shared,
};

mod access;
mod buckets;
mod queues;
mod streams;

use access::Permissions;

/// An engine whose resources go by the names that AWS would give them.
pub(crate) struct Behind {
    engine: Shared,
    /// The name of the bucket for failures.
    bucket: String,
    /// The numbers of the tables, by name.
    tables: BTreeMap<String, usize>,
    permissions: Permissions,
    changes: watch::Sender<()>,
}

impl Behind {
    /// An engine, and the bucket for what its mappings give up.
    pub(crate) fn new(engine: Shared, bucket: String) -> Arc<Self> {
        let (tables, permissions) = {
            let engine = engine.lock();
            let names = engine.tables().iter().enumerate();
            let tables = names.map(|(number, table)| (table.named.name.clone(), number)).collect();
            (tables, Permissions::of(&engine))
        };
        Arc::new(Self { engine, bucket, tables, permissions, changes: watch::Sender::default() })
    }

    /// Whoever waits for a message looks again.
    pub(crate) fn changed(&self) {
        self.changes.send_replace(());
    }

    fn engine(&self) -> MutexGuard<'_, Engine> {
        self.engine.lock()
    }
}

/// The number of what has a name.
fn number<'a>(mut all: impl Iterator<Item = &'a Named>, name: &str) -> Option<usize> {
    all.position(|named| named.name == name)
}

impl Backend for Behind {
    fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    fn redrive(&self, handler: Option<&str>) -> Result<BTreeMap<String, usize>, String> {
        let mut engine = self.engine();
        let handlers: Vec<&str> = engine.handlers().collect();
        let chosen = |(_, name): &(usize, &&str)| handler.is_none_or(|handler| handler == **name);
        let functions: Vec<_> = handlers.iter().enumerate().filter(chosen).collect();
        match (functions.is_empty(), handler) {
            (true, Some(handler)) => {
                let all = handlers.join(", ");
                Err(format!("there is no handler `{handler}`; there is: {all}"))
            }
            _ => {
                let redriven = functions.into_iter();
                let redriven = redriven
                    .map(|(number, name)| ((*name).to_owned(), engine.redrive(number)))
                    .filter(|(_, number)| *number > 0 || handler.is_some());
                Ok(redriven.collect())
            }
        }
    }

    fn now(&self) -> SystemTime {
        self.engine().now()
    }
}

impl Buses for Behind {
    fn put_events(&self, entries: Vec<Entry>) -> Vec<Result<String, Rejected>> {
        let mut engine = self.engine();
        let put = entries.into_iter().map(|entry| {
            let name = entry.bus.rsplit('/').next().unwrap_or_default();
            let Some(bus) = number(engine.buses(), name) else {
                // AWS takes it, too, and nobody gets it.
                return Ok(engine.new_id());
            };
            let entry = engine::Entry {
                source: entry.source,
                detail_type: entry.detail_type,
                detail: entry.detail,
                resources: entry.resources,
                trace: entry.trace.map(Into::into),
            };
            let failed = |engine::Rejected(code, message)| Rejected { code: code.into(), message };
            let answers = engine.put_events(bus, vec![entry]).map_err(failed)?;
            let answer = answers.into_iter().next();
            answer.map_or_else(|| Ok(String::new()), |answer| answer.map_err(failed))
        });
        put.collect()
    }
}

impl Topics for Behind {
    fn topics(&self) -> Vec<String> {
        self.engine().topics().map(|topic| topic.arn.to_string()).collect()
    }

    fn publish(&self, topic: &str, message: Publication) -> Result<String, Refused> {
        let mut engine = self.engine();
        let number = engine.topics().position(|named| named.arn.as_ref() == topic);
        let number = number.ok_or_else(|| Refused::new("NotFound", "Topic does not exist"))?;
        let mut taken = esteira::Message::default();
        taken.subject = message.subject;
        taken.body = message.message;
        taken.group = message.group;
        taken.deduplication = message.deduplication;
        let attributes = message.attributes.into_iter();
        taken.attributes =
            attributes.filter_map(|(name, value)| Some((name, attribute(&value)?))).collect();
        engine.notify(number, taken);
        Ok(engine.new_id())
    }
}

/// An attribute as handles send it.
fn attribute(sent: &MessageAttribute) -> Option<Attribute> {
    let text = match &sent.value {
        AttributeContent::Text(text) => text,
        AttributeContent::Bytes(bytes) => return Some(Attribute::Bytes(bytes.clone())),
    };
    match sent.data_type.as_str() {
        "Number" => text.parse().map(Attribute::Number).ok(),
        "String.Array" => serde_json::from_str(text).map(Attribute::Texts).ok(),
        _ => Some(Attribute::Text(text.clone())),
    }
}

impl Tables for Behind {
    fn tables(&self) -> Vec<String> {
        self.tables.keys().cloned().collect()
    }

    fn key_schema(&self, table: &str) -> Option<KeySchema> {
        let engine = self.engine();
        let table = &engine.tables()[*self.tables.get(table)?];
        let part = |(name, scalar): &(String, esteira::manifest::Scalar)| KeyPart {
            name: name.clone(),
            kind: match scalar {
                esteira::manifest::Scalar::S => KeyType::Text,
                esteira::manifest::Scalar::N => KeyType::Number,
            },
        };
        Some(KeySchema { partition: part(&table.partition), sort: table.sort.as_ref().map(part) })
    }

    fn with_items(&self, work: &mut dyn FnMut(&mut dyn Items)) {
        self.engine().with_items(|items| work(&mut ByName { names: &self.tables, items }));
    }
}

/// The items of tables by their names.
struct ByName<'a, 'b> {
    names: &'a BTreeMap<String, usize>,
    items: &'a mut engine::Items<'b>,
}

impl Items for ByName<'_, '_> {
    fn get(&self, table: &str, key: &serde_dynamo::Item) -> Option<serde_dynamo::Item> {
        self.items.get(*self.names.get(table)?, key)
    }

    fn put(&mut self, table: &str, item: serde_dynamo::Item) {
        if let Some(table) = self.names.get(table) {
            self.items.put(*table, item);
        }
    }

    fn remove(&mut self, table: &str, key: &serde_dynamo::Item) {
        if let Some(table) = self.names.get(table) {
            self.items.remove(*table, key);
        }
    }

    fn visit(
        &self,
        table: &str,
        range: &Range<'_>,
        visitor: &mut dyn FnMut(&serde_dynamo::Item) -> std::ops::ControlFlow<()>,
    ) {
        if let Some(table) = self.names.get(table) {
            let Range { partition, after, descending } = *range;
            self.items.visit(*table, partition, after, descending, visitor);
        }
    }
}
