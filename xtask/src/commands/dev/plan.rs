//! What the program is told, read off the graph of the stage.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use esteira_manifest::{
    Kind, Manifest,
    dev::{Binary, Plan, Source, View},
};

use crate::{
    app::App,
    graph::{Attribute, Bucket, Function, Graph, Node, Reference, Target, Value},
    schema,
    workspace::relative,
};

/// Of a stage that says no account. No account has this number.
const ACCOUNT: &str = "000000000000";

/// Of a stage that says no region.
const REGION: &str = "us-east-1";

/// The plan of a stage, as it is before anything about this one run is known.
pub(super) fn of(graph: &Graph, state: &Path) -> Plan {
    let here = Here::of(graph);
    Plan {
        app: graph.app.clone(),
        stage: graph.stage.clone(),
        account: here.account.to_owned(),
        region: here.region.to_owned(),
        names: here.names(graph),
        shards: graph
            .streams
            .iter()
            .filter_map(|it| Some((it.node.id.clone(), it.shards?)))
            .collect(),
        reserved_concurrency: graph
            .functions
            .iter()
            .filter_map(|it| Some((it.node.id.clone(), it.reserved_concurrency?)))
            .collect(),
        state: state.to_owned(),
        fresh: false,
        resumes: false,
        port: 0,
        source: Source::None,
        binaries: None,
        view: View::Quiet,
        once: false,
    }
}

/// What a source that reads a database has to know of the row types.
pub(super) fn mysql(app: &App, manifest: &Manifest, url: Option<String>) -> Source {
    let root = &app.workspace.root;
    let rows = manifest.items.iter().filter(|item| matches!(item.kind, Kind::Row(_)));
    let packages = rows.filter_map(|item| {
        let folder = schema::folder(app, item)?;
        Some((item.id.to_string(), PathBuf::from(relative(root, &folder))))
    });
    Source::Mysql { url, root: root.clone(), packages: packages.collect() }
}

/// A built function, with the environment that it has in the stage.
pub(super) fn binary(graph: &Graph, function: &Function, program: PathBuf) -> Binary {
    let here = Here::of(graph);
    let environment = function.environment.iter().map(|variable| {
        let value = match &variable.value {
            Value::Literal(text) => text.clone(),
            Value::Of(reference) => here.resolve(*reference, graph),
        };
        (variable.name.clone(), value)
    });
    Binary { program, environment: environment.collect() }
}

/// Where the stage is, as it is known here.
struct Here<'a> {
    account: &'a str,
    region: &'a str,
}

impl<'a> Here<'a> {
    fn of(graph: &'a Graph) -> Self {
        Self {
            account: graph.account.as_deref().unwrap_or(ACCOUNT),
            region: graph.region.as_deref().unwrap_or(REGION),
        }
    }

    /// By id. What exists already has the name that it has.
    fn names(&self, graph: &Graph) -> BTreeMap<String, String> {
        let named = |node: &Node| (node.id.clone(), node.name.clone());
        let mut names: BTreeMap<_, _> = graph.streams.iter().map(|it| named(&it.node)).collect();
        names.extend(graph.buses.iter().map(|it| named(&it.node)));
        names.extend(graph.tables.iter().map(|it| named(&it.node)));
        names.extend(graph.topics.iter().map(|it| named(&it.node)));
        names.extend(graph.functions.iter().map(|it| named(&it.node)));
        let queues = graph.queues.iter().map(|it| &it.node);
        names.extend(queues.map(|node| (format!("{}#queue", node.id), node.name.clone())));
        let buckets = graph.buckets.iter();
        names.extend(buckets.map(|bucket| ("#failures".to_owned(), self.bucket(bucket))));
        names
    }

    fn bucket(&self, bucket: &Bucket) -> String {
        bucket.name.at(self.account, self.region, "aws")
    }

    /// What a function is told of a resource: the one that is here, whoever made the other.
    fn resolve(&self, reference: Reference, graph: &Graph) -> String {
        let Reference { target, attribute } = reference;
        let name = match target {
            Target::Bucket(bucket) => self.bucket(&graph.buckets[bucket]),
            target => target.node(graph).name.clone(),
        };
        match attribute {
            Attribute::Arn => self.arn(target, &name),
            // Of what handlers can be told, nothing has an id or a host.
            Attribute::Name | Attribute::Id | Attribute::Endpoint => name,
        }
    }

