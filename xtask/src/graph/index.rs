//! The manifest by id: every look-up of a declaration is one step.

use std::collections::HashMap;

use esteira_manifest::{self as manifest, Item, Kind, Manifest};

use super::{Id, Node};
use crate::diagnostic::{Diagnostic, Place};

/// A kind of declaration that others may refer to.
pub(crate) trait Declaration: Sized {
    /// The node it becomes.
    type Node;
    /// What messages call it, with its article.
    const NOUN: &'static str;
    /// What the user writes to declare one.
    const ATTRIBUTE: &'static str;

    /// This kind's part of an item, if the item is of this kind.
    fn of(kind: &Kind) -> Option<&Self>;
}

/// One declaration of kind `D`.
#[derive(Debug)]
pub(crate) struct Entry<'a, D> {
    pub(crate) item: &'a Item,
    pub(crate) declared: &'a D,
}

impl<D> Clone for Entry<'_, D> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<D> Copy for Entry<'_, D> {}

impl<D> Entry<'_, D> {
    /// Where it is declared.
    pub(crate) fn place(&self) -> Place {
        super::place(&self.item.at)
    }
}

/// All declarations of one kind, in the order of the manifest.
#[derive(Debug)]
pub(crate) struct Declared<'a, D> {
    entries: Vec<Entry<'a, D>>,
    by_id: HashMap<&'a str, usize>,
}

impl<'a, D: Declaration> Declared<'a, D> {
    fn new(manifest: &'a Manifest) -> Self {
        let entries: Vec<_> = manifest
            .items
            .iter()
            .filter_map(|item| Some(Entry { item, declared: D::of(&item.kind)? }))
            .collect();
        let by_id = entries.iter().enumerate().map(|(i, e)| (e.item.id.as_ref(), i)).collect();
        Self { entries, by_id }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Entry<'a, D>> + '_ {
        self.entries.iter().copied()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn get(&self, id: &str) -> Option<Entry<'a, D>> {
        self.by_id.get(id).map(|i| self.entries[*i])
    }

    fn id(&self, id: &str) -> Option<Id<D::Node>> {
        self.by_id.get(id).map(|i| Id::new(*i))
    }
}

/// The declarations of a manifest by kind and id.
#[derive(Debug)]
pub(crate) struct Index<'a> {
    pub(crate) manifest: &'a Manifest,
    pub(crate) streams: Declared<'a, manifest::Stream>,
    pub(crate) buses: Declared<'a, manifest::Bus>,
    pub(crate) events: Declared<'a, manifest::Event>,
    pub(crate) tables: Declared<'a, manifest::Table>,
    pub(crate) topics: Declared<'a, manifest::Topic>,
    pub(crate) vpcs: Declared<'a, manifest::Vpc>,
    pub(crate) auroras: Declared<'a, manifest::Aurora>,
    pub(crate) captures: Declared<'a, manifest::Capture>,
    pub(crate) kms_keys: Declared<'a, manifest::KmsKey>,
    pub(crate) rows: Declared<'a, manifest::Row>,
    pub(crate) handlers: Declared<'a, manifest::Handler>,
    by_id: HashMap<&'a str, &'a Item>,
}

impl<'a> Index<'a> {
    pub(crate) fn new(manifest: &'a Manifest) -> Self {
        Self {
            manifest,
            streams: Declared::new(manifest),
            buses: Declared::new(manifest),
            events: Declared::new(manifest),
            tables: Declared::new(manifest),
            topics: Declared::new(manifest),
            vpcs: Declared::new(manifest),
            auroras: Declared::new(manifest),
            captures: Declared::new(manifest),
            kms_keys: Declared::new(manifest),
            rows: Declared::new(manifest),
            handlers: Declared::new(manifest),
            by_id: manifest.items.iter().map(|item| (item.id.as_ref(), item)).collect(),
        }
    }

    /// What is declared with this id.
    pub(crate) fn kind(&self, id: &str) -> Option<&'a Kind> {
        self.by_id.get(id).map(|item| &item.kind)
    }

    /// Where what has this id is declared.
    pub(crate) fn place(&self, id: &str) -> Option<Place> {
        self.by_id.get(id).map(|item| super::place(&item.at))
    }

    /// The node that `id` leads to.
    ///
    /// # Errors
    ///
    /// Nothing with this id is declared, or something of another kind; `at` is who refers to it.
    pub(crate) fn resolve<D: Declaration>(
        &self,
        declared: &Declared<'a, D>,
        id: &str,
        at: Place,
    ) -> Result<Id<D::Node>, Diagnostic> {
        if let Some(id) = declared.id(id) {
            return Ok(id);
        }
        let noun = D::NOUN;
        Err(match self.by_id.get(id) {
            Some(other) => Diagnostic::new(format!(
                "`{id}` is {}, and {noun} is needed here",
                noun_of(&other.kind)
            ))
            .at(at, "referred to here")
            .at(super::place(&other.at), "declared here")
            .help(format!("declare `{id}` with `{}`, or name another type", D::ATTRIBUTE)),
            None => Diagnostic::new(format!("`{id}` is not declared as {noun}"))
                .at(at, "referred to here")
                .help(format!("declare it with `{}`", D::ATTRIBUTE)),
        })
    }
}

impl Index<'_> {
    /// The key that a resource is encrypted with, if it names one; `at` is the resource.
    pub(crate) fn key(
        &self,
        id: Option<&str>,
        at: Place,
    ) -> Result<Option<Id<super::KmsKey>>, Diagnostic> {
        id.map(|id| self.resolve(&self.kms_keys, id, at)).transpose()
    }
}

fn noun_of(kind: &Kind) -> &'static str {
    match kind {
        Kind::Stream(_) => manifest::Stream::NOUN,
        Kind::Bus(_) => manifest::Bus::NOUN,
        Kind::Event(_) => manifest::Event::NOUN,
        Kind::Table(_) => manifest::Table::NOUN,
        Kind::Topic(_) => manifest::Topic::NOUN,
        Kind::Vpc(_) => manifest::Vpc::NOUN,
        Kind::Aurora(_) => manifest::Aurora::NOUN,
        Kind::Capture(_) => manifest::Capture::NOUN,
        Kind::KmsKey(_) => manifest::KmsKey::NOUN,
        Kind::Row(_) => manifest::Row::NOUN,
        Kind::Handler(_) => manifest::Handler::NOUN,
    }
}

impl Declaration for manifest::Row {
    // A row is a shape only: it becomes no resource.
    type Node = Node;
    const NOUN: &'static str = "a row";
    const ATTRIBUTE: &'static str = "#[derive(Row)]";

    fn of(kind: &Kind) -> Option<&Self> {
        if let Kind::Row(row) = kind { Some(row) } else { None }
    }
}
