//! A pattern, and whether an event matches it.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use crate::{
    compile::Compiled,
    error::{At, Error},
    leaves::{Branch, Element, Leaf, Leaves},
    node::Node,
    test::Test,
};

/// An event pattern that AWS accepts.
///
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html>
#[derive(Debug, Clone)]
pub struct Pattern {
    root: Branch,
    tests: Vec<Vec<Test>>,
    /// An event matches if it does one of these.
    alternatives: Vec<Vec<Asked>>,
    pub(crate) source: Envelope,
    pub(crate) detail_type: Envelope,
}

/// What is asked of the source, or of the detail type.
#[derive(Debug, Clone)]
pub(crate) struct Envelope {
    /// Its field, if anything is.
    field: Option<usize>,
    /// The texts that it has to be one of, if that is all that is.
    pub(crate) texts: Option<Vec<String>>,
}

/// A field of an alternative.
#[derive(Debug, Clone, Copy)]
struct Asked {
    field: usize,
    /// The list of tests of which one has to pass.
    tests: usize,
}

/// One element of each array that a match has gone into, ordered by array.
type Elements = Vec<Element>;

impl Pattern {
    /// Reads a pattern, as it is given to `PutRule`. How long it may be is for the caller to say.
    ///
    /// # Errors
    ///
    /// What AWS refuses: the first such thing.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let node = Node::read(text).map_err(|why| {
            let help = "a pattern is an object, `{\"source\": [\"…\"]}`";
            Error::new(&At::default(), format!("it is not JSON: {why}"), help)
        })?;
        let compiled = Compiled::new(&node)?;
        let mut root = Branch::default();
        for (field, path) in compiled.fields.iter().enumerate() {
            root.add(path, field);
        }
        let source = Envelope::new(&compiled, "source");
        let detail_type = Envelope::new(&compiled, "detail-type");
        let Compiled { fields, tests, alternatives } = compiled;
        let alternatives = alternatives
            .into_iter()
            .map(|alternative| {
                let mut asked: Vec<_> =
                    alternative.into_iter().map(|(field, tests)| Asked { field, tests }).collect();
                // Java's order of text. It decides what `exists: false` sees.
                asked.sort_by(|a, b| {
                    fields[a.field].encode_utf16().cmp(fields[b.field].encode_utf16())
                });
                asked
            })
            .collect();
        Ok(Self { root, tests, alternatives, source, detail_type })
    }

    /// Reads a pattern that is JSON already. Its fields are taken in the order that they have
    /// there.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn new(json: &Value) -> Result<Self, Error> {
        Self::parse(&json.to_string())
    }

    /// Whether an event, with its envelope, matches. What is no object does not.
    ///
    /// A number of the event is the one that `serde_json` read, so one with more digits than a
    /// double has is compared, where AWS would not compare it.
    pub fn matches(&self, event: &Value) -> bool {
        let leaves = Leaves::of(event, &self.root);
        if !event.is_object() {
            return false;
        }
        if leaves.are_flat() {
            return self.alternatives.iter().any(|asked| {
                asked.iter().all(|asked| {
                    let values = leaves.of_field(asked.field);
                    self.passes_any(asked, values.iter())
                        || values.is_empty() && self.accepts_absence(asked)
                })
            });
        }
        self.alternatives.iter().any(|asked| self.matches_in_elements(asked, &leaves))
    }

    /// Whether an event with this source and this detail type matches, if the rest of it is right.
    pub fn may_match(&self, source: &str, detail_type: &str) -> bool {
        let (source, detail_type) = (source.into(), detail_type.into());
        self.alternatives.iter().any(|asked| {
            asked.iter().all(|asked| {
                let value = match Some(asked.field) {
                    field if field == self.source.field => &source,
                    field if field == self.detail_type.field => &detail_type,
                    _ => return true,
                };
                self.tests[asked.tests].iter().any(|test| test.passes(value))
            })
        })
    }

    /// Whether there is one choice of an element of each array with which all fields match.
    fn matches_in_elements(&self, asked: &[Asked], leaves: &Leaves<'_>) -> bool {
        // An element matters only as long as a later field is in the same array: forgetting the
        // others keeps the choices from multiplying.
        let mut last = HashMap::new();
        for (turn, asked) in asked.iter().enumerate() {
            for leaf in leaves.of_field(asked.field) {
                last.extend(leaf.within.iter().map(|(array, _)| (*array, turn)));
            }
        }
        let mut choices = BTreeSet::from([Elements::new()]);
        for (turn, asked) in asked.iter().enumerate() {
            let values = leaves.of_field(asked.field);
            let passes: Vec<_> =
                values.iter().map(|leaf| self.passes_any(asked, [leaf].into_iter())).collect();
            let absence = self.accepts_absence(asked);
            let mut next = BTreeSet::new();
            for chosen in choices {
                let mut absent = true;
                let (start, nearby) = near(values, &chosen);
                for (leaf, passes) in nearby.iter().zip(&passes[start..]) {
                    if let Some(mut both) = join(&chosen, &leaf.within) {
                        absent = false;
                        if *passes {
                            both.retain(|(array, _)| last.get(array).is_some_and(|l| *l > turn));
                            next.insert(both);
                        }
                    }
                }
                if absent && absence {
                    next.insert(chosen);
                }
            }
            if next.is_empty() {
                return false;
            }
            choices = next;
        }
        true
    }

    fn passes_any<'l, 'e: 'l>(
        &self,
        asked: &Asked,
        mut values: impl Iterator<Item = &'l Leaf<'e>>,
    ) -> bool {
        let tests = &self.tests[asked.tests];
        values.any(|leaf| tests.iter().any(|test| test.passes(leaf.value)))
    }

    fn accepts_absence(&self, asked: &Asked) -> bool {
        self.tests[asked.tests].iter().any(|test| matches!(test, Test::Absent))
    }
}

