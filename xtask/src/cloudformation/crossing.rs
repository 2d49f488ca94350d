//! What a template refers to that is in another stack.
//!
//! Most of it has a name that the stage gives, so that its name and its ARN can be written as they
//! are. What only AWS knows, as the id of a subnet, is a parameter, which a deploy fills with an
//! output of the base stack. It is none of CloudFormation's exports: one that is imported can be
//! neither changed nor removed.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{Value, output, pattern, reference, text};
use crate::graph::{Attribute, Graph, Node, Part, Reference, Target, Text};

/// The names and ARNs that the stage gives, by what refers to them: a logical id, or one with an
/// attribute, such as `Pedidos.Arn`.
#[derive(Default)]
pub(super) struct Known(HashMap<String, Text>);

impl Known {
    pub(super) fn new(graph: &Graph) -> Self {
        let streams = graph.streams.ids().map(Target::Stream);
        let buses = graph.buses.ids().map(Target::Bus);
        let tables = graph.tables.ids().map(Target::Table);
        let topics = graph.topics.ids().map(Target::Topic);
        let buckets = graph.buckets.ids().map(Target::Bucket);
        let all = streams.chain(buses).chain(tables).chain(topics).chain(buckets);
        let mut known = HashMap::new();
        for target in all.filter(|target| target.node(graph).is_created()) {
            for attribute in [Attribute::Name, Attribute::Arn] {
                let value = reference(Reference { target, attribute }, graph);
                if let (Some((id, of)), Some(text)) =
                    (as_reference(&value), named(target, attribute, graph))
                {
                    known.insert(key(id, of), text);
                }
            }
        }
        Self(known)
    }

    fn get(&self, id: &str, attribute: Option<&str>) -> Option<&Text> {
        self.0.get(&key(id, attribute))
    }

    /// The text that a value comes to, if it is known before anything is made.
    pub(super) fn text(&self, value: &Value) -> Option<Text> {
        match value {
            Value::Text(text) => Some(text.clone().into()),
            other => {
                let (id, attribute) = as_reference(other)?;
                self.get(id, attribute).cloned()
            }
        }
    }
}

fn key(id: &str, attribute: Option<&str>) -> String {
    attribute.map_or_else(|| id.to_owned(), |attribute| format!("{id}.{attribute}"))
}

/// The name or the ARN of what has a name of its own.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/>
fn named(target: Target, attribute: Attribute, graph: &Graph) -> Option<Text> {
    let Node { name, .. } = target.node(graph);
    let (service, before) = match target {
        Target::Stream(_) => ("kinesis", "stream/"),
        Target::Bus(_) => ("events", "event-bus/"),
        Target::Table(_) => ("dynamodb", "table/"),
        Target::Topic(_) => ("sns", ""),
        Target::Bucket(id) => {
            // All accounts and regions share one space of names.
            let name = graph.buckets[id].name.parts().iter().cloned();
            let arn = ["arn:".into(), Part::Partition, ":s3:::".into()];
            return Some(match attribute {
                Attribute::Name => Text::new(name),
                _ => Text::new(arn.into_iter().chain(name)),
            });
        }
        _ => return None,
    };
    Some(match attribute {
        Attribute::Name => name.clone().into(),
        _ => Text::new([
            "arn:".into(),
            Part::Partition,
            Part::Literal(format!(":{service}:")),
            Part::Region,
            ":".into(),
            Part::Account,
            Part::Literal(format!(":{before}{name}")),
        ]),
    })
}

/// `Ref` or `Fn::GetAtt`, as what it refers to.
fn as_reference(value: &Value) -> Option<(&str, Option<&str>)> {
    let Value::Map(entries) = value else { return None };
    match entries.as_slice() {
        [(key, Value::Text(id))] if key == "Ref" => Some((id, None)),
        [(key, Value::Line(parts))] if key == "Fn::GetAtt" => match parts.as_slice() {
            [id, attribute] => Some((id, Some(attribute))),
            _ => None,
        },
        _ => None,
    }
}

/// The outputs whose values are known, whether or not a stack has them.
pub(crate) fn known_outputs(graph: &Graph) -> Vec<(String, Text)> {
    let known = Known::new(graph);
    let outputs = output::outputs(graph).into_iter();
    outputs.filter_map(|(name, output)| Some((name, known.text(output_value(&output)?)?))).collect()
}

