//! An engine from what an application declares.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use esteira_pattern::{Pattern, Rules};
use futures_util::stream::FuturesUnordered;

use super::{
    Engine, Options,
    capture::captured,
    function::Local,
    gate::{Connection, Gate},
    journal::Journal,
    mapping::Mapping,
    node::{self, Bus, Function, Named, Program, Stream},
    queue::Queue,
    stream,
    tables::Table,
    time::Time,
    tries::{self, Tries},
};
use crate::{
    __private::Registered,
    Memory,
    error::Result,
    manifest::{Handler, Idempotent, Item, Kind, Trigger},
};

/// What a function without executions of its own may run at once: here each of them, on AWS all of
/// an account together.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const CONCURRENCY: usize = 1_000;

/// The shards that a stream on demand has when it is new.
/// <https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html>
const ON_DEMAND_SHARDS: u32 = 4;

impl Engine {
    /// The application that is linked into this program.
    ///
    /// # Errors
    ///
    /// It has no handler, refers to something that it does not declare, or has a rule whose pattern
    /// is invalid.
    pub fn new(options: Options) -> Result<Self> {
        let Options { place, shards, reserved_concurrency, live, runner, watched } = options;
        let mut items: Vec<&'static Item> =
            inventory::iter::<Registered>.into_iter().map(|registered| registered.0).collect();
        items.sort_by(|a, b| a.id.cmp(&b.id));
        let memory = Memory::new();
        let time = if live { Time::real() } else { Time::starting(memory.clock().now(), 0) };
        memory.belongs_to_engine(live);
        let place = Arc::new(place);
        let mut engine = Self {
            place,
            time,
            memory,
            left: Arc::default(),
            streams: Vec::new(),
            buses: Vec::new(),
            bus_by_id: HashMap::new(),
            captured: HashMap::new(),
            functions: Vec::new(),
            tables: Vec::new(),
            topics: Vec::new(),
            ready: Vec::new(),
            running: FuturesUnordered::new(),
            flag: Arc::default(),
            objects: BTreeMap::new(),
            seen: watched.then(Vec::new),
            journal: Journal::default(),
        };
        items.iter().for_each(|item| engine.place_resource(item, &shards));
        engine.captured = captured(&items, &engine.streams);
        for item in items {
            if let Kind::Handler(handler) = &item.kind {
                let program = match &runner {
                    Some(runner) => {
                        Program::External { runner: runner.clone(), place: engine.place.clone() }
                    }
                    None => Program::Local(local(item)?),
                };
                let limit = reserved_concurrency.get(item.id.as_ref()).copied();
                engine.place_function(item, handler, program, limit)?;
            }
        }
        if engine.functions.iter().any(|function| function.declared.idempotent.is_some()) {
            let id = Idempotent::TABLE;
            let name = engine.place.name(id, "idempotency");
            let arn = engine.place.arn("dynamodb", &format!("table/{name}")).into();
            engine.tables.push(Table::of_idempotency(Named { id, name, arn }));
        }
        if engine.functions.is_empty() {
            return Err("there is no handler in this program: annotate one, and refer to the \
                        library that has it (`use … as _;`)"
                .into());
        }
        Ok(engine)
    }

