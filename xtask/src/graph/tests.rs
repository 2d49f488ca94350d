use super::*;
use crate::{diagnostic::Failure, fixture};

fn graph() -> Graph {
    Graph::new(&fixture::manifest(), &Stage::new("dev")).expect("a correct manifest")
}

#[test]
fn nodes_know_their_names_and_their_place() {
    let graph = graph();
    let node = &graph.streams.iter().nth(1).expect("two streams").node;
    assert_eq!(node.id, "loja::infra::PedidosStream");
    assert_eq!(node.at.to_string(), "loja/src/infra.rs:14");
    assert_eq!(node.name, "dev-PedidosStream");
    assert_eq!(node.logical, Stream::logical("PedidosStream"));
}

#[test]
fn a_pattern_without_a_stage_gives_bare_names() {
    let stage = Stage { names: "{name}".into(), ..Stage::new("prod") };
    let graph = Graph::new(&fixture::manifest(), &stage).expect("a correct manifest");
    let names: Vec<_> = graph.functions.iter().map(|f| f.log_group.name.as_str()).collect();
    assert_eq!(names[..2], ["/aws/lambda/AtualizarEstoque", "/aws/lambda/Avisar"]);
}

#[test]
fn a_function_is_told_of_what_it_uses_and_no_more() {
    let graph = graph();
    let told: Vec<Vec<_>> = graph
        .functions
        .iter()
        .map(|f| f.environment.iter().map(|v| v.name.trim_start_matches("ESTEIRA_LOJA_")).collect())
        .collect();
    let expected: [&[&str]; 5] = [
        &["INFRA_ECOMMERCE", "INFRA_INVENTARIO"],
        &["ESTEIRA_ESTEIRA_IDEMPOTENCY", "INFRA_AVISOS", "IDIOMA"],
        &["INFRA_INVENTARIO"],
        &["INFRA_ECOMMERCE"],
        &["INFRA_MEDIDAS"],
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_mapping_waits_for_every_rule_its_events_may_meet() {
    let mut manifest = fixture::manifest();
    // What `atualizar_estoque` publishes is handled too: a step further from the stream.
    let pattern = r#"{"source": ["loja.pedidos"], "detail-type": ["Pedido Rejeitado"]}"#;
    let rejeitado =
        fixture::handler("Rejeitar", fixture::on_event("PedidoRejeitado", pattern), &[]);
    manifest.items.insert(5, fixture::item("loja::handlers::rejeitar", 80, rejeitado));
    let graph = Graph::new(&manifest, &Stage::new("dev")).expect("a correct manifest");

    let waits: Vec<Vec<_>> = graph
        .mappings
        .iter()
        .map(|m| m.after.iter().map(|rule| graph.rules[*rule].node.name.as_str()).collect())
        .collect();
    let all = vec!["dev-AtualizarEstoque", "dev-Avisar", "dev-Estornar", "dev-Rejeitar"];
    assert_eq!(waits, [all, vec![]]);
}

/// What each function waits for.
fn after(graph: &Graph) -> Vec<(&str, Vec<&str>)> {
    let name = |rule: &Id<Rule>| graph.rules[*rule].node.item();
    let line = |f| (f as &Function).after.iter().map(name).collect();
    graph.functions.iter().map(|f| (f.node.item(), line(f))).collect()
}

#[test]
fn a_function_waits_for_the_rules_of_what_it_publishes() {
    let graph = graph();
    assert_eq!(
        after(&graph),
        [
            ("atualizar_estoque", vec!["avisar"]),
            ("avisar", vec![]),
            ("estornar", vec![]),
            ("processar_pedido", vec!["atualizar_estoque", "avisar", "estornar"]),
            ("registrar_leitura", vec![]),
        ]
    );
    let archives = graph.functions.iter().map(|f| f.archives(&graph).len());
    assert_eq!(archives.collect::<Vec<_>>(), [1, 0, 0, 1, 0]);
}

#[test]
fn functions_that_lead_to_each_other_wait_for_what_they_lead_to() {
    let mut manifest = fixture::manifest();
    // The two lead to each other, and the second of them to `avisar` too.
    let put = |event| [("para", esteira_manifest::Action::PutEvents, event)];
    let pattern = |kind: &str| format!(r#"{{"source": ["x"], "detail-type": ["{kind}"]}}"#);
    for (n, event, publishes) in
        [(0, "NovoPedido", "PedidoCancelado"), (2, "PedidoCancelado", "NovoPedido")]
    {
        let trigger = fixture::on_event(event, &pattern(event));
        let item = &mut manifest.items[n];
        item.kind = fixture::handler("", trigger, &put(publishes));
        if let esteira_manifest::Kind::Handler(handler) = &mut item.kind {
            handler.function = format!("Handler{n}").into();
        }
    }
    let graph = Graph::new(&manifest, &Stage::new("dev")).expect("a correct manifest");
    assert_eq!(
        after(&graph),
        [
            ("atualizar_estoque", vec!["avisar"]),
            ("avisar", vec![]),
            ("estornar", vec!["avisar"]),
            ("processar_pedido", vec!["atualizar_estoque", "avisar", "estornar"]),
            ("registrar_leitura", vec![]),
        ]
    );
}

#[test]
fn events_that_lead_to_each_other_do_not_keep_the_graph_going() {
    let mut manifest = fixture::manifest();
    let pattern = r#"{"source": ["loja.pedidos"], "detail-type": ["Pedido Cancelado"]}"#;
    let handles = [("de_novo", esteira_manifest::Action::PutEvents, "PedidoCancelado")];
    let handler =
        fixture::handler("Estornar", fixture::on_event("PedidoCancelado", pattern), &handles);
    manifest.items[2] = fixture::item("loja::handlers::estornar", 50, handler);
    let graph = Graph::new(&manifest, &Stage::new("dev")).expect("a correct manifest");
    assert_eq!(graph.mappings.iter().map(|m| m.after.len()).collect::<Vec<_>>(), [3, 0]);
}

/// The graph of the fixture with the settings of its resources in the stage.
fn with(settings: &str) -> Result<Graph, String> {
    let text = format!("[stage.dev.resources]\n{settings}");
    Stage::parse("dev", "esteira.toml", &text)
        .and_then(|stage| Graph::new(&fixture::manifest(), &stage))
        .map_err(|Failure(mistakes)| {
            mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
        })
}

#[test]
fn a_stage_s_setting_counts_before_the_code_s() {
    let graph = with("estornar = { memory = 128 }\nPedidosStream = { shards = 8 }\n").unwrap();
    let memory: Vec<_> = graph.functions.iter().map(|function| function.memory).collect();
    assert_eq!(memory, [256, 256, 128, 256, 256]);
    let shards: Vec<_> = graph.streams.iter().map(|stream| stream.shards).collect();
    assert_eq!(shards, [Some(2), Some(8)]);
}

#[test]
fn a_setting_that_aws_refuses_is_shown_where_it_is_written() {
    let refused = |settings: &str, expected: &[&str]| {
        let error = with(settings).unwrap_err();
        for part in expected {
            assert!(error.contains(part), "{part:?} is not in:\n{error}");
        }
    };
    refused(
        "estornar.memory = 64",
        &["`memory = 64` is out of range", "esteira.toml:2:19", "handlers.rs:50", "128 to 10240"],
    );
    refused("estornar.reserved_concurrency = 0", &["esteira.toml:2:33", "1 to 100000"]);
    refused("PedidosStream.retention_hours = 23", &["esteira.toml:2:33", "24 to 8760"]);
    refused("PedidosStream.shards = 0", &["esteira.toml:2:24", "write at least 1"]);
    refused("PedidosStream.shards = \"many\"", &["a number of shards, or \"on_demand\""]);
    refused("Ecommerce.archive_days = 0", &["esteira.toml:2:26", "write at least 1"]);
    refused("estornar.memry = 64", &["unknown field `memry`", "esteira.toml:2:"]);
    refused(
        "Avisos.emails = [\"a@example.com\", \"maria\", \"A@example.com\"]",
        &[
            "`maria` is no e-mail address",
            "esteira.toml:2:35",
            "`A@example.com` is there already",
            "esteira.toml:2:44",
        ],
    );
}

#[test]
fn existing_resources_are_in_one_place_and_the_stage_with_them() {
    let existing = |key: &str, bus: &str, stage: &str| {
        let mut manifest = fixture::manifest();
        for item in &mut manifest.items {
            match &mut item.kind {
                esteira_manifest::Kind::KmsKey(key) => key.existing = true,
                esteira_manifest::Kind::Bus(bus) => bus.existing = true,
                _ => {}
            }
        }
        let text = format!(
            "[stage.dev]\n{stage}\n[stage.dev.resources]\nChave.arn = \"arn:aws:kms:{key}:key/x\"\n\
             Ecommerce = {{ arn = \"arn:aws:events:{bus}:event-bus/aws.partner/x\", rule_quota = 2 }}"
        );
        Stage::parse("dev", "esteira.toml", &text).and_then(|s| Graph::new(&manifest, &s))
    };
    let message = |failure: Failure| failure.0[0].to_string();
    let quota =
        message(existing("sa-east-1:123456789012", "sa-east-1:123456789012", "").unwrap_err());
    assert!(quota.contains("has 3 rules, and an account may have 2 on it"), "{quota}");

    for other in ["us-east-1:123456789012", "sa-east-1:210987654321"] {
        let error = message(existing("sa-east-1:123456789012", other, "").unwrap_err());
        assert!(error.contains("are not in one account and region"), "{error}");
        let places = ["esteira.toml:5:21", "esteira.toml:4:13: the other is here"];
        assert!(places.iter().all(|place| error.contains(place)), "{error}");
    }
}

#[test]
fn existing_resources_pin_what_the_stage_does_not() {
    let mut manifest = fixture::manifest();
    for item in &mut manifest.items {
        if let esteira_manifest::Kind::KmsKey(key) = &mut item.kind {
            key.existing = true;
        }
    }
    let text = "[stage.dev.resources]\nChave.arn = \"arn:aws:kms:sa-east-1:123456789012:key/x\"";
    let stage = Stage::parse("dev", "esteira.toml", text).expect("a correct stage");
    let graph = Graph::new(&manifest, &stage).expect("a correct manifest");
    assert_eq!(graph.account.as_deref(), Some("123456789012"));
    assert_eq!(graph.region.as_deref(), Some("sa-east-1"));
}

#[test]
fn a_key_is_named_by_its_own_arn_and_not_by_an_alias() {
    let existing = |arn: &str| {
        let mut manifest = fixture::manifest();
        for item in &mut manifest.items {
            if let esteira_manifest::Kind::KmsKey(key) = &mut item.kind {
                key.existing = true;
            }
        }
        let text = format!("[stage.dev.resources.Chave]\narn = \"{arn}\"\n");
        Graph::new(&manifest, &Stage::parse("dev", "esteira.toml", &text).expect("a correct stage"))
    };
    assert!(existing("arn:aws:kms:sa-east-1:123456789012:key/1234-abcd").is_ok());
    let error = existing("arn:aws:kms:sa-east-1:123456789012:alias/loja").unwrap_err();
    let error = error.0[0].to_string();
    assert!(error.contains("is no ARN of a KMS key") && error.contains("toml:2:7"), "{error}");
}

/// The graph with the topic as a FIFO topic or not, made here or by others.
fn with_topic(fifo: bool, existing: bool, settings: &str) -> Result<Graph, String> {
    let mut manifest = fixture::manifest();
    for item in &mut manifest.items {
        if let esteira_manifest::Kind::Topic(topic) = &mut item.kind {
            (topic.fifo, topic.existing) = (fifo, existing);
        }
    }
    let text = format!("[stage.dev.resources]\nAvisos.{settings}");
    let stage = Stage::parse("dev", "esteira.toml", &text).expect("a correct stage");
    Graph::new(&manifest, &stage).map_err(|Failure(mistakes)| mistakes[0].to_string())
}

#[test]
fn an_existing_topic_is_of_the_type_that_is_declared() {
    let existing = |fifo, name: &str| {
        let arn = format!("arn = \"arn:aws:sns:sa-east-1:123456789012:{name}\"");
        with_topic(fifo, true, &arn)
            .map(|graph| graph.topics.iter().next().unwrap().node.name.clone())
    };
    assert_eq!(existing(false, "avisos").as_deref(), Ok("avisos"));
    assert_eq!(existing(true, "avisos.fifo").as_deref(), Ok("avisos.fifo"));
    let error = existing(true, "avisos").unwrap_err();
    assert!(error.contains("a standard topic, and `Avisos` is declared `fifo`"), "{error}");
    assert!(error.contains("--> esteira.toml:2:14") && error.contains("infra.rs:5"), "{error}");
    let error = existing(false, "avisos.fifo").unwrap_err();
    assert!(error.contains("a FIFO topic, and `Avisos` is not declared so"), "{error}");
    assert!(error.contains("--> esteira.toml:2:14") && error.contains("infra.rs:5"), "{error}");
}

#[test]
fn a_fifo_topic_sends_no_mail() {
    assert!(with_topic(true, false, "emails = []").is_ok());
    let error = with_topic(true, false, "emails = [\"a@example.com\"]").unwrap_err();
    assert!(error.starts_with("error: a FIFO topic sends no e-mail"), "{error}");
    assert!(error.contains("--> esteira.toml:2:18") && error.contains("infra.rs:5"), "{error}");
}

#[test]
fn subscriptions_have_names_of_their_own() {
    let graph = with("Avisos.emails = [\"a.b@x.com\", \"ab@x.com\"]").unwrap();
    let topic = graph.topics.iter().next().expect("a topic");
    let names = topic.emails.iter().map(|address| topic.subscription(address).logical.camel);
    assert_eq!(
        names.collect::<Vec<_>>(),
        ["AvisosTopicEmailaZ2EbZ40xZ2Ecom", "AvisosTopicEmailabZ40xZ2Ecom"]
    );
}
