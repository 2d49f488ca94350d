//! A resource of the template.

use super::Value;
use crate::{
    graph::{Graph, Node},
    stage::Removal,
};

/// A resource of the template.
pub(super) struct Resource {
    id: String,
    kind: &'static str,
    depends_on: Vec<String>,
    condition: Option<&'static str>,
    removal: Option<Removal>,
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
            condition: None,
            removal: None,
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
        let tag = |(key, value): &(String, String)| {
            Value::map([("Key", key.into()), ("Value", value.into())])
        };
        self.set("Tags", Value::List(graph.tags.iter().map(tag).collect()))
    }

    /// The stack leaves the resource behind, if the stage retains what keeps data, and otherwise
    /// deletes it, where for some kinds it would keep a snapshot.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html>
    #[must_use]
    pub(super) fn retained(self, graph: &Graph) -> Self {
        Self { removal: Some(graph.removal), ..self }
    }

    /// The stack leaves the resource behind, whatever the stage says.
    #[must_use]
    pub(super) fn kept(self) -> Self {
        Self { removal: Some(Removal::Retain), ..self }
    }

    /// As [`Self::retained`], for what has no data of its own but stands below what has: without
    /// it that could not stay.
    #[must_use]
    pub(super) fn retained_below(self, graph: &Graph) -> Self {
        match graph.removal {
            Removal::Retain => self.retained(graph),
            Removal::Destroy => self,
        }
    }

    /// Adds the tags, and the one that AWS shows as the name.
    #[must_use]
    pub(super) fn named(self, name: &str, graph: &Graph) -> Self {
        let mut tagged = self.tags(graph);
        if let Some((_, Value::List(tags))) = tagged.properties.last_mut() {
            tags.insert(0, Value::map([("Key", "Name".into()), ("Value", name.into())]));
        }
        tagged
    }

    /// Makes this resource wait for others that it does not refer to.
    #[must_use]
    pub(super) fn after(mut self, ids: impl IntoIterator<Item = String>) -> Self {
        self.depends_on.extend(ids);
        self
    }

    /// Makes it only where a condition of the template holds.
    #[must_use]
    pub(super) fn only_if(self, condition: &'static str) -> Self {
        Self { condition: Some(condition), ..self }
    }

    /// Adds a note for the reader, beside the source.
    #[must_use]
    pub(super) fn note(mut self, name: &str, value: Value) -> Self {
        self.notes.push((name.into(), value));
        self
    }

    pub(super) fn entry(self) -> (String, Value) {
        let mut entries = vec![("Type", self.kind.into())];
        if let Some(condition) = self.condition {
            entries.push(("Condition", condition.into()));
        }
        if !self.depends_on.is_empty() {
            entries.push(("DependsOn", Value::list(self.depends_on)));
        }
        if let Some(removal) = self.removal {
            let [deleted, replaced] = match removal {
                // What a failed creation rolls back holds nothing yet, and its name would be in
                // the way of the next.
                Removal::Retain => ["RetainExceptOnCreate", "Retain"],
                Removal::Destroy => ["Delete"; 2],
            };
            entries.push(("DeletionPolicy", deleted.into()));
            entries.push(("UpdateReplacePolicy", replaced.into()));
        }
        entries.push(("Metadata", Value::map([("Esteira", Value::Map(self.notes))])));
        entries.push(("Properties", Value::Map(self.properties)));
        (self.id, Value::map(entries))
    }
}