    fn place_resource(&mut self, item: &'static Item, shards: &BTreeMap<String, u32>) {
        let named = |service: &str, kind: &str, declared: &str| {
            let name = self.place.name(&item.id, declared);
            let arn = self.place.arn(service, &format!("{kind}{name}")).into();
            Named { id: &item.id, name, arn }
        };
        match &item.kind {
            Kind::Stream(declared) => {
                let shards = shards.get(item.id.as_ref()).copied().or(declared.shards);
                let shards = shards.unwrap_or(ON_DEMAND_SHARDS) as usize;
                self.streams.push(Stream {
                    named: named("kinesis", "stream/", &declared.name),
                    stream: stream::Stream::new(shards),
                    functions: Vec::new(),
                });
            }
            Kind::Bus(declared) => {
                self.bus_by_id.insert(&item.id, self.buses.len());
                let named = named("events", "event-bus/", &declared.name);
                self.buses.push(Bus { named, rules: Rules::default() });
            }
            Kind::Table(declared) => {
                let key = |key: &crate::manifest::Key| (key.name.to_string(), key.scalar);
                self.tables.push(Table {
                    named: named("dynamodb", "table/", &declared.name),
                    partition: key(&declared.partition_key),
                    sort: declared.sort_key.as_ref().map(key),
                    ttl: declared.ttl.as_ref().map(ToString::to_string),
                });
            }
            Kind::Topic(declared) => {
                let end = if declared.fifo { ".fifo" } else { "" };
                self.topics.push(named("sns", "", &format!("{}{end}", declared.name)));
            }
            _ => {}
        }
    }

    fn place_function(
        &mut self,
        item: &'static Item,
        handler: &'static Handler,
        program: Program,
        reserved_concurrency: Option<u32>,
    ) -> Result<()> {
        let function = self.functions.len();
        let name = self.place.name(&item.id, &handler.function);
        let trigger = match &handler.trigger {
            Trigger::Kinesis(trigger) => {
                let stream = self.streams.iter().position(|it| it.named.id == trigger.stream);
                let stream = stream.ok_or_else(|| undeclared(item, "stream", &trigger.stream))?;
                let node = &mut self.streams[stream];
                node.functions.push(function);
                let mapping = Mapping::new(trigger, node.stream.shards().len());
                let id = uuid::Builder::from_random_bytes(stream::hash(&name).to_be_bytes());
                node::Trigger::Stream { stream, id: id.into_uuid().to_string(), mapping }
            }
            Trigger::Event(trigger) => {
                let bus = self.bus_by_id.get(trigger.bus.as_ref());
                let bus = *bus.ok_or_else(|| undeclared(item, "bus", &trigger.bus))?;
                let node = &mut self.buses[bus];
                let pattern = serde_json::to_value(&trigger.pattern)?;
                let pattern = Pattern::new(&pattern).map_err(|error| {
                    format!("the rule of `{}` ({}): {error}", item.name(), at(item))
                })?;
                node.rules.add(pattern, function);
                let rule = self.place.arn("events", &format!("rule/{}/{name}", node.named.name));
                let queue = format!("{}-failures", handler.function);
                node::Trigger::Rule {
                    rule,
                    deliveries: Tries::new(tries::delivery(trigger.delivery)),
                    broken: None,
                    invocations: Tries::new(tries::asynchronous(trigger.retry)),
                    queue: self.place.name(&format!("{}#queue", item.id), &queue),
                    failures: Queue::default(),
                }
            }
        };
        let gate = Gate::new(&handler.function, handler, &self.memory, &self.left);
        let arn = self.place.arn("lambda", &format!("function:{name}")).into();
        self.functions.push(Function {
            named: Named { id: &item.id, name, arn },
            declared: handler,
            connection: Connection { gate, time: self.time.clone() },
            program,
            idle: Vec::new(),
            running: 0,
            limit: reserved_concurrency
                .or(handler.reserved_concurrency)
                .map_or(CONCURRENCY, |limit| limit as usize),
            trigger,
        });
        Ok(())
    }
}

fn local(item: &Item) -> Result<&'static Local> {
    let found = inventory::iter::<Local>.into_iter().find(|local| local.item.id == item.id);
    found.ok_or_else(|| format!("`{}` ({}) cannot be run here", item.name(), at(item)).into())
}

fn undeclared(item: &Item, what: &str, id: &str) -> crate::Error {
    format!("`{}` ({}) is of the {what} `{id}`, which is not declared", item.name(), at(item))
        .into()
}

fn at(item: &Item) -> String {
    format!("{}:{}", item.at.file, item.at.line)
}
