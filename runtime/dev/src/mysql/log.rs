//! The events of a binlog, from which transactions are put together.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::StreamExt;
use mysql_async::binlog::EventType;
use mysql_async::binlog::events::{Event, EventData, TableMapEvent};
use mysql_async::prelude::Queryable;
use mysql_async::{BinlogStream, BinlogStreamRequest};
use tokio::time::timeout;

use super::connection::{Address, grant, is_refusal, lost, said, user};
use super::error::Error;
use super::position::Position;
use super::record::Transaction;
use super::rows::{Rows, Table};
use super::source::{Changes, Record};

/// How often a server with nothing to say says so.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// How long a server may say nothing before the connection counts as broken.
const SILENCE: Duration = Duration::from_secs(20);

/// Records from which a transaction is handed over in parts, so that one of a million rows need
/// not be held in memory.
const PART: usize = 1000;

/// That a server cannot send the binlog from a position on
/// (<https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html>).
const CANNOT_SEND: u16 = 1236;

/// What a server says of a part that it does not have: the file is not there, or ends before.
const GONE: [&str; 6] = [
    "find first log file",
    "find next log",
    "open log file",
    "impossible position",
    "file size",
    "purged",
];

/// Types of events that only MariaDB has: the beginning of a transaction, and what it compresses
/// (<https://mariadb.com/kb/en/replication-protocol/>).
const MARIADB_GTID: u8 = 162;
const MARIADB_COMPRESSED: std::ops::RangeInclusive<u8> = 165..=171;

/// Where the flags of a beginning are, after the number and the domain, and the one by which a single
/// statement follows that nothing ends (<https://mariadb.com/kb/en/gtid_event/>).
const MARIADB_FLAGS: usize = 12;
const MARIADB_STANDALONE: u8 = 1;

/// That we know the beginnings of MariaDB. It would make `BEGIN` of them otherwise, and fails at some.
const MARIADB_CAPABILITY: u8 = 4;

/// What an event comes to.
#[derive(Debug)]
pub(super) enum Step {
    /// Nothing that anybody has to know.
    Nothing,
    /// A table was altered, perhaps.
    Altered,
    /// The table of the rows that follow is not known: [`Log::learn`] it.
    Unknown(Box<TableMapEvent<'static>>),
    /// A statement was written instead of the rows that it changed: the schema it was run in, and
    /// the transaction.
    Statement(String, Position),
    /// Changes to hand over.
    Changes(Changes),
    /// A transaction, or something that is none, ended without changes to hand over.
    Passed(Position),
}

/// The binlog as it comes over a connection.
pub(super) struct Log {
    stream: BinlogStream,
    file: String,
    /// By the numbers that the server has for them, none for those that are not captured. They
    /// change whenever a table does.
    tables: HashMap<u64, Option<Table>>,
    /// Where the transaction begins whose `BEGIN` is still to come, and when.
    begins: Option<(u64, u32)>,
    open: Option<Open>,
    /// The transaction before, and its records.
    previous: Option<(Transaction, u64)>,
    /// Bytes of the first transaction whose changes were taken before.
    skip: u64,
    /// Where the event begins that is being read.
    at: u64,
}

/// A transaction that has not ended.
struct Open {
    transaction: Transaction,
    start: Position,
    /// The records so far, of captured tables.
    records: u64,
    pending: Vec<Record>,
}

impl Log {
    /// Asks for the binlog from a position on, and waits until the server begins.
    ///
    /// # Errors
    ///
    /// It does not let us, or does not have that part.
    pub(super) async fn open(
        address: &Address,
        position: &Position,
        replica: u32,
        previous: Option<(Transaction, u64)>,
    ) -> Result<Self, Error> {
        let mut conn = address.connect().await?;
        let user = user(&mut conn).await;
        // In nanoseconds; by the name of MariaDB and old MySQL, and by the new one.
        let period = HEARTBEAT.as_nanos();
        let settings = format!(
            "SET @master_heartbeat_period = {period}, @source_heartbeat_period = {period}, \
             @mariadb_slave_capability = {MARIADB_CAPABILITY}"
        );
        conn.query_drop(settings).await.map_err(|error| lost(&error))?;
        let request = BinlogStreamRequest::new(replica)
            .with_filename(position.file.as_bytes())
            .with_pos(position.offset);
        let failed = |error: mysql_async::Error| match &error {
            error if is_refusal(error) => address.settings(grant(&user)),
            error => failed(error, position),
        };
        let stream = conn.get_binlog_stream(request).await.map_err(failed)?;
        let mut log = Self {
            stream,
            file: position.file.clone(),
            tables: HashMap::new(),
            begins: None,
            open: None,
            previous,
            skip: position.taken,
            at: position.offset,
        };
        // The first event tells the name of the file.
        match timeout(SILENCE, log.stream.next()).await {
            Ok(Some(Ok(event))) => {
                log.take(&event)?;
                Ok(log)
            }
            Ok(Some(Err(error))) => Err(failed(error)),
            Ok(None) => Err(Error::Lost { reason: "the server ended it".into() }),
            Err(_) => Err(silent()),
        }
    }

