//! What is emitted, read back.

use std::collections::HashSet;

use esteira::manifest::{Kind, Manifest, Role};
use esteira_xtask::{cloudformation, graph::Graph, stage::Stage, terraform};
use serde_json::Value;

#[path = "../src/fixture.rs"]
mod fixture;
mod normal;

use normal::Normal;

fn graph() -> Graph {
    Graph::new(&fixture::manifest(), &Stage::new("dev")).expect("a correct manifest")
}

fn both(graph: &Graph) -> [Normal; 2] {
    let template = cloudformation::template(graph).expect("a template");
    [normal::terraform::read(&terraform::files(graph)), normal::cloudformation::read(&template)]
}

#[test]
fn terraform_and_cloudformation_say_the_same() {
    let [terraform, cloudformation] = both(&graph());
    assert_eq!(terraform.outputs, cloudformation.outputs);
    let keys = |normal: &Normal| normal.resources.keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&terraform), keys(&cloudformation));
    for (key, resource) in &terraform.resources {
        assert_eq!(*resource, cloudformation.resources[key], "{key:?}");
    }
    // One of each kind that the fixture declares, so that an empty reading cannot pass.
    let count = |kind: &str| terraform.resources.keys().filter(|(k, _)| k == kind).count();
    let kinds = ["Stream", "Bus", "Table", "Topic", "Function", "Role", "Policy", "LogGroup"];
    assert_eq!(kinds.map(count), [2, 1, 2, 1, 5, 5, 5, 5]);
    assert_eq!(["Mapping", "Rule", "Target", "Permission"].map(count), [2, 3, 3, 3]);
}

#[test]
fn a_pattern_arrives_as_it_was_written() {
    let manifest = fixture::manifest();
    let written: Vec<Value> = handlers(&manifest)
        .filter_map(|handler| match &handler.trigger {
            esteira::manifest::Trigger::Event(event) => Some((&event.pattern).into()),
            esteira::manifest::Trigger::Kinesis(_) => None,
        })
        .collect();
    for normal in both(&graph()) {
        let rules = normal.resources.iter().filter(|((kind, _), _)| kind == "Rule");
        let emitted: Vec<_> = rules.map(|(_, rule)| rule["pattern"].clone()).collect();
        assert_eq!(emitted, written);
    }
}

fn handlers(manifest: &Manifest) -> impl Iterator<Item = &esteira::manifest::Handler> {
    manifest.items.iter().filter_map(|item| match &item.kind {
        Kind::Handler(handler) => Some(handler),
        _ => None,
    })
}

/// What a statement for a grant has to say, worked out from the manifest alone.
fn expected(manifest: &Manifest, grant: &esteira::manifest::Grant) -> (String, String, Value) {
    let find = |id: &str| &manifest.items.iter().find(|item| item.id == id).expect("an item").kind;
    let arn = |kind: &str, name: &str| format!("{kind}:dev-{name}:arn");
    let (resource, condition) = match find(&grant.resource) {
        Kind::Table(table) => (arn("Table", &table.name), Value::Null),
        Kind::Topic(topic) => (arn("Topic", &topic.name), Value::Null),
        Kind::Event(event) => {
            let Kind::Bus(bus) = find(&event.bus) else { panic!("no bus") };
            let condition = serde_json::json!({"StringEquals": {
                "events:source": event.source,
                "events:detail-type": event.detail_type.replace("${", "${$}{"),
            }});
            (arn("Bus", &bus.name), condition)
        }
        other => panic!("{other:?}"),
    };
    (grant.action.iam().to_owned(), resource, condition)
}

