//! A plain backend in memory: resources without functions, rules or mappings between them.
//!
//! What is published and put stays where it is, to be looked at. It is what the endpoint is tested
//! with, and an example of what a [`Backend`] does.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::backend::Refused;
use super::backend::{
    Access, Backend, Denied, Identity, KeySchema, Object, Place,
    buses::{Buses, Entry, Rejected},
    topics::{Publication, Topics},
};
use super::route::new_id;

mod buckets;
mod queues;
mod streams;
mod tables;

/// Resources in memory.
#[derive(Debug)]
pub struct Local {
    place: Place,
    principals: BTreeMap<String, Principal>,
    buses: BTreeSet<String>,
    changes: watch::Sender<()>,
    state: Mutex<State>,
}

/// Who has an access key, and what it is granted.
#[derive(Debug, Default)]
struct Principal {
    arn: String,
    grants: BTreeSet<(String, String)>,
}

#[derive(Debug, Default)]
struct State {
    streams: BTreeMap<String, streams::Stream>,
    tables: BTreeMap<String, tables::Table>,
    topics: BTreeMap<String, Vec<Publication>>,
    queues: BTreeMap<String, queues::Queue>,
    buckets: BTreeMap<String, BTreeMap<String, Object>>,
    events: Vec<Entry>,
}

impl Default for Local {
    fn default() -> Self {
        Self {
            place: Place { region: "us-east-1".into(), account: "123456789012".into() },
            principals: BTreeMap::new(),
            buses: BTreeSet::new(),
            changes: watch::Sender::default(),
            state: Mutex::default(),
        }
    }
}

impl Local {
    /// A backend without resources.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a stream with so many shards.
    pub fn stream(self, name: &str, shards: u32) -> Self {
        self.state().streams.insert(name.to_owned(), streams::Stream::new(shards));
        self
    }

    /// Adds a bus.
    pub fn bus(mut self, name: &str) -> Self {
        self.buses.insert(name.to_owned());
        self
    }

    /// Adds a table.
    pub fn table(self, name: &str, schema: KeySchema) -> Self {
        self.state().tables.insert(name.to_owned(), tables::Table::new(schema));
        self
    }

    /// Adds a topic.
    pub fn topic(self, name: &str) -> Self {
        let arn = self.place.arn("sns", name);
        self.state().topics.insert(arn, Vec::new());
        self
    }

    /// Adds a queue.
    pub fn queue(self, name: &str) -> Self {
        self.state().queues.insert(name.to_owned(), queues::Queue::default());
        self
    }

    /// Adds a bucket.
    pub fn bucket(self, name: &str) -> Self {
        self.state().buckets.insert(name.to_owned(), BTreeMap::new());
        self
    }

    /// Gives an access key to a principal, which may do nothing else than carry out an action on
    /// a resource.
    pub fn grant(
        mut self,
        access_key: &str,
        principal: &str,
        action: &str,
        resource: &str,
    ) -> Self {
        let entry = self.principals.entry(access_key.to_owned()).or_default();
        principal.clone_into(&mut entry.arn);
        entry.grants.insert((action.to_owned(), resource.to_owned()));
        self
    }

    /// The events that came, for all buses.
    pub fn events(&self) -> Vec<Entry> {
        self.state().events.clone()
    }

    /// The messages that were published to a topic.
    pub fn published(&self, topic: &str) -> Vec<Publication> {
        let arn = self.place.arn("sns", topic);
        self.state().topics.get(&arn).cloned().unwrap_or_default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing is half done: what panics does so before it changes anything.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Backend for Local {
    fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }
}

impl Access for Local {
    fn place(&self) -> Place {
        self.place.clone()
    }

    fn identity(&self, access_key: Option<&str>) -> Identity {
        match access_key.and_then(|key| Some((key, self.principals.get(key)?))) {
            Some((key, principal)) => {
                Identity { arn: principal.arn.clone(), user_id: key.to_owned() }
            }
            None => Identity {
                arn: format!("arn:aws:iam::{}:user/developer", self.place.account),
                user_id: "developer".into(),
            },
        }
    }

    fn authorize(
        &self,
        access_key: Option<&str>,
        action: &str,
        resource: &str,
    ) -> Result<(), Denied> {
        let Some(principal) = access_key.and_then(|key| self.principals.get(key)) else {
            return Ok(());
        };
        if principal.grants.contains(&(action.to_owned(), resource.to_owned())) {
            Ok(())
        } else {
            Err(Denied::new(&principal.arn, action, resource))
        }
    }
}

impl Buses for Local {
    fn put_events(&self, entries: Vec<Entry>) -> Vec<Result<String, Rejected>> {
        let mut state = self.state();
        entries
            .into_iter()
            .map(|entry| {
                // One for a bus that does not exist is accepted and lost.
                if self.buses.contains(&entry.bus) {
                    state.events.push(entry);
                }
                Ok(new_id().to_string())
            })
            .collect()
    }
}

impl Topics for Local {
    fn topics(&self) -> Vec<String> {
        self.state().topics.keys().cloned().collect()
    }

    fn publish(&self, topic: &str, message: Publication) -> Result<String, Refused> {
        match self.state().topics.get_mut(topic) {
            Some(messages) => messages.push(message),
            None => return Err(Refused::new("NotFound", "Topic does not exist")),
        }
        Ok(new_id().to_string())
    }
}
