//! What the stage file says of one resource: `[stage.NAME.resources.ITEM]`.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use esteira_manifest::Item;
use serde::de::DeserializeOwned;
use toml::{
    Spanned,
    de::{DeTable, DeValue, ValueDeserializer},
};

use super::Stage;
use crate::{
    diagnostic::{Diagnostic, Place, Result},
    graph::place,
    toml_file::TomlFile,
};

/// What the file says of every resource of one stage. It is parsed once, however many resources
/// there are.
#[derive(Debug, Default)]
pub(crate) struct Resources {
    file: Option<TomlFile>,
    entries: BTreeMap<String, Entry>,
}

#[derive(Debug)]
struct Entry {
    /// Where its name is.
    key: usize,
    value: Spanned<DeValue<'static>>,
}

impl Resources {
    pub(super) fn of(stage: &str, file: TomlFile) -> Result<Self> {
        // What is parsed borrows the text, and a program reads one such file for an application.
        let text: &'static str = file.text.clone().leak();
        let table = DeTable::parse(text).map_err(|error| file.parse_error(&error))?;
        let mut inner = Some(table.into_inner());
        for key in ["stage", stage, "resources"] {
            inner = inner.and_then(|mut table| match table.remove(key)?.into_inner() {
                DeValue::Table(table) => Some(table),
                _ => None,
            });
        }
        let entries = inner
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.get_ref().to_string(), Entry { key: key.span().start, value }))
            .collect();
        Ok(Self { file: Some(file), entries })
    }
}

/// The entries follow from the file.
impl PartialEq for Resources {
    fn eq(&self, other: &Self) -> bool {
        self.file == other.file
    }
}

/// The settings of one resource in one stage.
#[derive(Debug)]
pub(crate) struct Settings<T> {
    pub(crate) values: T,
    resources: Arc<Resources>,
}

impl<T> Settings<T> {
    /// Where a value that the file has is written.
    pub(crate) fn place(&self, span: Range<usize>) -> Option<Place> {
        self.resources.file.as_ref().map(|file| file.place(span.start))
    }

    /// A mistake in a value that the file has, such as a `Spanned` one's `span()`.
    pub(crate) fn mistake(&self, message: impl Into<String>, span: Range<usize>) -> Diagnostic {
        match &self.resources.file {
            Some(file) => file.mistake(message, span.start),
            None => Diagnostic::new(message),
        }
    }
}

/// The name that the file has settings for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key<'a> {
    pub(crate) name: &'a str,
    at: usize,
    file: &'a TomlFile,
}

impl Key<'_> {
    /// Where it is written.
    pub(crate) fn place(self) -> Place {
        self.file.place(self.at)
    }
}

impl Stage {
    /// The settings of a resource; its entry bears the name of the type, or its whole path.
    ///
    /// # Errors
    ///
    /// A setting that this kind of resource does not have, or of another type.
    pub(crate) fn settings<T: DeserializeOwned + Default>(
        &self,
        item: &Item,
    ) -> Result<Settings<T>> {
        let entries = &self.resources.entries;
        let entry = entries.get(item.name()).or_else(|| entries.get(item.id.as_ref()));
        let values = match (entry, &self.resources.file) {
            (Some(entry), Some(file)) => {
                T::deserialize(ValueDeserializer::from(entry.value.clone())).map_err(|error| {
                    file.parse_error(&error).at(place(&item.at), "declared here")
                })?
            }
            _ => T::default(),
        };
        Ok(Settings { values, resources: Arc::clone(&self.resources) })
    }

    /// What the file has settings for.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Key<'_>> {
        let Resources { file, entries } = &*self.resources;
        file.iter().flat_map(move |file| {
            entries.iter().map(move |(name, entry)| Key { name, at: entry.key, file })
        })
    }
}
