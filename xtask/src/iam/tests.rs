use super::*;
use crate::{fixture, stage::Stage};

fn graph() -> Graph {
    Graph::new(&fixture::manifest(), &Stage::new("dev")).expect("a correct manifest")
}

fn statements<'a>(graph: &'a Graph, handler: &str) -> &'a [Statement] {
    let function = graph.functions.iter().find(|f| f.handler == handler);
    &function.expect("a function").role.statements
}

#[test]
fn a_handle_is_one_statement_about_one_resource() {
    let graph = graph();
    let statement = &statements(&graph, "atualizar_estoque")[1];
    let table = graph.tables.ids().next().expect("a table");
    assert_eq!(
        *statement,
        Statement {
            sid: "Estoque".into(),
            actions: vec!["dynamodb:UpdateItem"],
            resource: Resource::One(Target::Table(table).arn()),
            equals: vec![],
            origin: Origin::Parameter {
                name: "estoque".into(),
                at: Place::new("loja/src/handlers.rs", 102),
            },
        }
    );
}

#[test]
fn publishing_is_allowed_for_one_event_type_only() {
    let graph = graph();
    let statement = &statements(&graph, "processar_pedido")[1];
    let bus = graph.buses.ids().next().expect("a bus");
    assert_eq!(statement.actions, ["events:PutEvents"]);
    assert_eq!(statement.resource, Resource::One(Target::Bus(bus).arn()));
    assert_eq!(
        statement.equals,
        [
            ("events:source", "loja.pedidos".into()),
            ("events:detail-type", "Pedido Cancelado".into())
        ]
    );
}

#[test]
fn a_dollar_is_no_policy_variable() {
    let graph = graph();
    let (_, detail_type) = &statements(&graph, "processar_pedido")[0].equals[1];
    assert_eq!(detail_type, "Novo \"Pedido\" ${$}{criado}");
}

#[test]
fn the_platform_gets_what_the_trigger_needs() {
    let graph = graph();
    let sids = |handler| -> Vec<_> {
        let statements = statements(&graph, handler).iter();
        statements
            .filter(|s| matches!(s.origin, Origin::Platform { .. }))
            .map(|s| s.sid.as_str())
            .collect()
    };
    assert_eq!(sids("registrar_leitura"), ["PlatformPolling", "PlatformLogs", "PlatformTracing"]);
    assert_eq!(sids("avisar"), ["PlatformLogs", "PlatformTracing"]);

    let polling = &statements(&graph, "registrar_leitura")[1];
    let leituras = graph.streams.ids().next().expect("a stream");
    assert_eq!(polling.resource, Resource::One(Target::Stream(leituras).arn()));
}

#[test]
fn only_tracing_is_about_anything() {
    let graph = graph();
    for function in graph.functions.iter() {
        for statement in &function.role.statements {
            let any = statement.resource == Resource::Any;
            assert_eq!(any, statement.sid == "PlatformTracing", "{statement:?}");
        }
    }
}

#[test]
fn statement_ids_are_unique() {
    let statement = |sid: &str| Statement {
        sid: sid.into(),
        actions: vec![],
        resource: Resource::Any,
        equals: vec![],
        origin: Origin::Platform { purpose: "" },
    };
    let mut statements = ["A", "A", "A2", "A"].map(statement);
    name_apart(&mut statements);
    assert_eq!(statements.map(|s| s.sid), ["A", "A3", "A2", "A4"]);
}