#[test]
fn each_grant_is_one_statement_and_each_statement_a_grant_or_the_platforms() {
    let manifest = fixture::manifest();
    for normal in both(&graph()) {
        let mut granted = 0;
        for handler in handlers(&manifest) {
            let mut statements: Vec<&Value> =
                normal.statements(&format!("dev-{}", handler.function)).iter().collect();
            let sids: HashSet<_> = statements.iter().map(|s| s["Sid"].to_string()).collect();
            assert_eq!(sids.len(), statements.len(), "statement ids are unique");
            assert!(statements.iter().all(|s| s["Effect"] == "Allow"));

            for parameter in handler.parameters.iter() {
                let Role::Handle(grant) = &parameter.role else { continue };
                let (action, resource, condition) = expected(&manifest, grant);
                let before = statements.len();
                statements.retain(|s| {
                    let has = s.get("Condition").cloned().unwrap_or_default();
                    !(s["Action"] == action.as_str()
                        && s["Resource"] == resource.as_str()
                        && has == condition)
                });
                assert_eq!(before - statements.len(), 1, "{} {action}", parameter.name);
                granted += 1;
            }
            let rest: Vec<_> = statements.iter().map(|s| s["Sid"].as_str().unwrap()).collect();
            let platform: &[&str] = match handler.trigger {
                esteira::manifest::Trigger::Kinesis(_) => {
                    &["PlatformPolling", "PlatformLogs", "PlatformTracing"]
                }
                esteira::manifest::Trigger::Event(_) => &["PlatformLogs", "PlatformTracing"],
            };
            assert_eq!(rest, platform, "{}", handler.function);
        }
        assert_eq!(granted, 10);
    }
}

#[test]
fn every_resource_says_where_it_comes_from() {
    for (name, text) in terraform::files(&graph()) {
        let lines: Vec<_> = text.lines().collect();
        for (i, line) in lines.iter().enumerate().filter(|(_, l)| l.starts_with("resource ")) {
            let above = lines[i - 1];
            assert!(above.starts_with("# loja/src/") && above.contains(".rs:"), "{name}: {line}");
        }
    }
}

#[test]
fn emitting_twice_gives_the_same_bytes() {
    let (one, two) = (graph(), graph());
    assert_eq!(terraform::files(&one), terraform::files(&two));
    assert_eq!(cloudformation::template(&one), cloudformation::template(&two));
}

#[test]
fn no_handler_is_named_like_a_file_that_terraform_treats_differently() {
    let mut manifest = fixture::manifest();
    for (item, id) in
        manifest.items.iter_mut().zip(["loja::override", "loja::x_override", "loja::main"])
    {
        item.id = id.into();
    }
    let graph = Graph::new(&manifest, &Stage::new("dev")).expect("a correct manifest");
    let mut names: Vec<_> = terraform::files(&graph).into_iter().map(|(name, _)| name).collect();
    assert!(!names.iter().any(|name| name == "override.tf" || name.ends_with("_override.tf")));
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
}

/// Handlers of one event that a stream's handler publishes.
fn crowd(handlers: usize) -> Manifest {
    let mut manifest = fixture::manifest();
    let pattern = r#"{"source": ["loja.pedidos"], "detail-type": ["Pedido Cancelado"]}"#;
    for n in 0..handlers {
        let handles = [("lido", esteira::manifest::Action::GetItem, "Inventario")];
        let trigger = fixture::on_event("PedidoCancelado", pattern);
        let mut kind = fixture::handler("", trigger, &handles);
        if let Kind::Handler(handler) = &mut kind {
            handler.function = format!("Muitos{n}").into();
        }
        let mut item = fixture::item("", 1000, kind);
        item.id = format!("loja::handlers::muitos{n}").into();
        manifest.items.push(item);
    }
    manifest
}

#[test]
fn a_stack_that_cloudformation_would_refuse_is_an_error() {
    let graph = |n| Graph::new(&crowd(n), &Stage::new("dev")).expect("a correct manifest");
    assert!(cloudformation::template(&graph(90)).is_ok());
    let failure = cloudformation::template(&graph(100)).expect_err("too large");
    assert_eq!(
        failure.0[0].to_string(),
        "error: the CloudFormation template has 529 resources, and a stack takes 500\n  \
         = help: split the application in two"
    );
}

#[test]
fn a_thousand_handlers_are_a_thousand_files_and_those_they_share() {
    let graph = Graph::new(&crowd(1000), &Stage::new("dev")).expect("a correct manifest");
    // Those of the fixture come along.
    assert_eq!(terraform::files(&graph).len(), 1000 + 5 + 6);
}
