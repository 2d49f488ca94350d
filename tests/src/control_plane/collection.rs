//! Things of one kind, each a JSON object as the service tells it.

use serde_json::{Value, json};

use super::Object;
use super::fault::Fault;
use super::input::Result;

/// All things of one kind.
#[derive(Debug)]
pub(super) struct Collection {
    /// The member with the identifier, which is unique.
    identifier: &'static str,
    /// The member that other calls name one by.
    handle: &'static str,
    /// The filters that a `Describe` call can have, and the member each looks at.
    filters: &'static [(&'static str, &'static str)],
    things: Vec<Object>,
}

impl Collection {
    pub(super) const fn new(
        identifier: &'static str,
        handle: &'static str,
        filters: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { identifier, handle, filters, things: Vec::new() }
    }

    /// Adds one.
    pub(super) fn insert(&mut self, thing: Object) -> Result<Value> {
        let identifier = &thing[self.identifier];
        if self.things.iter().any(|it| it[self.identifier] == *identifier) {
            return Err(Fault::exists(format!("{} {identifier}", self.identifier)));
        }
        let told = Value::Object(thing.clone());
        self.things.push(thing);
        Ok(told)
    }

    /// The one with that handle.
    pub(super) fn get(&self, handle: &str) -> Result<&Object> {
        let missing = || Fault::not_found(format!("{} {handle}", self.handle));
        self.things.iter().find(|it| it[self.handle] == handle).ok_or_else(missing)
    }

    /// The one with that handle, to change it.
    pub(super) fn get_mut(&mut self, handle: &str) -> Result<&mut Object> {
        let missing = || Fault::not_found(format!("{} {handle}", self.handle));
        self.things.iter_mut().find(|it| it[self.handle] == handle).ok_or_else(missing)
    }

    /// Takes the one with that handle away; as it is told while it goes.
    pub(super) fn remove(&mut self, handle: &str, status: &str) -> Result<Value> {
        let mut gone = self.get(handle)?.clone();
        self.things.retain(|it| it[self.handle] != handle);
        gone.insert(status.to_owned(), json!("deleting"));
        Ok(Value::Object(gone))
    }

    /// Whether one has this value in one of these members.
    pub(super) fn refers(&self, members: &[&str], to: &str) -> bool {
        self.things.iter().any(|it| members.iter().any(|name| refers(it.get(*name), to)))
    }

    /// Those that pass the filters of a `Describe` call. None that does is an error if any was
    /// asked for.
    pub(super) fn describe(&self, input: &Object) -> Result<Vec<Value>> {
        let filters = input.get("Filters").and_then(Value::as_array);
        let mut found: Vec<&Object> = self.things.iter().collect();
        for filter in filters.into_iter().flatten() {
            let name = filter["Name"].as_str().unwrap_or_default();
            let known = self.filters.iter().find(|(known, _)| *known == name);
            let (_, member) =
                known.ok_or_else(|| Fault::value(format!("there is no filter `{name}`")))?;
            let values = filter["Values"].as_array();
            found.retain(|it| values.is_some_and(|values| values.contains(&it[*member])));
        }
        if found.is_empty() && filters.is_some_and(|filters| !filters.is_empty()) {
            return Err(Fault::not_found(format!("none passes {:?}", filters)));
        }
        Ok(found.into_iter().cloned().map(Value::Object).collect())
    }

    /// All of them.
    pub(super) fn all(&self) -> Vec<Value> {
        self.things.iter().cloned().map(Value::Object).collect()
    }

    /// The identifiers of all of them.
    pub(super) fn identifiers(&self) -> impl Iterator<Item = String> {
        self.things.iter().filter_map(|it| it[self.identifier].as_str()).map(str::to_owned)
    }
}

fn refers(value: Option<&Value>, to: &str) -> bool {
    match value {
        Some(Value::Object(nested)) => nested.values().any(|it| refers(Some(it), to)),
        Some(value) => value == to,
        None => false,
    }
}