    /// The next event. Nothing is lost if this is dropped while it waits.
    pub(super) async fn event(&mut self) -> Result<Event, Error> {
        match timeout(SILENCE, self.stream.next()).await {
            Ok(Some(Ok(event))) => Ok(event),
            Ok(Some(Err(error))) => Err(failed(&error, &self.place())),
            Ok(None) => Err(Error::Lost { reason: "the server ended it".into() }),
            Err(_) => Err(silent()),
        }
    }

    pub(super) fn previous(&self) -> Option<(Transaction, u64)> {
        self.previous
    }

    /// From now on rows of a table map are read, or are left out if it is none of ours.
    pub(super) fn learn(&mut self, map: &TableMapEvent<'_>, table: Option<Table>) {
        self.tables.insert(map.table_id(), table);
    }

    /// Takes an event.
    ///
    /// # Errors
    ///
    /// It cannot be read. Reading has to begin again then, where it would fail again.
    pub(super) fn take(&mut self, event: &Event) -> Result<Step, Error> {
        let header = event.header();
        let end = u64::from(header.log_pos());
        let start = end.saturating_sub(header.event_size().into());
        if end > 0 {
            self.at = start;
        }
        let Ok(of) = header.event_type() else {
            return match header.event_type_raw() {
                MARIADB_GTID => {
                    match event.data().get(MARIADB_FLAGS) {
                        Some(flags) if flags & MARIADB_STANDALONE == 0 => {
                            self.begin((start, header.timestamp()));
                        }
                        _ => self.begins = Some((start, header.timestamp())),
                    }
                    Ok(Step::Nothing)
                }
                raw if MARIADB_COMPRESSED.contains(&raw) => {
                    Err(self.unreadable("it is compressed: `SET GLOBAL log_bin_compress = OFF`"))
                }
                _ => Ok(Step::Nothing),
            };
        };
        match of {
            EventType::GTID_EVENT
            | EventType::ANONYMOUS_GTID_EVENT
            | EventType::GTID_TAGGED_LOG_EVENT => {
                self.begins = Some((start, header.timestamp()));
                Ok(Step::Nothing)
            }
            EventType::XID_EVENT => Ok(self.commit(end)),
            EventType::FORMAT_DESCRIPTION_EVENT => {
                self.tables.clear();
                Ok(Step::Nothing)
            }
            // Its first byte is whether it ends with that.
            EventType::XA_PREPARE_LOG_EVENT if event.data().first() == Some(&1) => {
                Ok(self.commit(end))
            }
            EventType::XA_PREPARE_LOG_EVENT => self.prepared(end),
            EventType::TRANSACTION_PAYLOAD_EVENT => Err(self.unreadable(
                "a transaction is compressed, which DMS does not read either: `SET GLOBAL \
                 binlog_transaction_compression = OFF`",
            )),
            EventType::INCIDENT_EVENT => {
                Err(self.unreadable("the server says that changes were not written to it"))
            }
            EventType::ROTATE_EVENT
            | EventType::QUERY_EVENT
            | EventType::TABLE_MAP_EVENT
            | EventType::WRITE_ROWS_EVENT_V1
            | EventType::UPDATE_ROWS_EVENT_V1
            | EventType::DELETE_ROWS_EVENT_V1
            | EventType::WRITE_ROWS_EVENT
            | EventType::UPDATE_ROWS_EVENT
            | EventType::DELETE_ROWS_EVENT
            | EventType::PARTIAL_UPDATE_ROWS_EVENT => {
                let data =
                    event.read_data().map_err(|error| self.unreadable(&error.to_string()))?;
                self.data(data, (start, end), header.timestamp())
            }
            _ => Ok(Step::Nothing),
        }
    }

    fn data(
        &mut self,
        data: Option<EventData<'_>>,
        (start, end): (u64, u64),
        at: u32,
    ) -> Result<Step, Error> {
        match data {
            Some(EventData::RotateEvent(event)) => {
                self.file = self.named(event.name_raw());
                self.tables.clear();
                Ok(match self.open {
                    Some(_) => Step::Nothing,
                    None => Step::Passed(Position::new(self.file.clone(), event.position())),
                })
            }
            Some(EventData::QueryEvent(event)) => {
                Ok(self.query(event.query().trim(), &event.schema(), (start, end), at))
            }
            Some(EventData::TableMapEvent(map)) => Ok(match self.tables.get(&map.table_id()) {
                Some(_) => Step::Nothing,
                None => Step::Unknown(Box::new(map.into_owned())),
            }),
            Some(EventData::RowsEvent(event)) => {
                self.begin((start, at));
                self.rows(&Rows::new(&event, (start, end)))
            }
            _ => Ok(Step::Nothing),
        }
    }

