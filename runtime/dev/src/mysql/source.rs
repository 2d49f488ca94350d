//! Changes of a database, one transaction after the other.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mysql_async::binlog::events::TableMapEvent;

use super::catalog::Catalog;
use super::connection::{Address, check, user};
use super::error::Error;
use super::log::{Log, Step};
use super::position::Position;
use super::record::Transaction;
use super::rows::Table;
use super::table::TableSpec;

/// The wait before the first attempt to connect again, and the longest.
const WAIT: Duration = Duration::from_millis(100);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// A change, as it is put on a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The table and the primary key: all changes of a row come one after the other.
    pub partition_key: String,
    /// What a handler is given.
    pub data: Vec<u8>,
}

/// The changes of a transaction, at least one; of a large transaction, a part of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// In the order in which they were made.
    pub records: Vec<Record>,
    /// From which reading on loses and repeats nothing, once these records are kept.
    pub position: Position,
}

/// Whoever is told of a connection that broke.
type Tell = Box<dyn FnMut(&Error) + Send>;

/// Reads the changes of some tables of a server, as a replica does.
pub struct Source {
    address: Address,
    catalog: Catalog,
    tables: Vec<TableSpec>,
    position: Position,
    previous: Option<(Transaction, u64)>,
    /// None while there is no connection.
    log: Option<Log>,
    /// The number by which the server knows us.
    replica: u32,
    wait: Duration,
    tell: Tell,
}

impl Source {
    /// Connects to a server, `mysql://user:password@host:port`, and begins to read at a position,
    /// or without one at what changes from now on.
    ///
    /// # Errors
    ///
    /// The server is not reached or is not set up for it, a table is not there, or the position is
    /// gone. Each says what to do.
    pub async fn connect(
        url: &str,
        tables: &[TableSpec],
        from: Option<Position>,
    ) -> Result<Self, Error> {
        let address = Address::new(url)?;
        let mut conn = address.connect().await?;
        let end = check(&mut conn, &address).await?;
        let user = user(&mut conn).await;
        let mut catalog = Catalog::new(address.clone());
        catalog.begin(conn).await?;
        let mut problems = Vec::new();
        for TableSpec { schema, table, .. } in tables {
            if !catalog.has(schema, table).await? {
                problems.push(format!(
                    "there is no table `{schema}.{table}`: create it; or {user} may not read it: \
                     `GRANT SELECT ON {schema}.* TO {user}`"
                ));
            }
        }
        if !problems.is_empty() {
            return Err(Error::Settings { address: address.text, problems });
        }
        let position = from.unwrap_or(end);
        let replica = replica();
        let log = Log::open(&address, &position, replica, None).await?;
        Ok(Self {
            address,
            catalog,
            tables: tables.to_vec(),
            position,
            previous: None,
            log: Some(log),
            replica,
            wait: WAIT,
            tell: Box::new(|_| {}),
        })
    }

    /// Has somebody told whenever the connection breaks or cannot be made again.
    #[must_use]
    pub fn on_lost(mut self, tell: impl FnMut(&Error) + Send + 'static) -> Self {
        self.tell = Box::new(tell);
        self
    }

    /// Where reading has come to. It is ahead of the last [`Changes`] where others followed that
    /// are of no captured table.
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// Waits for changes. A connection that breaks is made again, for as long as it takes, and
    /// nothing is lost or repeated; nor is it if this is dropped while it waits.
    ///
    /// # Errors
    ///
    /// The binlog cannot be read on. Another call begins where this one did.
    pub async fn next(&mut self) -> Result<Changes, Error> {
        loop {
            match self.step().await {
                Ok(Some(changes)) => return Ok(changes),
                Ok(None) => {}
                Err(error) => {
                    self.log = None;
                    if !matches!(error, Error::Lost { .. } | Error::Unreachable { .. }) {
                        return Err(error);
                    }
                    (self.tell)(&error);
                    tokio::time::sleep(self.wait).await;
                    self.wait = (self.wait * 2).min(LONGEST_WAIT);
                }
            }
        }
    }

    async fn step(&mut self) -> Result<Option<Changes>, Error> {
        let Some(log) = &mut self.log else {
            let position = &self.position;
            self.log = Some(Log::open(&self.address, position, self.replica, self.previous).await?);
            return Ok(None);
        };
        let event = log.event().await?;
        self.wait = WAIT;
        let step = log.take(&event)?;
        match step {
            Step::Nothing => {}
            Step::Altered => self.catalog.forget(),
            Step::Unknown(map) => self.learn(&map).await?,
            Step::Statement(schema, position) => {
                let ours = |spec: &TableSpec| spec.schema.eq_ignore_ascii_case(&schema);
                if self.tables.iter().any(ours) {
                    let reason = format!(
                        "a statement in `{schema}` was written to it, not the rows that it \
                         changed: `SET GLOBAL binlog_format = 'ROW'`, have whatever writes connect \
                         again, and forget the position to go on with what changes from now on"
                    );
                    return Err(Error::Unreadable { position, reason });
                }
            }
            Step::Passed(position) => self.reached(position),
            Step::Changes(changes) => {
                self.reached(changes.position.clone());
                return Ok(Some(changes));
            }
        }
        Ok(None)
    }

    fn reached(&mut self, position: Position) {
        self.position = position;
        self.previous = self.log.as_ref().and_then(Log::previous);
    }

    /// Finds out what the columns of a table are.
    async fn learn(&mut self, map: &TableMapEvent<'_>) -> Result<(), Error> {
        let (schema, name) = (map.database_name(), map.table_name());
        let Some(spec) = self.tables.iter().find(|spec| spec.is(&schema, &name)) else {
            self.know(map, None);
            return Ok(());
        };
        let details = match self.catalog.told(map) {
            Some(details) => details,
            None => {
                // The event was taken: if this is dropped while it waits, the connection has to
                // be as well.
                let log = self.log.take();
                let details = self.catalog.details(map).await?;
                self.log = log;
                details
            }
        };
        let table = Table::new(spec, map, details)
            .map_err(|reason| Error::Table { table: format!("{schema}.{name}"), reason })?;
        self.know(map, Some(table));
        Ok(())
    }

    fn know(&mut self, map: &TableMapEvent<'_>, table: Option<Table>) {
        if let Some(log) = &mut self.log {
            log.learn(map, table);
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { address, position, tables, .. } = self;
        f.debug_struct("Source")
            .field("address", &address.text)
            .field("position", position)
            .field("tables", tables)
            .finish_non_exhaustive()
    }
}

/// A number that no other replica of the server has: two with one are cut off in turns.
fn replica() -> u32 {
    static SOURCES: AtomicU32 = AtomicU32::new(0);
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().subsec_nanos();
    let own = SOURCES.fetch_add(1, Ordering::Relaxed);
    // Above the small numbers that people give to servers.
    0x4000_0000 | (std::process::id() << 12 ^ nanos).wrapping_add(own) & 0x3fff_ffff
}
