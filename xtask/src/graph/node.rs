//! Nodes, and ids that say what they lead to.

use std::{cmp, fmt, hash, marker::PhantomData, ops, slice};

use esteira_manifest::{Item, Location};

use super::name::Logical;
use crate::{diagnostic::Place, stage::Stage};

/// What every resource has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    /// The item's id in the manifest.
    pub(crate) id: String,
    /// Where it was declared.
    pub(crate) at: Place,
    /// Its name within the generated text.
    pub(crate) logical: Logical,
    /// Its name in AWS.
    pub(crate) name: String,
    /// The ARN or id of a resource that others made: it is referred to and never created,
    /// changed or destroyed.
    pub(crate) existing: Option<String>,
}

impl Node {
    pub(crate) fn new(item: &Item, name: &str, logical: Logical, stage: &Stage) -> Self {
        Self {
            id: item.id.to_string(),
            at: place(&item.at),
            logical,
            name: stage.physical_name(name),
            existing: None,
        }
    }

    /// A resource that comes with this one: made where this one is declared, and named after it.
    pub(crate) fn part(&self, part: &str, kind: &str) -> Self {
        let logical = Logical::resource(&format!("{}_{part}", self.logical.snake), kind);
        let name = format!("{}-{}", self.name, part.replace('_', "-"));
        Self { id: self.id.clone(), at: self.at.clone(), logical, name, existing: None }
    }

    /// What configures this resource, whose kind is the one given.
    pub(crate) fn sibling(&self, own: &str, kind: &str) -> Self {
        let Logical { snake, camel } = &self.logical;
        let camel = camel.strip_suffix(own).unwrap_or(camel).to_owned() + kind;
        Self { logical: Logical { snake: snake.clone(), camel }, ..self.clone() }
    }

    /// The name of the declared type or function.
    pub(crate) fn item(&self) -> &str {
        self.id.rsplit("::").next().unwrap_or(&self.id)
    }

    /// Whether it is created here.
    pub(crate) fn is_created(&self) -> bool {
        self.existing.is_none()
    }
}

/// A location of the manifest as a place of a diagnostic.
pub(crate) fn place(at: &Location) -> Place {
    Place::new(at.file.as_ref(), at.line)
}

/// The nodes of one kind.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Nodes<T>(Vec<T>);

impl<T> Nodes<T> {
    pub(crate) fn push(&mut self, node: T) -> Id<T> {
        self.0.push(node);
        Id::new(self.0.len() - 1)
    }

    /// The id that the next node will have.
    pub(crate) fn next(&self) -> Id<T> {
        Id::new(self.0.len())
    }

    pub(crate) fn iter(&self) -> slice::Iter<'_, T> {
        self.0.iter()
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = Id<T>> + use<T> {
        (0..self.0.len()).map(Id::new)
    }
}

/// What has a node of its own.
pub(crate) trait HasNode {
    fn node(&self) -> &Node;
}

macro_rules! has_node {
    ($($kind:ident),+) => {$(
        impl HasNode for super::$kind {
            fn node(&self) -> &Node {
                &self.node
            }
        }
    )+};
}

has_node!(Stream, Bus, Table, Topic, KmsKey, Vpc, Subnet, RouteTable, Group, Aurora, Bucket, Queue);

impl<T: HasNode> Nodes<T> {
    /// Those that are not `existing`.
    pub(crate) fn created(&self) -> impl Iterator<Item = &T> {
        self.0.iter().filter(|node| node.node().is_created())
    }
}

impl<T> Default for Nodes<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> FromIterator<T> for Nodes<T> {
    fn from_iter<I: IntoIterator<Item = T>>(nodes: I) -> Self {
        Self(nodes.into_iter().collect())
    }
}

impl<T> ops::Index<Id<T>> for Nodes<T> {
    type Output = T;

    fn index(&self, id: Id<T>) -> &T {
        &self.0[id.index()]
    }
}

impl<T> ops::IndexMut<Id<T>> for Nodes<T> {
    fn index_mut(&mut self, id: Id<T>) -> &mut T {
        &mut self.0[id.index()]
    }
}

/// The id of a node of kind `T`, good for the graph that gave it.
pub(crate) struct Id<T>(usize, PhantomData<fn() -> T>);

impl<T> Id<T> {
    pub(crate) fn new(index: usize) -> Self {
        Self(index, PhantomData)
    }

    pub(crate) fn index(self) -> usize {
        self.0
    }
}

// Derived implementations would ask the same of `T`, which is only a label here.
impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> hash::Hash for Id<T> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
