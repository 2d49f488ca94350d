//! A resource of the template.

use super::Value;
use crate::graph::{Graph, Node};

/// A resource of the template.
pub(super) struct Resource {
    id: String,
    kind: &'static str,
    depends_on: Vec<String>,
    notes: Vec<(String, Value)>,
    properties: Vec<(String, Value)>,
}

impl Resource {
    /// A resource, with where it comes from.
    pub(super) fn new(kind: &'static str, node: &Node) -> Self {
        Self {
            id: node.logical.camel.clone(),
            kind,
            depends_on: Vec::new(),
            notes: vec![("Source".into(), node.at.to_string().into())],
            properties: Vec::new(),
        }
    }

    /// Adds a property.
    #[must_use]
    pub(super) fn set(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.properties.push((name.into(), value.into()));
        self
    }

    /// Adds the tags that Terraform's provider gives by default.
    #[must_use]
    pub(super) fn tags(self, graph: &Graph) -> Self {
        let tag =
            |(key, value): (&str, &str)| Value::map([("Key", key.into()), ("Value", value.into())]);
        let tags =
            [("app", graph.app.as_str()), ("stage", &graph.stage), ("managed-by", "esteira")];
        self.set("Tags", Value::List(tags.map(tag).into()))
    }

    /// Makes this resource wait for others that it does not refer to.
    #[must_use]
    pub(super) fn after(mut self, ids: impl IntoIterator<Item = String>) -> Self {
        self.depends_on.extend(ids);
        self
    }

    /// Adds a note for the reader, beside the source.
    #[must_use]
    pub(super) fn note(mut self, name: &str, value: Value) -> Self {
        self.notes.push((name.into(), value));
        self
    }

    pub(super) fn entry(self) -> (String, Value) {
        let mut entries = vec![("Type", self.kind.into())];
        if !self.depends_on.is_empty() {
            entries.push(("DependsOn", Value::list(self.depends_on)));
        }
        entries.push(("Metadata", Value::map([("Esteira", Value::Map(self.notes))])));
        entries.push(("Properties", Value::Map(self.properties)));
        (self.id, Value::map(entries))
    }
}
