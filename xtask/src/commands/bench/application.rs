//! Applications of any size: as many domains as it takes, each with a stream, a table, and
//! handlers that hand events on to each other.

use esteira_manifest::{
    Action, Bus, Event, EventTrigger, Field, Grant, Handler, Item, Json, Key, Kind, KinesisTrigger,
    Location, Manifest, Parameter, Retry, Role, Scalar, Shape, StartingPosition, Stream, Table,
    Text, Trigger, VERSION,
};

/// Handlers of a domain: the first reads its stream, each of the others an event of the one before.
const DOMAIN: usize = 10;
/// Domains of a bus, which has room for 300 rules.
const BUS: usize = 20;

/// The manifest of an application with so many handlers.
pub(crate) fn manifest(handlers: usize) -> Manifest {
    let mut items: Vec<_> = (0..handlers.div_ceil(DOMAIN * BUS)).map(bus).collect();
    for domain in 0..handlers.div_ceil(DOMAIN) {
        items.extend([stream(domain), table(domain)]);
        for n in 0..DOMAIN.min(handlers - domain * DOMAIN) {
            items.extend([event(domain, n), handler(domain, n)]);
        }
    }
    items.sort_by(|a, b| a.id.cmp(&b.id));
    Manifest { version: VERSION, app: "bench".into(), items }
}

fn item(domain: usize, name: &str, kind: Kind) -> Item {
    Item { id: id(domain, name), at: at(domain), kind }
}

fn id(domain: usize, name: &str) -> Text {
    format!("bench::domain_{domain}::{name}").into()
}

fn at(domain: usize) -> Location {
    let file = format!("bench/src/domain_{domain}.rs").into();
    Location { package: "bench".into(), file, line: 1 }
}

fn bus_of(domain: usize) -> Text {
    format!("bench::Bus{}", domain / BUS).into()
}

fn bus(n: usize) -> Item {
    let bus = Bus { name: format!("Bus{n}").into(), archive_days: None, existing: false };
    Item { id: bus_of(n * BUS), at: at(n * BUS), kind: Kind::Bus(bus) }
}

fn stream(domain: usize) -> Item {
    let stream = Stream {
        name: format!("Stream{domain}").into(),
        shards: Some(1),
        retention_hours: 168,
        kms_key: None,
        existing: false,
    };
    item(domain, &format!("Records{domain}"), Kind::Stream(stream))
}

fn table(domain: usize) -> Item {
    let table = Table {
        name: format!("Table{domain}").into(),
        partition_key: Key { name: "id".into(), scalar: Scalar::S },
        sort_key: None,
        ttl: None,
        kms_key: None,
        existing: false,
        item: Shape::Any,
    };
    item(domain, &format!("Items{domain}"), Kind::Table(table))
}

fn event(domain: usize, n: usize) -> Item {
    let field = Field { name: "id".into(), shape: Shape::Text, default: false };
    let event = Event {
        bus: bus_of(domain),
        source: format!("bench.domain-{domain}").into(),
        detail_type: format!("Happened {n}").into(),
        // Nobody listens to the last.
        external: true,
        detail: Shape::Object(vec![field].into()),
    };
    item(domain, &format!("Happened{domain}With{n}"), Kind::Event(event))
}

fn handler(domain: usize, n: usize) -> Item {
    let parameter =
        |name: &'static str, role| Parameter { name: name.into(), at: at(domain), role };
    let handle = |action, resource| Role::Handle(Grant { action, resource });
    let handler = Handler {
        function: format!("Domain{domain}Handler{n}").into(),
        entry: format!("handler {domain} {n}").into(),
        trigger: match n.checked_sub(1) {
            None => on_kinesis(domain),
            Some(before) => on_event(domain, before),
        },
        parameters: vec![
            parameter("input", Role::Input),
            parameter("items", handle(Action::PutItem, id(domain, &format!("Items{domain}")))),
            parameter(
                "events",
                handle(Action::PutEvents, id(domain, &format!("Happened{domain}With{n}"))),
            ),
        ]
        .into(),
        memory: 256,
        timeout: 30,
        architecture: None,
        environment: Vec::new().into(),
        vpc: None,
        reserved_concurrency: None,
        allows: Vec::new().into(),
        idempotent: None,
        input: None,
    };
    item(domain, &format!("domain_{domain}_handler_{n}"), Kind::Handler(handler))
}

fn on_kinesis(domain: usize) -> Trigger {
    Trigger::Kinesis(KinesisTrigger {
        stream: id(domain, &format!("Records{domain}")),
        batch_size: 100,
        row: None,
        batching_window: 0,
        parallelization: 1,
        concurrency: 1,
        starting_position: StartingPosition::TrimHorizon,
        retry: Retry { attempts: 10, max_age: 86_400 },
    })
}

fn on_event(domain: usize, n: usize) -> Trigger {
    let text = |text: String| Json::Array(vec![Json::Text(text.into())].into());
    let pattern = vec![
        ("source".into(), text(format!("bench.domain-{domain}"))),
        ("detail-type".into(), text(format!("Happened {n}"))),
    ];
    Trigger::Event(EventTrigger {
        bus: bus_of(domain),
        event: Some(id(domain, &format!("Happened{domain}With{n}"))),
        pattern: Json::Object(pattern.into()),
        delivery: Retry { attempts: 185, max_age: 86_400 },
        retry: Retry { attempts: 2, max_age: 21_600 },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cloudformation::{self, Limits},
        graph::Graph,
        stage::Stage,
        terraform,
    };

    #[test]
    fn an_application_of_a_size_is_correct_and_has_that_many_handlers() {
        for size in [1, 10, 33] {
            let graph =
                Graph::new(&manifest(size), &Stage::new("dev")).expect("a correct manifest");
            let files = terraform::files(&graph);
            let handlers = files.iter().filter(|(name, _)| name.ends_with("_handler.tf")).count();
            assert_eq!(handlers, size);
            let templates = cloudformation::templates(&graph, &Limits::AWS);
            assert_eq!(templates.expect("a template").len(), 1, "{size}");
        }
    }
}