    /// The name in an event that tells of a file. MariaDB puts a checksum of four bytes after it
    /// where events have none otherwise.
    fn named(&self, name: &[u8]) -> String {
        let length = match name.len().checked_sub(4) {
            // One file is called like the next, but for the digits of its number.
            Some(length) if length == self.file.len() => length,
            _ => name.len(),
        };
        String::from_utf8_lossy(&name[..length]).into_owned()
    }

    fn query(&mut self, query: &str, schema: &str, (start, end): (u64, u64), at: u32) -> Step {
        let upper: String = query.chars().take(16).collect::<String>().to_ascii_uppercase();
        let mut words = upper.split_ascii_whitespace();
        match (words.next(), words.next()) {
            (Some("BEGIN"), None) | (Some("XA"), Some("START" | "BEGIN")) => {
                self.begin((start, at));
                Step::Nothing
            }
            (Some("COMMIT"), None) | (Some("XA"), Some("COMMIT")) => self.commit(end),
            // Written only where a table that knows no transactions was changed too.
            (Some("ROLLBACK"), None) | (Some("XA"), Some("ROLLBACK")) => {
                if let Some(open) = &mut self.open {
                    (open.pending, open.records) = (Vec::new(), 0);
                }
                self.commit(end)
            }
            (Some("XA" | "SAVEPOINT" | "ROLLBACK"), _) => Step::Nothing,
            (Some("INSERT" | "UPDATE" | "DELETE" | "REPLACE" | "LOAD" | "WITH"), _) => {
                Step::Statement(schema.to_owned(), self.place())
            }
            _ => {
                if self.open.is_none() {
                    self.begins = None;
                    self.tables.clear();
                }
                Step::Altered
            }
        }
    }

    fn begin(&mut self, here: (u64, u32)) {
        if self.open.is_some() {
            return;
        }
        let (offset, at) = self.begins.take().unwrap_or(here);
        let number = self.file.rsplit('.').next().and_then(|number| number.parse().ok());
        self.open = Some(Open {
            transaction: Transaction { file: number.unwrap_or_default(), offset, at },
            start: Position::new(self.file.clone(), offset),
            records: 0,
            pending: Vec::new(),
        });
    }

    fn rows(&mut self, rows: &Rows<'_>) -> Result<Step, Error> {
        let (Some(open), Some(map)) = (&mut self.open, self.stream.get_tme(rows.table_id())) else {
            return Ok(Step::Nothing);
        };
        let Some(table) = self.tables.get(&rows.table_id()).and_then(Option::as_ref) else {
            return Ok(Step::Nothing);
        };
        let taken = rows.end().saturating_sub(open.start.offset);
        let unreadable = |reason| Error::Unreadable { position: open.start.clone(), reason };
        for row in rows.read(map) {
            let row = row.map_err(unreadable)?;
            open.records += 1;
            if taken <= self.skip {
                continue;
            }
            let origin = rows.origin(open.transaction, open.records, self.previous, &self.file);
            open.pending.push(table.record(&row, origin).map_err(unreadable)?);
        }
        if open.pending.len() < PART {
            return Ok(Step::Nothing);
        }
        let position = Position { taken, ..open.start.clone() };
        Ok(Step::Changes(Changes { records: std::mem::take(&mut open.pending), position }))
    }

    fn commit(&mut self, end: u64) -> Step {
        let position = Position::new(self.file.clone(), end);
        self.begins = None;
        self.skip = 0;
        let Some(open) = self.open.take() else { return Step::Passed(position) };
        if open.records > 0 {
            self.previous = Some((open.transaction, open.records));
        }
        match open.pending {
            records if records.is_empty() => Step::Passed(position),
            records => Step::Changes(Changes { records, position }),
        }
    }

    fn place(&self) -> Position {
        match &self.open {
            Some(open) => open.start.clone(),
            None => Position::new(self.file.clone(), self.at),
        }
    }

    fn unreadable(&self, reason: &str) -> Error {
        Error::Unreadable { position: self.place(), reason: reason.into() }
    }

    /// The end of an XA transaction comes at any time after this, or never.
    fn prepared(&mut self, end: u64) -> Result<Step, Error> {
        match &self.open {
            Some(open) if open.records > 0 => Err(self.unreadable(
                "a captured table was changed in an XA transaction of two phases, which is not \
                 read: forget the position to go on with what changes from now on",
            )),
            _ => Ok(self.commit(end)),
        }
    }
}

fn silent() -> Error {
    Error::Lost { reason: format!("the server said nothing for {SILENCE:?}") }
}

/// What it means that the server does not send the binlog.
fn failed(error: &mysql_async::Error, position: &Position) -> Error {
    let mysql_async::Error::Server(server) = error else { return lost(error) };
    let says = |words: &&str| server.message.to_lowercase().contains(*words);
    let (position, reason) = (position.clone(), said(error));
    match server.code {
        CANNOT_SEND if GONE.iter().any(says) => Error::Gone { position, reason },
        // Another with our number is our own connection from before.
        CANNOT_SEND if !says(&"same server") => Error::Unreadable { position, reason },
        _ => lost(error),
    }
}
