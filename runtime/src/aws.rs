//! The clients of AWS behind the port.
//!
//! One file a service. A function links only those that its own handles connect to.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, OnceLock},
};

use crate::{
    Connection, RawClient,
    call::{CallError, Port, Target},
    clock::Clock,
    connect::Connector,
    handle::Seat,
    manifest::environment_variable,
    publish::Outbox,
    table::Gathering,
};

mod buses;
mod clock;
mod config;
mod error;
mod raw;
mod tables;
mod topics;

pub(crate) use clock::SystemClock;
use config::Config;
pub(crate) use tables::{Carry, carry};

/// Where a function runs: what its environment variables say.
pub(crate) struct Environment {
    variables: Arc<BTreeMap<String, String>>,
    config: Config,
    clock: Arc<dyn Clock>,
    tables: OnceLock<Arc<dyn Port>>,
    buses: OnceLock<Arc<dyn Port>>,
    topics: OnceLock<Arc<dyn Port>>,
}

/// What is wrong with the environment of a function.
#[derive(Debug, PartialEq)]
pub(crate) enum EnvironmentError {
    /// A variable that synth writes for every function is not there.
    Missing { variable: String, purpose: String },
}

impl fmt::Display for EnvironmentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Missing { variable, purpose } = self;
        write!(
            f,
            "the environment variable {variable} is missing: it holds {purpose}; deploy the infrastructure and the function of the same synth"
        )
    }
}

impl std::error::Error for EnvironmentError {}

impl Environment {
    /// Reads the environment variables.
    pub(crate) fn new(
        variables: impl IntoIterator<Item = (String, String)>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, EnvironmentError> {
        let variables = Arc::new(variables.into_iter().collect());
        let config = Config::new(&variables)?;
        Ok(Self {
            variables,
            config,
            clock,
            tables: OnceLock::new(),
            buses: OnceLock::new(),
            topics: OnceLock::new(),
        })
    }

    fn seat(
        &self,
        id: &'static str,
        purpose: &str,
        port: impl FnOnce() -> Arc<dyn Port>,
    ) -> Result<Seat, EnvironmentError> {
        let variable = environment_variable(id);
        match self.variables.get(&variable) {
            Some(name) => Ok(Seat {
                port: port(),
                target: Target { id, name: name.as_str().into() },
                clock: self.clock.clone(),
                deadline: None,
                outbox: Outbox::default(),
                gathering: Gathering::default(),
            }),
            None => Err(EnvironmentError::Missing {
                variable,
                purpose: format!("the {purpose} of `{id}`"),
            }),
        }
    }
}

impl Connector for Environment {
    type Error = EnvironmentError;

    fn table(&self, id: &'static str) -> Result<Seat, EnvironmentError> {
        self.seat(id, "table name", || {
            self.tables.get_or_init(|| Arc::new(tables::Tables::new(&self.config))).clone()
        })
    }

    fn bus(&self, id: &'static str) -> Result<Seat, EnvironmentError> {
        self.seat(id, "bus name", || {
            self.buses.get_or_init(|| Arc::new(buses::Buses::new(&self.config))).clone()
        })
    }

    fn topic(&self, id: &'static str) -> Result<Seat, EnvironmentError> {
        self.seat(id, "topic ARN", || {
            self.topics.get_or_init(|| Arc::new(topics::Topics::new(&self.config))).clone()
        })
    }

    fn raw<C: RawClient>(&self) -> crate::Result<C> {
        C::connect(&Connection::new(&self.variables, &self.config))
    }
}

/// A call that another service carries out: no handle makes one.
fn elsewhere() -> CallError {
    CallError::Invalid("this call belongs to another service".into())
}
