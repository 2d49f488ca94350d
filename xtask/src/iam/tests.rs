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
            effect: Effect::Allow,
            actions: vec!["dynamodb:UpdateItem".into()],
            resource: Resource::One(Target::Table(table).arn()),
            condition: None,
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
        statement.condition,
        Condition::equals([
            ("events:source", "loja.pedidos".to_owned().into()),
            ("events:detail-type", "Pedido Cancelado".to_owned().into())
        ])
    );
}

/// The actions and the resources of the statements about `allow`s.
fn allowed(graph: &Graph, handler: &str) -> Vec<(String, Vec<String>, Resource, String)> {
    let asked = statements(graph, handler).iter().filter(|s| s.sid.starts_with("Allow"));
    let line = |s: &Statement| {
        let actions = s.actions.iter().map(ToString::to_string).collect();
        assert_eq!(s.condition, None);
        (s.sid.clone(), actions, s.resource.clone(), s.origin.to_string())
    };
    asked.map(line).collect()
}

#[test]
fn an_allow_is_one_statement_of_what_it_says() {
    let graph = graph();
    let medidas = graph.tables.ids().nth(1).expect("a table");
    let arn = "arn:aws:s3:::calibragem/${aws:PrincipalTag/sensor}/*";
    let line = |sid: &str, actions: &[&str], resource, line| {
        let actions = actions.iter().map(ToString::to_string).collect();
        (sid.to_owned(), actions, resource, format!("allow: loja/src/handlers.rs:{line}"))
    };
    assert_eq!(
        allowed(&graph, "registrar_leitura"),
        [
            line(
                "AllowMedidas",
                &["dynamodb:Scan", "dynamodb:BatchGetItem"],
                Resource::One(Target::Table(medidas).arn()),
                71
            ),
            line("Allow", &["s3:GetObject"], Resource::Written(arn.into()), 72),
        ]
    );
    assert_eq!(allowed(&graph, "avisar"), []);
}