/// What an output says.
pub(super) fn output_value(output: &Value) -> Option<&Value> {
    let Value::Map(entries) = output else { return None };
    entries.iter().find(|(key, _)| key == "Value").map(|(_, value)| value)
}

/// Turns values that refer to another stack into those that do not, and notes what that takes.
pub(super) struct Crossing<'a> {
    known: &'a Known,
    /// The logical ids of the stack that the values are for.
    own: &'a HashSet<&'a str>,
    /// The logical ids of the base stack.
    base: &'a HashSet<&'a str>,
    /// The values of the base stack that are needed, by the parameter that takes each.
    pub(super) shared: BTreeMap<String, Value>,
    /// Whatever else is referred to: other parameters, and what AWS itself defines.
    pub(super) others: BTreeSet<String>,
}

impl<'a> Crossing<'a> {
    pub(super) fn new(
        known: &'a Known,
        own: &'a HashSet<&'a str>,
        base: &'a HashSet<&'a str>,
    ) -> Self {
        Self { known, own, base, shared: BTreeMap::new(), others: BTreeSet::new() }
    }

    /// A resource as its own stack has it. It waits for nothing of another: that is there before.
    pub(super) fn resource(&mut self, resource: Value) -> Value {
        let Value::Map(entries) = resource else { return self.value(resource) };
        let entries = entries.into_iter().filter_map(|(key, value)| match (key.as_str(), value) {
            ("DependsOn", Value::List(ids)) => {
                let is_own =
                    |id: &Value| matches!(id, Value::Text(id) if self.own.contains(id.as_str()));
                let ids: Vec<_> = ids.into_iter().filter(is_own).collect();
                (!ids.is_empty()).then_some((key, Value::List(ids)))
            }
            (_, value) => Some((key, self.value(value))),
        });
        Value::Map(entries.collect())
    }

    pub(super) fn value(&mut self, value: Value) -> Value {
        if let Some((id, attribute)) = as_reference(&value) {
            let (id, attribute) = (id.to_owned(), attribute.map(str::to_owned));
            return self.reference(&id, attribute.as_deref(), value);
        }
        match value {
            Value::List(elements) => {
                Value::List(elements.into_iter().map(|it| self.value(it)).collect())
            }
            Value::Map(entries) => match entries.as_slice() {
                [(key, Value::Text(pattern))] if key == "Fn::Sub" => {
                    Value::substitute(self.substituted(pattern))
                }
                _ => Value::Map(
                    entries.into_iter().map(|(key, value)| (key, self.value(value))).collect(),
                ),
            },
            other => other,
        }
    }

    fn reference(&mut self, id: &str, attribute: Option<&str>, value: Value) -> Value {
        match self.known.get(id, attribute) {
            _ if self.own.contains(id) => value,
            Some(known) => text(known),
            None if self.base.contains(id) => Value::reference(&self.parameter(id, attribute)),
            None => {
                self.others.insert(id.to_owned());
                value
            }
        }
    }

    /// The pattern of a `Fn::Sub`, with placeholders that the stack can fill.
    fn substituted(&mut self, written: &str) -> String {
        let mut all = String::new();
        let mut rest = written;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((name, after)) = after.split_once('}') else { break };
            all += before;
            all += &self.placeholder(name);
            rest = after;
        }
        all + rest
    }

    fn placeholder(&mut self, name: &str) -> String {
        let (id, attribute) = match name.split_once('.') {
            Some((id, attribute)) => (id, Some(attribute)),
            None => (name, None),
        };
        let name = match self.known.get(id, attribute) {
            _ if name.starts_with('!') || self.own.contains(id) => name.to_owned(),
            Some(known) => return pattern(known),
            None if self.base.contains(id) => self.parameter(id, attribute),
            None => {
                self.others.insert(id.to_owned());
                name.to_owned()
            }
        };
        format!("${{{name}}}")
    }

    /// The parameter for a value of the base stack, which is an output of that name there.
    fn parameter(&mut self, id: &str, attribute: Option<&str>) -> String {
        let (value, suffix) = match attribute {
            None => (Value::reference(id), "Id"),
            Some("GroupId") => (Value::attribute(id, "GroupId"), "Id"),
            Some(attribute) => {
                let suffix = attribute.split('.').next().unwrap_or(attribute);
                (Value::attribute(id, attribute), suffix)
            }
        };
        let name = format!("{id}{suffix}");
        self.shared.insert(name.clone(), value);
        name
    }
}
