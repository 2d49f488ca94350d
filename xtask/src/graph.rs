//! The resource graph: what an application declares, resolved, named and checked.
//!
//! Everything that is written is read off it. References between nodes are typed ids, so an
//! emitter cannot meet a name that leads nowhere.

use esteira_manifest::Manifest;

use crate::{
    checks,
    diagnostic::{Diagnostic, Result},
    schema::Schemas,
    stage::{Backend, OUR_TAGS, Removal, Stage, existing::Home},
};

pub(crate) mod aurora;
mod bucket;
mod bus;
pub(crate) mod capture;
mod cidr;
mod endpoint;
mod event;
mod function;
mod group;
mod idempotency;
mod identifier;
mod index;
mod kms_key;
mod mapping;
mod name;
mod network;
mod node;
mod order;
mod pattern;
mod queue;
mod reference;
mod route_table;
mod rule;
mod step;
mod stream;
mod table;
mod text;
mod topic;
mod vpc;

pub(crate) use aurora::{Aurora, Capacity};
pub(crate) use bucket::Bucket;
pub(crate) use bus::{ARCHIVE_DAYS, Archive, Bus};
pub(crate) use capture::Capture;
pub(crate) use cidr::Cidr;
pub(crate) use endpoint::{Call, Endpoint, Service};
pub(crate) use event::Event;
pub(crate) use function::{Function, MEMORY, Trigger, Value, Variable, architecture};
pub(crate) use group::{Group, Opening, Peer};
pub(crate) use idempotency::Idempotency;
pub(crate) use index::{Declaration, Entry, Index};
pub(crate) use kms_key::KmsKey;
pub(crate) use mapping::Mapping;
pub(crate) use name::{Logical, upper_camel};
pub(crate) use network::Network;
pub(crate) use node::{Id, Node, Nodes, place};
pub(crate) use order::Subscribers;
pub(crate) use pattern::{could_match, read as read_pattern};
pub(crate) use queue::Queue;
pub(crate) use reference::{Attribute, Reference, Target};
pub(crate) use route_table::{NatGateway, Route, RouteTable};
pub(crate) use rule::Rule;
pub(crate) use step::Step;
pub(crate) use stream::{RETENTION_HOURS, Stream};
pub(crate) use table::Table;
pub(crate) use text::{Part, Text};
pub(crate) use topic::Topic;
pub(crate) use vpc::{Subnet, Vpc};

/// Everything one stage of one application consists of.
///
/// Nodes of a kind are in the order of the manifest, which is the order of their ids.
#[derive(Debug, Clone, PartialEq)]
pub struct Graph {
    pub(crate) app: String,
    pub(crate) stage: String,
    /// Every resource's: esteira's own, then the stage's by key.
    pub(crate) tags: Vec<(String, String)>,
    /// The only account it may be deployed to.
    pub(crate) account: Option<String>,
    /// The only region it may be deployed to.
    pub(crate) region: Option<String>,
    pub(crate) deletion_protection: bool,
    pub(crate) removal: Removal,
    /// Whether the account's roles of DMS are created here.
    pub(crate) create_dms_roles: bool,
    pub(crate) backend: Option<Backend>,
    pub(crate) streams: Nodes<Stream>,
    pub(crate) buses: Nodes<Bus>,
    pub(crate) events: Nodes<Event>,
    pub(crate) tables: Nodes<Table>,
    pub(crate) topics: Nodes<Topic>,
    pub(crate) kms_keys: Nodes<KmsKey>,
    pub(crate) vpcs: Nodes<Vpc>,
    pub(crate) subnets: Nodes<Subnet>,
    pub(crate) route_tables: Nodes<RouteTable>,
    pub(crate) nat_gateways: Nodes<NatGateway>,
    pub(crate) groups: Nodes<Group>,
    pub(crate) openings: Vec<Opening>,
    pub(crate) auroras: Nodes<Aurora>,
    pub(crate) captures: Nodes<Capture>,
    /// What is called from inside the VPCs: what endpoints and more openings are derived from.
    pub(crate) calls: Vec<Call>,
    pub(crate) endpoints: Nodes<Endpoint>,
    pub(crate) functions: Nodes<Function>,
    pub(crate) mappings: Nodes<Mapping>,
    pub(crate) rules: Nodes<Rule>,
    /// One, if there is a mapping.
    pub(crate) buckets: Nodes<Bucket>,
    pub(crate) queues: Nodes<Queue>,
    /// What a person has to do, in order.
    pub(crate) steps: Vec<Step>,
    /// What is not as one might expect, and keeps nothing from being done.
    pub(crate) warnings: Vec<Diagnostic>,
}

