//! The rules of a bus.

use std::collections::HashMap;

use serde_json::Value;

use crate::Pattern;

/// Patterns, each with what it stands for, among which those that an event matches are found
/// without trying them all.
///
/// A pattern that names its sources or its detail types is tried only on events that have one of
/// them.
#[derive(Debug, Clone)]
pub struct Rules<T> {
    rules: Vec<(Pattern, T)>,
    by_source: Named<Named<Vec<usize>>>,
}

/// What is found by a name, and what whatever the name is.
#[derive(Debug, Clone, Default)]
struct Named<V> {
    named: HashMap<String, V>,
    open: V,
}

impl<V: Default> Named<V> {
    /// What a pattern that asks for these names, or for none, belongs into.
    fn entries(&mut self, names: Option<&[String]>, mut entry: impl FnMut(&mut V)) {
        let Some(names) = names else { return entry(&mut self.open) };
        for name in names {
            entry(self.named.entry(name.clone()).or_default());
        }
    }

    /// What there is for a name.
    fn of(&self, name: &str) -> impl Iterator<Item = &V> {
        self.named.get(name).into_iter().chain([&self.open])
    }
}

impl<T> Rules<T> {
    /// No rules.
    pub fn new() -> Self {
        Self { rules: Vec::new(), by_source: Named::default() }
    }

    /// Adds a pattern with what it stands for.
    pub fn add(&mut self, pattern: Pattern, rule: T) {
        let position = self.rules.len();
        self.by_source.entries(pattern.source.texts.as_deref(), |by_detail_type| {
            by_detail_type
                .entries(pattern.detail_type.texts.as_deref(), |rules| rules.push(position));
        });
        self.rules.push((pattern, rule));
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// What the patterns stand for that an event matches, in the order in which they were added.
    pub fn matching<'a>(&'a self, event: &'a Value) -> impl Iterator<Item = &'a T> + 'a {
        let rules = self.candidates(event).into_iter().map(|position| &self.rules[position]);
        rules.filter(|(pattern, _)| pattern.matches(event)).map(|(_, rule)| rule)
    }

    /// The patterns that an event has the source and the detail type for.
    fn candidates(&self, event: &Value) -> Vec<usize> {
        let (Some(Value::String(source)), Some(Value::String(detail_type))) =
            (event.get("source"), event.get("detail-type"))
        else {
            // No event on a bus is without them; whatever this is, it is looked at.
            return (0..self.rules.len()).collect();
        };
        let by_detail_types = self.by_source.of(source);
        let mut found: Vec<_> =
            by_detail_types.flat_map(|rules| rules.of(detail_type)).flatten().copied().collect();
        found.sort_unstable();
        found
    }
}

impl<T> Default for Rules<T> {
    fn default() -> Self {
        Self::new()
    }
}
