//! The parts of an application, with what they are called.

use std::{sync::Arc, time::Duration};

use esteira_pattern::Rules;

use super::{
    Engine,
    event::Event,
    external::{External, Runner},
    failure::folder,
    function::{Failure, Local, Sandbox},
    gate::Connection,
    mapping::Mapping,
    place::Place,
    queue::Queue,
    stream,
    tries::Tries,
};
use crate::{
    __private::Registered,
    manifest::{self, Handler, Kind},
};

/// A stream, and the functions that read it.
pub(super) struct Stream {
    pub(super) named: Named,
    pub(super) stream: stream::Stream,
    pub(super) functions: Vec<usize>,
}

/// A bus, and the functions behind its rules.
pub(super) struct Bus {
    pub(super) named: Named,
    pub(super) rules: Rules<usize>,
}

/// What a resource or function is called.
#[derive(Debug, Clone)]
pub struct Named {
    /// In the manifest.
    pub id: &'static str,
    /// In AWS.
    pub name: String,
    /// In the whole world.
    pub arn: Arc<str>,
}

/// A function, and what invokes it.
pub(super) struct Function {
    pub(super) named: Named,
    pub(super) declared: &'static Handler,
    pub(super) connection: Connection,
    pub(super) program: Program,
    /// Instances that are not invoked at the moment.
    pub(super) idle: Vec<Arc<dyn Sandbox>>,
    pub(super) running: usize,
    /// The most that may be invoked at once.
    pub(super) limit: usize,
    pub(super) trigger: Trigger,
}

/// Where a function's instances come from.
#[derive(Clone)]
pub(super) enum Program {
    Local(&'static Local),
    External { runner: Arc<dyn Runner>, place: Arc<Place> },
}

/// What invokes a function.
#[expect(clippy::large_enum_variant, reason = "there are few, and none is moved about")]
pub(super) enum Trigger {
    Stream {
        stream: usize,
        /// The mapping's own id.
        id: String,
        mapping: Mapping,
    },
    Rule {
        /// The ARN of the rule.
        rule: String,
        /// What the bus has to hand over.
        deliveries: Tries<Arc<Event>>,
        /// Why the bus cannot hand anything over, and whether it may be able to later.
        broken: Option<(Failure, bool)>,
        /// What Lambda took.
        invocations: Tries<Arc<Event>>,
        /// The name of the queue for what either gives up.
        queue: String,
        failures: Queue,
    },
}

impl Function {
    /// An instance: one that is not invoked at the moment, or a new one.
    pub(super) fn instance(&mut self) -> Result<Arc<dyn Sandbox>, Failure> {
        if let Some(idle) = self.idle.pop() {
            return Ok(idle);
        }
        match &self.program {
            Program::Local(local) => local.start(&self.connection),
            Program::External { runner, place } => Ok(Arc::new(External {
                runner: runner.clone(),
                handler: self.handler(),
                named: self.named.clone(),
                memory: self.declared.memory,
                timeout: Duration::from_secs(self.declared.timeout.into()),
                place: place.clone(),
            })),
        }
    }

    /// The name of the Rust function.
    pub(super) fn handler(&self) -> &'static str {
        self.named.id.rsplit("::").next().unwrap_or(self.named.id)
    }
}

impl Engine {
    /// The streams, in the order of their numbers.
    pub fn streams(&self) -> impl ExactSizeIterator<Item = &Named> {
        self.streams.iter().map(|stream| &stream.named)
    }

    /// The buses, in the order of their numbers.
    pub fn buses(&self) -> impl ExactSizeIterator<Item = &Named> {
        self.buses.iter().map(|bus| &bus.named)
    }

    /// The topics.
    pub fn topics(&self) -> impl ExactSizeIterator<Item = &Named> {
        self.topics.iter()
    }

    /// The functions, in the order of their numbers.
    pub fn functions(&self) -> impl ExactSizeIterator<Item = &Named> {
        self.functions.iter().map(|function| &function.named)
    }

    /// The events, by id.
    pub fn events(&self) -> impl Iterator<Item = (&'static str, &'static manifest::Event)> {
        let items = inventory::iter::<Registered>.into_iter().map(|registered| registered.0);
        items.filter_map(|item| match &item.kind {
            Kind::Event(event) => Some((item.id.as_ref(), event)),
            _ => None,
        })
    }

    /// The handlers of the functions, by the names of their Rust functions.
    pub fn handlers(&self) -> impl ExactSizeIterator<Item = &'static str> {
        self.functions.iter().map(Function::handler)
    }

    /// The name of the queue for what a function was not given, or gave up on; a function of a
    /// stream has none.
    #[must_use]
    pub fn queue_name(&self, function: usize) -> Option<&str> {
        match &self.functions[function].trigger {
            Trigger::Rule { queue, .. } => Some(queue),
            Trigger::Stream { .. } => None,
        }
    }

    /// How many invocations of a function are under way.
    #[must_use]
    pub fn running(&self, function: usize) -> usize {
        self.functions[function].running
    }

    /// How much lies where it can be found of what a function gave up, or was not given: messages
    /// of its queue, or objects of its mapping.
    #[must_use]
    pub fn kept(&self, function: usize) -> usize {
        match &self.functions[function].trigger {
            Trigger::Stream { id, .. } => {
                let folder = folder(id);
                let from = self.objects.range(folder.clone()..);
                from.take_while(|(key, _)| key.starts_with(&folder)).count()
            }
            Trigger::Rule { failures, .. } => failures.messages().len(),
        }
    }

    /// From now on functions are run elsewhere.
    pub fn run_by(&mut self, runner: Arc<dyn Runner>) {
        for function in &mut self.functions {
            let place = self.place.clone();
            function.program = Program::External { runner: runner.clone(), place };
            function.idle.clear();
        }
    }

    /// What a handler says of a function.
    #[must_use]
    pub fn declared(&self, function: usize) -> &'static Handler {
        self.functions[function].declared
    }
}
