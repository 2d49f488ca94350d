//! What a configuration says, whichever language it says it in.
//!
//! Each resource is one JSON object under its kind and its name in AWS. Kinds, and the names of
//! settings, are CloudFormation's without the service; a reference is `kind:name:attribute`.

use std::collections::BTreeMap;

use serde_json::Value;

pub(crate) mod cloudformation;
mod database;
mod network;
pub(crate) mod terraform;

/// Resources by kind and name, and outputs by their name in snake case.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Normal {
    pub(crate) resources: BTreeMap<(String, String), Value>,
    pub(crate) outputs: BTreeMap<String, Value>,
}

impl Normal {
    /// The statements of a role's policy.
    pub(crate) fn statements(&self, role: &str) -> &Vec<Value> {
        let policy = &self.resources[&("Policy".to_owned(), role.to_owned())];
        policy["Document"]["Statement"].as_array().expect("statements")
    }

    /// What becomes of the data of a resource.
    fn removal(&mut self, name: &str, removal: &str) {
        self.add("Removal", name, removal.into());
    }

    /// Adds a resource, which must be the first of its kind and name.
    fn add(&mut self, kind: &str, name: &str, value: Value) {
        let key = (kind.to_owned(), name.to_owned());
        assert!(self.resources.insert(key, value).is_none(), "two of {kind} {name}");
    }
}

/// The name within a reference.
fn named(reference: &Value) -> &str {
    text(reference).split(':').nth(1).expect("a reference")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}
