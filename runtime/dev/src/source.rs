//! Where changes of the database come from.

use std::time::Duration;

use esteira::{
    engine::{Change, Engine},
    manifest::dev,
};
use tokio::time::Instant;

use crate::run::Error;

mod replay;
mod rows;

/// Where changes come from, and how far it was read.
pub(crate) enum Source {
    None,
    Rows(rows::Rows, Pace),
    Replay(replay::Replay, Pace),
}

/// What a source gives.
pub(crate) enum Given {
    /// A change of a row, by the id of its type.
    Change(&'static str, Change),
    /// A change record as it stands in a file.
    Record { partition_key: String, data: Vec<u8> },
}

/// The key of how far a source was read.
pub(crate) const POSITION: &str = "source";

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
    /// A source from where it was read to.
    ///
    /// # Errors
    ///
    /// There is no such file, or no row is captured.
    pub(crate) fn open(plan: &dev::Source, position: Option<&[u8]>) -> Result<Self, Error> {
        let position = position.and_then(|bytes| std::str::from_utf8(bytes).ok());
        Ok(match plan {
            dev::Source::None => Self::None,
            dev::Source::Rows { number, rate, seed } => {
                Self::Rows(rows::Rows::new(*number, *seed, position)?, Pace::new(*rate))
            }
            dev::Source::Replay { file, rate } => {
                Self::Replay(replay::Replay::open(file, position)?, Pace::new(*rate))
            }
            dev::Source::Mysql { .. } => return Err("not yet".into()),
        })
    }

    /// Puts what is due on the streams; returns how far that was read, if anything was.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub(crate) fn feed(&mut self, engine: &mut Engine) -> Result<Option<String>, Error> {
        let (given, position) = match self {
            Self::None => return Ok(None),
            Self::Rows(rows, pace) => {
                let given = rows.take(pace.now());
                pace.given += given.len() as u64;
                (given, rows.position())
            }
            Self::Replay(replay, pace) => {
                let given = replay.take(pace.now())?;
                pace.given += given.len() as u64;
                (given, replay.position())
            }
        };
        if given.is_empty() {
            return Ok(None);
        }
        for given in given {
            match given {
                Given::Change(row, change) => engine.capture(row, &change)?,
                Given::Record { partition_key, data } => replay::put(engine, partition_key, data)?,
            }
        }
        Ok(Some(position))
    }

    /// Whether nothing more will come of it.
    pub(crate) fn is_over(&self) -> bool {
        match self {
            Self::None => true,
            Self::Rows(rows, _) => rows.is_over(),
            Self::Replay(replay, _) => replay.is_over(),
        }
    }

    /// When there is more of it; none if there is none, or it says so itself.
    pub(crate) fn next(&self) -> Option<Instant> {
        match self {
            Self::Rows(_, pace) | Self::Replay(_, pace) if !self.is_over() => {
                Some(pace.next().unwrap_or_else(Instant::now))
            }
            _ => None,
        }
    }
}