    fn arn(&self, target: Target, name: &str) -> String {
        let Self { account, region } = self;
        let (service, resource) = match target {
            Target::Stream(_) => ("kinesis", format!("stream/{name}")),
            Target::Bus(_) => ("events", format!("event-bus/{name}")),
            Target::Table(_) => ("dynamodb", format!("table/{name}")),
            Target::KmsKey(_) => ("kms", format!("key/{name}")),
            Target::Queue(_) => ("sqs", name.to_owned()),
            Target::Bucket(_) => return format!("arn:aws:s3:::{name}"),
            _ => ("sns", name.to_owned()),
        };
        format!("arn:aws:{service}:{region}:{account}:{resource}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fixture, stage::Stage};

    fn graph(stage: &Stage) -> Graph {
        Graph::new(&fixture::manifest(), stage).unwrap()
    }

    #[test]
    fn names_are_those_of_the_stage() {
        let plan = of(&graph(&Stage::new("dev")), Path::new("/s"));
        assert_eq!((&*plan.account, &*plan.region), ("000000000000", "us-east-1"));
        let name = |id: &str| plan.names.get(id).map(String::as_str);
        assert_eq!(name("loja::infra::PedidosStream"), Some("dev-PedidosStream"));
        assert_eq!(name("loja::infra::Ecommerce"), Some("dev-Ecommerce"));
        assert_eq!(name("loja::infra::Inventario"), Some("dev-Inventario"));
        assert_eq!(name("loja::infra::Avisos"), Some("dev-Avisos"));
        let queue = name("loja::handlers::avisar#queue").unwrap();
        assert_eq!(queue, format!("{}-failures", name("loja::handlers::avisar").unwrap()));
        let bucket = Some("dev-loja-failures-000000000000-us-east-1");
        assert_eq!(name("#failures"), bucket);
        assert_eq!(name(esteira_manifest::Idempotent::TABLE), Some("dev-LojaIdempotency"));
        // A handler of a stream has no queue.
        assert_eq!(name("loja::handlers::processar_pedido#queue"), None);
    }

    #[test]
    fn a_stage_that_says_where_it_is_is_there() {
        let mut stage = Stage::new("prod");
        (stage.account, stage.region) = (Some("123456789012".into()), Some("sa-east-1".into()));
        let plan = of(&graph(&stage), Path::new("/s"));
        assert_eq!((&*plan.account, &*plan.region), ("123456789012", "sa-east-1"));
        assert_eq!(plan.names["#failures"], "prod-loja-failures-123456789012-sa-east-1");
    }

    #[test]
    fn what_the_stage_says_of_shards_and_concurrency_holds() {
        let text = "[stage.dev.resources]\nLeituras = { shards = 3 }\n\
                    avisar = { reserved_concurrency = 2 }\n[stage.dev.resources.PedidosStream]\n\
                    shards = 'on_demand'";
        let plan = of(&graph(&Stage::parse("dev", "esteira.toml", text).unwrap()), Path::new("/s"));
        assert_eq!(plan.shards, [("loja::infra::Leituras".to_owned(), 3)].into());
        assert_eq!(plan.reserved_concurrency.get("loja::handlers::avisar"), Some(&2));
    }

    #[test]
    fn a_built_function_is_told_what_it_is_told_in_the_stage() {
        let graph = graph(&Stage::new("dev"));
        let environment = |handler: &str| {
            let function = graph.functions.iter().find(|it| it.handler == handler).unwrap();
            let told = function.environment.len();
            let binary = binary(&graph, function, "/p".into());
            assert_eq!(binary.environment.len(), told);
            binary.environment
        };
        let told = environment("avisar");
        let topic = "arn:aws:sns:us-east-1:000000000000:dev-Avisos";
        assert_eq!(told.get("ESTEIRA_LOJA_INFRA_AVISOS").map(String::as_str), Some(topic));
        let told = environment("processar_pedido");
        assert!(told.values().any(|value| value == "dev-Ecommerce"), "{told:?}");
    }

    #[test]
    fn a_plan_is_read_as_it_was_written() {
        let plan = of(&graph(&Stage::new("dev")), Path::new("/s"));
        let text = serde_json::to_string(&plan).unwrap();
        assert_eq!(serde_json::from_str::<Plan>(&text).unwrap(), plan);
    }
}
