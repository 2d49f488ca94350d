//! The table in which handlers remember what they have done.

use std::borrow::Cow;

use esteira_manifest::{self as manifest, Item, Key, Kind, Manifest, Scalar, Shape};

use super::{Id, Index, Table, index::Entry, upper_camel};
use crate::diagnostic::Diagnostic;

/// That a function remembers what it has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Idempotency {
    pub(crate) table: Id<Table>,
    /// How long, in seconds.
    pub(crate) ttl: u32,
}

impl Idempotency {
    /// The manifest with the table of all handlers that need one, as the last item; the first of
    /// them is where it is declared.
    pub(crate) fn declare(manifest: &Manifest) -> Cow<'_, Manifest> {
        let needs = |item: &&Item| matches!(&item.kind, Kind::Handler(h) if h.idempotent.is_some());
        let Some(first) = manifest.items.iter().find(needs) else {
            return Cow::Borrowed(manifest);
        };
        let table = manifest::Table {
            name: format!("{}Idempotency", upper_camel(&manifest.app)).into(),
            partition_key: Key {
                name: manifest::Idempotent::PARTITION_KEY.into(),
                scalar: Scalar::S,
            },
            sort_key: None,
            ttl: Some(manifest::Idempotent::TTL.into()),
            kms_key: None,
            existing: false,
            item: Shape::Any,
        };
        let (id, at) = (manifest::Idempotent::TABLE.into(), first.at.clone());
        let mut manifest = manifest.clone();
        manifest.items.push(Item { id, at, kind: Kind::Table(table) });
        Cow::Owned(manifest)
    }

    /// That of a handler, if it has any.
    pub(super) fn of(
        entry: Entry<'_, manifest::Handler>,
        index: &Index<'_>,
    ) -> Result<Option<Self>, Diagnostic> {
        let Some(manifest::Idempotent { ttl }) = entry.declared.idempotent else {
            return Ok(None);
        };
        let id = manifest::Idempotent::TABLE;
        Ok(Some(Self { table: index.resolve(&index.tables, id, entry.place())?, ttl }))
    }
}