#[test]
fn an_allow_brings_the_use_of_the_key_and_the_name_at_run_time() {
    let with = |actions: &[&'static str], on: &'static str| {
        let mut manifest = fixture::manifest();
        for item in &mut manifest.items {
            let here = item.name() == "processar_pedido";
            if let (true, manifest::Kind::Handler(handler)) = (here, &mut item.kind) {
                let on = manifest::On::Resource(format!("loja::infra::{on}").into());
                handler.allows = vec![fixture::allow(31, actions, on)].into();
            }
        }
        let graph = Graph::new(&manifest, &Stage::new("dev")).expect("a correct manifest");
        let function = graph.functions.iter().find(|f| f.handler == "processar_pedido");
        let function = function.expect("a function");
        let told = esteira_manifest::environment_variable(&format!("loja::infra::{on}"));
        assert!(function.environment.iter().any(|variable| variable.name == told), "{told}");
        let uses = function.role.statements.iter().filter(|s| s.actions[0].starts_with("kms:"));
        uses.map(|s| (s.sid.clone(), s.actions.join(" "))).collect::<Vec<_>>()
    };
    let uses = |sid: &str, actions: &str| vec![(sid.to_owned(), actions.to_owned())];
    let read = "kms:Decrypt kms:DescribeKey";
    assert_eq!(with(&["dynamodb:Scan"], "Inventario"), uses("PlatformTableKey", read));
    let write = with(&["dynamodb:Scan", "dynamodb:BatchWriteItem"], "Inventario");
    assert!(write[0].1.contains("kms:GenerateDataKey*"), "{write:?}");
    let put = uses("PlatformStreamKey", "kms:GenerateDataKey");
    assert_eq!(with(&["kinesis:PutRecord"], "Leituras"), put);
    assert_eq!(with(&["kinesis:DescribeStreamSummary"], "Leituras"), []);
    let publish = uses("PlatformTopicKey", "kms:Decrypt kms:GenerateDataKey");
    assert_eq!(with(&["sns:Publish"], "Avisos"), publish);
    assert_eq!(with(&["sns:GetTopicAttributes"], "Avisos"), []);
    assert_eq!(with(&["dynamodb:Scan"], "Medidas"), []);
    assert_eq!(with(&["kms:Sign"], "Chave"), uses("AllowChave", "kms:Sign"));
    assert_eq!(with(&["events:DescribeRule"], "Ecommerce"), []);
}

#[test]
fn a_dollar_is_no_policy_variable() {
    let graph = graph();
    let condition = statements(&graph, "processar_pedido")[0].condition.as_ref();
    let (_, detail_type) = &condition.expect("a condition").keys[1];
    assert_eq!(*detail_type, "Novo \"Pedido\" ${$}{criado}".to_owned().into());
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
    let failures = ["PlatformPolling", "PlatformFailures", "PlatformFailureBucket"];
    let rest = ["PlatformLogs", "PlatformTracing"];
    assert_eq!(sids("processar_pedido"), [&failures[..], &rest].concat());
    let key = ["PlatformStreamKey"];
    assert_eq!(sids("registrar_leitura"), [&failures[..], &rest, &key].concat());
    let key = ["PlatformTopicKey"];
    let remembering = ["PlatformFailures", "PlatformIdempotency"];
    assert_eq!(sids("avisar"), [&remembering[..], &rest, &key].concat());

    let mut all = statements(&graph, "registrar_leitura").iter();
    let polling = all.find(|s| s.sid == "PlatformPolling").expect("a statement");
    let leituras = graph.streams.ids().next().expect("a stream");
    assert_eq!(polling.resource, Resource::One(Target::Stream(leituras).arn()));
}

#[test]
fn what_was_done_is_remembered_in_the_application_s_own_table() {
    let graph = graph();
    let table = graph.tables.ids().last().expect("a table");
    assert_eq!(graph.tables[table].node.name, "dev-LojaIdempotency");
    let statement = statements(&graph, "avisar").iter().find(|s| s.sid == "PlatformIdempotency");
    let statement = statement.expect("a statement");
    let actions = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"];
    assert_eq!(statement.actions, actions);
    assert_eq!(statement.resource, Resource::One(Target::Table(table).arn()));

    let mut manifest = fixture::manifest();
    for item in &mut manifest.items {
        if let esteira_manifest::Kind::Handler(handler) = &mut item.kind {
            handler.idempotent = None;
        }
    }
    let without = Graph::new(&manifest, &Stage::new("dev")).expect("a correct manifest");
    assert!(without.tables.iter().all(|table| !table.is_platforms()), "nobody needs it");
}

#[test]
fn failures_go_to_one_s_own_place_only() {
    let graph = graph();
    let bucket = Target::Bucket(graph.buckets.ids().next().expect("a bucket")).arn();
    let statements_of = |handler: &str| statements(&graph, handler).iter();
    let records: Vec<_> = statements_of("processar_pedido")
        .filter(|s| s.actions[0].starts_with("s3:"))
        .map(|s| (s.actions.as_slice(), &s.resource, s.condition.clone()))
        .collect();
    let own = Condition::equals([("s3:ResourceAccount", Text::new([Part::Account]))]);
    assert_eq!(
        records,
        [
            (&["s3:PutObject".into()][..], &Resource::Objects(bucket), own.clone()),
            (&["s3:ListBucket".into()][..], &Resource::One(bucket), own),
        ]
    );
    for (function, handler) in graph.functions.iter().zip(["atualizar_estoque", "avisar"]) {
        let Trigger::Rule(rule) = function.trigger else { panic!("no rule") };
        let queue = Target::Queue(graph.rules[rule].failures).arn();
        let sends = statements_of(handler).find(|s| s.actions == ["sqs:SendMessage"]);
        assert_eq!(sends.expect("a statement").resource, Resource::One(queue));
    }
}

#[test]
fn a_key_may_be_used_for_what_the_handles_do_and_through_that_service_only() {
    let graph = graph();
    let key = Target::KmsKey(graph.kms_keys.ids().next().expect("a key")).arn();
    let uses = |handler: &str| -> Vec<_> {
        let statements = statements(&graph, handler).iter();
        let uses = statements.filter(|s| s.actions[0].starts_with("kms:"));
        uses.map(|s| {
            assert_eq!(s.resource, Resource::One(key));
            let condition = s.condition.as_ref().expect("a condition");
            let [("kms:ViaService", via)] = condition.keys.as_slice() else { panic!("{s:?}") };
            (s.actions.clone(), via.clone())
        })
        .collect()
    };
    let via = |service: &str| {
        Text::new([service.into(), ".".into(), Part::Region, ".amazonaws.com".into()])
    };
    let write =
        ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"];
    assert_eq!(uses("atualizar_estoque"), [(write.map(Into::into).to_vec(), via("dynamodb"))]);
    let publish = vec!["kms:Decrypt".into(), "kms:GenerateDataKey".into()];
    assert_eq!(uses("avisar"), [(publish, via("sns"))]);
    assert_eq!(uses("registrar_leitura"), [(vec!["kms:Decrypt".into()], via("kinesis"))]);
    assert_eq!(uses("processar_pedido"), []);

    let mut manifest = fixture::manifest();
    for item in &mut manifest.items {
        if let (esteira_manifest::Kind::Handler(handler), "estornar") =
            (&mut item.kind, item.id.rsplit("::").next().unwrap_or_default())
        {
            handler.parameters.to_mut().retain(|parameter| parameter.name != "apagado");
        }
    }
    let reading = Graph::new(&manifest, &Stage::new("dev")).expect("a correct manifest");
    let read = statements(&reading, "estornar").iter().find(|s| s.sid == "PlatformTableKey");
    assert_eq!(read.expect("a statement").actions, ["kms:Decrypt", "kms:DescribeKey"]);
}

#[test]
fn only_traces_and_network_interfaces_are_about_anything() {
    let manifest = fixture::network::manifest(fixture::network::vpc());
    let graph = Graph::new(&manifest, &Stage::new("dev")).expect("a correct manifest");
    for function in graph.functions.iter() {
        let any = function.role.statements.iter().filter(|s| s.resource == Resource::Any);
        let any: Vec<_> = any.map(|s| s.sid.as_str()).collect();
        let expected: &[_] = match function.network {
            Some(_) => &["PlatformTracing", "PlatformNetwork", "PlatformNetworkOnly"],
            None => &["PlatformTracing"],
        };
        assert_eq!(any, expected, "{}", function.handler);
        // What Lambda may do in the function's name is refused to the function itself.
        let statements = &function.role.statements;
        let denied: Vec<_> = statements.iter().filter(|s| s.effect == Effect::Deny).collect();
        assert_eq!(denied.len(), usize::from(function.network.is_some()));
        for statement in denied {
            let allowed = statements.iter().find(|s| s.sid == "PlatformNetwork").expect("one");
            assert_eq!(statement.actions, allowed.actions);
        }
    }
}

#[test]
fn statement_ids_are_unique() {
    let statement = |sid: &str| Statement {
        sid: sid.into(),
        effect: Effect::Allow,
        actions: vec![],
        resource: Resource::Any,
        condition: None,
        origin: Origin::Platform { purpose: "" },
    };
    let mut statements = ["A", "A", "A2", "A"].map(statement);
    name_apart(&mut statements);
    assert_eq!(statements.map(|s| s.sid), ["A", "A3", "A2", "A4"]);
}
