//! Where changes of the database come from.

use std::{collections::BTreeMap, time::Duration};

use esteira::{
    engine::{Change, Engine},
    manifest::dev::{self, Plan},
};
use tokio::time::Instant;

use crate::run::Error;

mod mysql;
mod replay;
mod rows;

pub(crate) use mysql::forget;

/// Where changes come from, and how far it was read.
pub(crate) enum Source {
    None,
    Rows(rows::Rows, Pace),
    Replay(replay::Replay, Pace),
    Mysql(mysql::Mysql),
}

/// What a source gives.
pub(crate) enum Given {
    /// A change of a row, by the id of its type.
    Change(&'static str, Change),
    /// A change record as it stands in a file.
    Record { table: String, partition_key: String, data: Vec<u8> },
}

/// What the keys begin with of how far a source was read.
pub(crate) const POSITION: &str = "source/";

/// How far a source was read: keys and values.
pub(crate) type Positions = Vec<(String, String)>;

/// Changes that are taken at once.
const AT_ONCE: usize = 500;

/// So many changes a second.
pub(crate) struct Pace {
    rate: Option<f64>,
    began: Instant,
    given: u64,
}

impl Pace {
    fn new(rate: Option<f64>) -> Self {
        Self { rate, began: Instant::now(), given: 0 }
    }

    /// How many may be given now.
    fn now(&self) -> usize {
        match self.rate {
            None => AT_ONCE,
            Some(rate) => {
                let due = (self.began.elapsed().as_secs_f64() * rate) as u64 + 1;
                usize::try_from(due.saturating_sub(self.given)).unwrap_or(AT_ONCE).min(AT_ONCE)
            }
        }
    }

    /// When the next one may be given.
    fn next(&self) -> Option<Instant> {
        let rate = self.rate?;
        Some(self.began + Duration::from_secs_f64(self.given as f64 / rate))
    }
}

impl Source {
    /// A source, from where it was read to if it goes on.
    ///
    /// # Errors
    ///
    /// There is no such file or database, or nothing is captured.
    pub(crate) async fn open(
        plan: &Plan,
        engine: &Engine,
        positions: &BTreeMap<String, Vec<u8>>,
    ) -> Result<Self, Error> {
        let position = |kind: &str| {
            let kept = positions.get(&format!("{POSITION}{kind}"));
            kept.and_then(|bytes| std::str::from_utf8(bytes).ok())
        };
        Ok(match &plan.source {
            dev::Source::None => Self::None,
            dev::Source::Rows { number, rate, seed } => {
                let rows = rows::Rows::new(*number, *seed, position("rows"), plan.resumes)?;
                Self::Rows(rows, Pace::new(*rate))
            }
            dev::Source::Replay { file, rate } => {
                let position = position("replay").filter(|_| plan.resumes);
                Self::Replay(replay::Replay::open(file, position)?, Pace::new(*rate))
            }
            dev::Source::Mysql { url, root, packages } => {
                let (url, state) = (url.as_deref(), &plan.state);
                let opened =
                    mysql::Mysql::open(url, root, packages, state, engine, positions).await;
                Self::Mysql(opened?)
            }
        })
    }

    /// Where changes come from, in words.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::None => "the endpoint",
            Self::Rows(..) => "made-up rows",
            Self::Replay(..) => "a file",
            Self::Mysql(_) => "a database",
        }
    }

    /// Puts what is due on the streams; returns how far it was read, if anything was.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub(crate) fn feed(&mut self, engine: &mut Engine) -> Result<Positions, Error> {
        let (given, kind, position) = match self {
            Self::None => return Ok(Positions::new()),
            Self::Mysql(mysql) => return mysql.feed(engine),
            Self::Rows(rows, pace) => {
                let given = rows.take(pace.now());
                pace.given += given.len() as u64;
                (given, "rows", rows.position())
            }
            Self::Replay(replay, pace) => {
                let given = replay.take(pace.now())?;
                pace.given += given.len() as u64;
                (given, "replay", replay.position())
            }
        };
        if given.is_empty() {
            return Ok(Positions::new());
        }
        for given in given {
            match given {
                Given::Change(row, change) => engine.capture(row, &change)?,
                Given::Record { table, partition_key, data } => {
                    replay::put(engine, &table, &partition_key, data)?;
                }
            }
        }
        Ok(vec![(format!("{POSITION}{kind}"), position)])
    }

    /// Whether nothing more will come of it.
    pub(crate) fn is_over(&self) -> bool {
        match self {
            Self::None => true,
            Self::Rows(rows, _) => rows.is_over(),
            Self::Replay(replay, _) => replay.is_over(),
            Self::Mysql(_) => false,
        }
    }

    /// Waits until there is more of it.
    pub(crate) async fn ready(&mut self) {
        let over = self.is_over();
        match self {
            Self::Mysql(mysql) => mysql.ready().await,
            Self::Rows(_, pace) | Self::Replay(_, pace) if !over => {
                if let Some(next) = pace.next() {
                    tokio::time::sleep_until(next).await;
                }
            }
            _ => std::future::pending().await,
        }
    }
}
