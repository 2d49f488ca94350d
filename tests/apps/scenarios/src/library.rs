//! A client of the application's own, for what no handle does: every item of a table.

use std::{future::Future, pin::Pin, sync::Arc};

use esteira::{Event, Memory, Put, Raw, Result, on_event};
use serde::{Deserialize, Serialize};

use crate::{Stage, Word};

/// Every word of every language.
#[derive(Clone)]
pub struct Library(Arc<dyn Scan>);

/// What it takes to read the whole table.
trait Scan: Send + Sync {
    fn scan(&self) -> Pin<Box<dyn Future<Output = Result<Vec<Word>>> + Send + '_>>;
}

impl Library {
    /// A library for tests: the table is in `memory`.
    pub fn in_memory(memory: &Memory) -> Self {
        Self(Arc::new(memory.clone()))
    }
}

impl Scan for Memory {
    fn scan(&self) -> Pin<Box<dyn Future<Output = Result<Vec<Word>>> + Send + '_>> {
        Box::pin(std::future::ready(Ok(self.items())))
    }
}

#[cfg(feature = "lambda")]
mod aws {
    use aws_sdk_dynamodb::Client;
    use esteira::{Connection, RawClient};

    use super::*;

    struct Table {
        client: Client,
        name: String,
    }

    impl RawClient for Library {
        fn connect(connection: &Connection) -> Result<Self> {
            let client = Client::new(connection.sdk_config());
            let name = connection.name::<Word>()?.to_owned();
            Ok(Self(Arc::new(Table { client, name })))
        }
    }

    impl Scan for Table {
        fn scan(&self) -> Pin<Box<dyn Future<Output = Result<Vec<Word>>> + Send + '_>> {
            Box::pin(async {
                let scan = self.client.scan().table_name(&self.name).consistent_read(true);
                let mut items = scan.into_paginator().items().send();
                let mut words = Vec::new();
                while let Some(item) = items.next().await {
                    words.push(serde_dynamo::from_item(item?)?);
                }
                Ok(words)
            })
        }
    }
}

/// Somebody looks for what was written.
#[derive(Debug, Clone, Event, Serialize, Deserialize)]
#[event(bus = Stage, source = "scenarios", detail_type = "Library Entered", external)]
pub struct Entered {
    /// The words that are written, and then looked for among all.
    pub words: Vec<String>,
}

/// Writes words with a handle and reads them with the client.
///
/// # Errors
///
/// It cannot, or reads something else.
#[on_event(rule = Entered, allow(actions("dynamodb:Scan"), on = Word))]
pub async fn browse(entered: Entered, writes: Put<Word>, library: Raw<Library>) -> Result<()> {
    let language = "browsed";
    for (count, word) in (0..).zip(&entered.words) {
        writes.put(&Word { language: language.into(), word: word.clone(), count }).await?;
    }
    let mut read = library.0.scan().await?;
    read.retain(|word| word.language == language);
    read.sort_by_key(|word| word.count);
    let words: Vec<_> = read.into_iter().map(|word| word.word).collect();
    if words == entered.words { Ok(()) } else { Err(format!("read {words:?}").into()) }
}