impl std::str::FromStr for Pattern {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

/// The values that a choice may agree with, and the position of the first: those in the chosen
/// elements, as far as all values are in the same arrays. Else a field of a long array would be
/// compared with every element for every element.
fn near<'l, 'e>(values: &'l [Leaf<'e>], chosen: &Elements) -> (usize, &'l [Leaf<'e>]) {
    let (mut start, mut end) = (0, values.len());
    for depth in 0.. {
        let (Some(first), Some(last)) = (values[start..end].first(), values[start..end].last())
        else {
            break;
        };
        let (Some(first), Some(last)) = (first.within.get(depth), last.within.get(depth)) else {
            break;
        };
        let chosen = chosen.iter().find(|(array, _)| *array == first.0);
        let Some(chosen) = chosen.filter(|_| first.0 == last.0) else { break };
        let within = &values[start..end];
        let from = within.partition_point(|leaf| leaf.within.get(depth) < Some(chosen));
        let to = within.partition_point(|leaf| leaf.within.get(depth) <= Some(chosen));
        (start, end) = (start + from, start + to);
    }
    (start, &values[start..end])
}

/// The elements of both, unless they are different ones of the same array.
fn join(chosen: &Elements, within: &[Element]) -> Option<Elements> {
    let mut both = chosen.clone();
    for (array, index) in within {
        match both.binary_search_by_key(array, |(array, _)| *array) {
            Ok(position) if both[position].1 != *index => return None,
            Ok(_) => {}
            Err(position) => both.insert(position, (*array, *index)),
        }
    }
    Some(both)
}

impl Envelope {
    fn new(compiled: &Compiled, name: &str) -> Self {
        let field = compiled.fields.iter().position(|field| field == name);
        Self { field, texts: field.and_then(|field| texts(compiled, field)) }
    }
}

/// The texts that a field has to be one of, in whichever alternative.
fn texts(compiled: &Compiled, field: usize) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    for alternative in &compiled.alternatives {
        for test in &compiled.tests[*alternative.get(&field)?] {
            let Test::Text(text) = test else { return None };
            if !texts.contains(text) {
                texts.push(text.clone());
            }
        }
    }
    Some(texts)
}