impl Graph {
    /// Checks a manifest of which no SQL is known, and resolves it for a stage.
    ///
    /// # Errors
    ///
    /// Those of [`with_schemas`](Self::with_schemas).
    pub fn new(manifest: &Manifest, stage: &Stage) -> Result<Self> {
        Self::with_schemas(manifest, &Schemas::default(), stage)
    }

    /// Checks a manifest and resolves it for a stage; `schemas` is what SQL says of its row types.
    ///
    /// # Errors
    ///
    /// Every mistake that takes more than one item to see, or that AWS would refuse later.
    pub fn with_schemas(manifest: &Manifest, schemas: &Schemas, stage: &Stage) -> Result<Self> {
        let manifest = &*Idempotency::declare(manifest);
        let index = Index::new(manifest);
        checks::run(&index, stage)?;
        let Home { account, region } = Home::new(&manifest.items, stage)?;

        let mut graph = Self {
            app: manifest.app.clone(),
            stage: stage.name.clone(),
            tags: tags(&manifest.app, stage),
            account,
            region,
            deletion_protection: stage.deletion_protection,
            removal: stage.removal,
            create_dms_roles: stage.create_dms_roles,
            backend: stage.backend.clone(),
            streams: index
                .streams
                .iter()
                .map(|d| Stream::new(d, &index, stage))
                .collect::<Result<_>>()?,
            buses: index.buses.iter().map(|d| Bus::new(d, stage)).collect::<Result<_>>()?,
            events: Nodes::default(),
            tables: index
                .tables
                .iter()
                .map(|d| Table::new(d, &index, stage))
                .collect::<Result<_>>()?,
            topics: index
                .topics
                .iter()
                .map(|d| Topic::new(d, &index, stage))
                .collect::<Result<_>>()?,
            kms_keys: index
                .kms_keys
                .iter()
                .map(|d| KmsKey::new(d, stage))
                .collect::<Result<_>>()?,
            vpcs: Nodes::default(),
            subnets: Nodes::default(),
            route_tables: Nodes::default(),
            nat_gateways: Nodes::default(),
            groups: Nodes::default(),
            openings: Vec::new(),
            auroras: Nodes::default(),
            captures: Nodes::default(),
            calls: Vec::new(),
            endpoints: Nodes::default(),
            functions: Nodes::default(),
            mappings: Nodes::default(),
            rules: Nodes::default(),
            buckets: Nodes::default(),
            queues: Nodes::default(),
            steps: Vec::new(),
            warnings: Vec::new(),
        };
        for vpc in index.vpcs.iter() {
            Vpc::add(vpc, stage, &mut graph)?;
        }
        for aurora in index.auroras.iter() {
            Aurora::add(aurora, &index, stage, &mut graph)?;
        }
        for event in index.events.iter() {
            graph.events.push(Event::new(event, &index)?);
        }
        for handler in index.handlers.iter() {
            Function::add(handler, &index, stage, &mut graph)?;
        }
        order::order(&mut graph);
        for capture in index.captures.iter() {
            Capture::add(capture, &index, schemas, stage, &mut graph)?;
        }
        endpoint::connect(&mut graph)?;
        capture::before(&mut graph);
        group::settle(&mut graph);
        capture::after(&mut graph);
        checks::whole(&graph)?;
        Ok(graph)
    }

    /// Every resource whose physical name is its own, with what messages call it.
    pub(crate) fn named(&self) -> impl Iterator<Item = (&'static str, &Node)> {
        let streams = self.streams.created().map(|stream| ("stream", &stream.node));
        let buses = self.buses.created().map(|bus| ("bus", &bus.node));
        let tables = self.tables.created().map(|table| ("table", &table.node));
        let topics = self.topics.created().map(|topic| ("topic", &topic.node));
        let functions = self.functions.iter().map(|function| ("function", &function.node));
        let keys = self.kms_keys.created().map(|key| ("KMS key", &key.node));
        let buckets = self.buckets.iter().map(|bucket| ("bucket for failures", &bucket.node));
        let databases = self.auroras.created().map(|aurora| ("database cluster", &aurora.node));
        let captures = self.captures.iter().map(|capture| ("capture", &capture.node));
        let resources = streams.chain(buses).chain(tables).chain(topics).chain(keys);
        resources.chain(functions).chain(buckets).chain(databases).chain(captures)
    }
}

fn tags(app: &str, stage: &Stage) -> Vec<(String, String)> {
    let ours = OUR_TAGS.into_iter().zip([app, &stage.name, "esteira"]);
    let theirs = stage.tags.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    ours.chain(theirs).map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

#[cfg(test)]
mod tests;
