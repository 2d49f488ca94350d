//! What the parts of an application are called, and how they hang together.

use esteira::{
    engine::Engine,
    manifest::{self, Role},
};

/// The parts of an application by the names of their Rust types and functions, in the order of the
/// engine's numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// The package of the application.
    pub app: String,
    /// Where records come from, in words.
    pub source: String,
    /// Streams.
    pub streams: Vec<String>,
    /// Buses.
    pub buses: Vec<String>,
    /// Topics.
    pub topics: Vec<&'static str>,
    /// Functions.
    pub functions: Vec<Function>,
    /// The command that hands what was given up to a handler again; the handler's name follows.
    pub redrive: String,
}

/// A function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// The name of the Rust function.
    pub handler: String,
    /// The name that the Lambda was declared with, by which refusals name it.
    pub declared: String,
    /// What invokes it.
    pub trigger: Trigger,
    /// What its handles reach, by the names of the Rust types.
    pub reaches: Vec<String>,
}

/// What invokes a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// A stream, by its number.
    Stream(usize),
    /// A bus, by its number.
    Bus(usize),
}

impl Names {
    /// Those of an engine.
    #[must_use]
    pub fn of(engine: &Engine, app: &str, source: &str) -> Self {
        let function = |(number, handler): (usize, &'static str)| {
            let declared = engine.declared(number);
            // An engine has no function of what it does not have.
            let trigger = match &declared.trigger {
                manifest::Trigger::Kinesis(it) => {
                    let of = engine.streams().position(|stream| stream.id == it.stream);
                    Trigger::Stream(of.unwrap_or_default())
                }
                manifest::Trigger::Event(it) => {
                    let of = engine.buses().position(|bus| bus.id == it.bus);
                    Trigger::Bus(of.unwrap_or_default())
                }
            };
            let mut reaches = Vec::new();
            for parameter in declared.parameters.iter() {
                if let Role::Handle(grant) = &parameter.role {
                    let name = short(&grant.resource).to_owned();
                    if !reaches.contains(&name) {
                        reaches.push(name);
                    }
                }
            }
            Function {
                handler: handler.to_owned(),
                declared: declared.function.to_string(),
                trigger,
                reaches,
            }
        };
        Self {
            app: app.to_owned(),
            source: source.to_owned(),
            streams: engine.streams().map(|named| short(named.id).to_owned()).collect(),
            buses: engine.buses().map(|named| short(named.id).to_owned()).collect(),
            topics: engine.topics().map(|named| short(named.id)).collect(),
            functions: engine.handlers().enumerate().map(function).collect(),
            redrive: "cargo xtask redrive".into(),
        }
    }

    pub(super) fn stream(&self, number: usize) -> &str {
        self.streams.get(number).map_or("?", String::as_str)
    }

    pub(super) fn bus(&self, number: usize) -> &str {
        self.buses.get(number).map_or("?", String::as_str)
    }

    pub(super) fn handler(&self, number: usize) -> &str {
        self.functions.get(number).map_or("?", |function| &function.handler)
    }

    /// The handler of a function that goes by its declared name.
    pub(super) fn handler_of<'a>(&'a self, declared: &'a str) -> &'a str {
        let found = self.functions.iter().find(|function| function.declared == declared);
        found.map_or(declared, |function| &function.handler)
    }

    /// The width of the longest name.
    pub(super) fn width(&self) -> usize {
        let handlers = self.functions.iter().map(|function| &function.handler);
        let all = self.streams.iter().chain(&self.buses).chain(handlers).map(String::as_str);
        all.chain(self.topics.iter().copied())
            .map(|name| name.chars().count())
            .max()
            .unwrap_or_default()
    }
}

/// The last segment of an id.
pub(super) fn short(id: &str) -> &str {
    id.rsplit("::").next().unwrap_or(id)
}
