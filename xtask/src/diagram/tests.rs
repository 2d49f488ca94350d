use esteira_manifest::{Action, Bus, Item, Kind as Declared, Manifest, Topic};

use super::*;
use crate::{fixture, stage::Stage};

/// What must show as it is, whatever it means to XML, Markdown or Mermaid.
pub(super) const HOSTILE: &str =
    "a\"b</text><script>x</script>]} |--> #quot; %%{init} `c` \\ & 'd' style:x:#fff; _e_ *f*";

pub(super) fn graph(manifest: &Manifest) -> Graph {
    // More rules than an account may have by default.
    let text = "[stage.dev.resources.Ecommerce]\nrule_quota = 10_000\n";
    let stage = Stage::parse("dev", "esteira.toml", text).expect("a correct stage");
    Graph::new(manifest, &stage).expect("a correct manifest")
}

fn text(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

/// An application of `n` handlers on one bus, in chains of five that end in one of ten tables.
pub(super) fn chains(n: usize) -> Graph {
    let mut manifest = fixture::manifest();
    let mut handlers: Vec<Item> = Vec::new();
    let mut events: Vec<Item> = Vec::new();
    for i in 0..n {
        let event = |i: usize| text(format!("Passo{i:04}"));
        let pattern = format!(r#"{{"source": ["loja.pedidos"], "detail-type": ["Passo {i}"]}}"#);
        let mut handles = vec![("medidas", Action::PutItem, "Medidas")];
        if i % 5 < 4 && i + 1 < n {
            handles.push(("proximo", Action::PutEvents, event(i + 1)));
        }
        let handler = fixture::handler(
            text(format!("Passo{i}")),
            fixture::on_event(event(i), &pattern),
            &handles,
        );
        handlers.push(fixture::item(text(format!("loja::handlers::passo_{i:04}")), 90, handler));
        let external = i % 5 == 0;
        let kind = fixture::event(text(format!("Passo {i}")), external);
        events.push(fixture::item(text(format!("loja::infra::Passo{i:04}")), 91, kind));
    }
    manifest.items.extend(handlers.into_iter().chain(events));
    manifest.items.sort_by(|a, b| a.id.cmp(&b.id));
    graph(&manifest)
}

/// The arrows by the titles at their ends, with their labels.
fn arrows(graph: &Graph) -> Vec<String> {
    let picture = flow::picture(graph);
    let title = |i: usize| picture.shapes[i].title.trim_start_matches("dev-").to_owned();
    let line = |a: &Arrow| {
        let line = if a.outside { "..>" } else { "->" };
        format!("{} {line} {} [{}]", title(a.from), title(a.to), a.labels.join("; "))
    };
    picture.arrows.iter().map(line).collect()
}

#[test]
fn data_flows_from_streams_by_buses_to_where_it_rests() {
    let raw = "any";
    let expected = [
        "Leituras -> RegistrarLeitura []".to_owned(),
        "PedidosStream -> ProcessarPedido []".to_owned(),
        "AtualizarEstoque -> Inventario [put, update]".to_owned(),
        "AtualizarEstoque -> Ecommerce [Pedido Rejeitado]".to_owned(),
        "Avisar -> Avisos [publish]".to_owned(),
        "Estornar -> Inventario [delete, get, query]".to_owned(),
        "ProcessarPedido -> Ecommerce [Novo \"Pedido\" ${criado}; Pedido Cancelado]".to_owned(),
        "RegistrarLeitura -> Medidas [batch get, put, scan]".to_owned(),
        "Ecommerce -> Novo \"Pedido\" ${criado} []".to_owned(),
        "Ecommerce -> Pedido Cancelado []".to_owned(),
        format!("Ecommerce -> {raw} []"),
        "Novo \"Pedido\" ${criado} -> AtualizarEstoque [if $or, ação, canal, for, quantidade]"
            .to_owned(),
        "Pedido Cancelado -> Estornar [if canal, quantidade]".to_owned(),
        // The bus a step later: what is published there is for others, and for the raw rule.
        "Ecommerce ..> Pedido Rejeitado []".to_owned(),
        format!("Ecommerce -> {raw} []"),
        format!("{raw} -> Avisar []"),
    ];
    let mut found = arrows(&graph(&fixture::manifest()));
    let mut expected = expected.to_vec();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn a_stream_is_fed_by_the_capture_of_a_database() {
    let arrows = arrows(&graph(&crate::fixture::capture::manifest()));
    let expected = ["ecommerce -> captura [pedidos, itens_pedido]", "captura -> PedidosStream []"];
    for arrow in expected {
        assert!(arrows.iter().any(|other| other == arrow), "{arrow}: {arrows:#?}");
    }
}

#[test]
fn what_comes_from_outside_is_dashed() {
    let mut manifest = fixture::manifest();
    // Nobody here publishes what `estornar` handles any more.
    let handles = [("novos", Action::PutEvents, "NovoPedido")];
    let stream = esteira_manifest::Trigger::Kinesis(esteira_manifest::KinesisTrigger {
        stream: "loja::infra::PedidosStream".into(),
        batch_size: 1,
        row: None,
        batching_window: 0,
        parallelization: 1,
        concurrency: 1,
        starting_position: esteira_manifest::StartingPosition::TrimHorizon,
        retry: esteira_manifest::Retry { attempts: 10, max_age: 86_400 },
    });
    let handler = fixture::handler("ProcessarPedido", stream, &handles);
    manifest.items[3] = fixture::item("loja::handlers::processar_pedido", 30, handler);
    manifest.items[13] =
        fixture::item("loja::infra::PedidoCancelado", 12, fixture::event("Pedido Cancelado", true));
    let graph = graph(&manifest);
    assert!(arrows(&graph).contains(&"Ecommerce ..> Pedido Cancelado []".to_owned()));
    let picture = flow::picture(&graph);
    let dashed: Vec<_> =
        picture.shapes.iter().filter(|s| s.outside).map(|s| s.title.as_str()).collect();
    assert_eq!(dashed, ["Pedido Cancelado", "Pedido Rejeitado", "any"]);
    // It enters at the beginning: three times the same bus.
    assert_eq!(picture.shapes.iter().filter(|s| s.kind == Kind::Bus).count(), 3);
}

#[test]
fn functions_that_only_feed_each_other_are_drawn() {
    let mut manifest = fixture::manifest();
    manifest.items.retain(|item| !item.id.contains("handlers"));
    let on = |event, detail_type| {
        let pattern =
            format!(r#"{{"source": ["loja.pedidos"], "detail-type": ["{detail_type}"]}}"#);
        fixture::on_event(event, &pattern)
    };
    let a = fixture::handler(
        "A",
        on("PedidoCancelado", "Pedido Cancelado"),
        &[("x", Action::PutEvents, "PedidoRejeitado")],
    );
    let b = fixture::handler(
        "B",
        on("PedidoRejeitado", "Pedido Rejeitado"),
        &[("x", Action::PutEvents, "PedidoCancelado")],
    );
    manifest.items.insert(0, fixture::item("loja::handlers::b", 2, b));
    manifest.items.insert(0, fixture::item("loja::handlers::a", 1, a));
    manifest.items.retain(|item| item.name() != "NovoPedido");
    let graph = graph(&manifest);
    let arrows = arrows(&graph);
    assert!(arrows.contains(&"A -> Ecommerce [Pedido Rejeitado]".to_owned()), "{arrows:?}");
    assert!(arrows.contains(&"Pedido Rejeitado -> B []".to_owned()), "{arrows:?}");
    assert!(arrows.contains(&"Pedido Cancelado -> A []".to_owned()), "{arrows:?}");
    assert!(files(&graph)[1].1.ends_with("</svg>\n"));
}

#[test]
fn the_page_says_what_each_handler_may_do_and_where_it_is_written() {
    let page = &files(&graph(&fixture::manifest()))[0].1;
    let row = page.lines().find(|l| l.starts_with("| `dev-AtualizarEstoque`")).expect("a row");
    for part in [
        "(`AtualizarEstoque`)",
        "event `Novo \"Pedido\" ${criado}` from `loja.pedidos` on `dev-Ecommerce`, where `{\"detail\":{",
        "`dynamodb:PutItem` → `dev-Inventario`<br>`dynamodb:UpdateItem` → `dev-Inventario`<br>",
        "`events:PutEvents` → `dev-Ecommerce`: `Pedido Rejeitado`",
        "`loja/src/handlers.rs:40` |",
    ] {
        let part = part.replace("(`AtualizarEstoque`)", "(`atualizar_estoque`)");
        assert!(row.contains(&part), "{part}\n{row}");
    }
    assert!(page.contains("| stream `dev-Leituras`, up to 100 records at a time |"));
    assert!(page.contains("event `any` from `prefix loja. or parceiro` on `dev-Ecommerce` |"));
}

#[test]
fn hostile_names_do_not_break_out() {
    let mut graph = graph(&fixture::manifest());
    graph.app = HOSTILE.to_owned();
    for id in graph.events.ids() {
        graph.events[id].detail_type = HOSTILE.into();
        graph.events[id].source = HOSTILE.into();
    }
    for id in graph.functions.ids() {
        graph.functions[id].node.name = HOSTILE.into();
        graph.functions[id].node.at.file = HOSTILE.into();
    }
    let files = files(&graph);
    let (page, svg) = (&files[0].1, &files[1].1);

    // Each row has its four cells, and nothing is HTML but the line breaks we wrote.
    for row in page.lines().filter(|line| line.starts_with('|')) {
        assert_eq!(row.matches('|').count(), 5, "{row}");
        let outside_code: String = row.split('`').step_by(2).collect();
        assert!(!outside_code.replace("<br>", "").contains('<'), "{row}");
    }
    let flowchart = page.split("```").nth(1).expect("a flowchart");
    for line in flowchart.lines().filter(|line| line.contains('"')) {
        assert_eq!(line.matches('"').count(), 2, "{line}");
        assert!(!line.contains("%%") && !line.contains("<script"), "{line}");
    }

    let parsed = roxmltree::Document::parse(svg).expect("is XML");
    assert!(!parsed.descendants().any(|n| n.has_tag_name("script")));
    let names = parsed.descendants().filter(|n| n.attribute("class") == Some("name"));
    assert_eq!(names.filter(|n| n.text() == Some(&label::short(HOSTILE))).count(), 8);
    let full = format!("{HOSTILE} (Lambda function)");
    assert!(parsed.descendants().any(|n| n.has_tag_name("title") && n.text() == Some(&full)));
}

#[test]
fn what_nothing_leads_to_is_drawn() {
    let mut manifest = fixture::manifest();
    let bus = Declared::Bus(Bus { name: "Outro".into(), archive_days: None, existing: false });
    let topic = Declared::Topic(Topic {
        name: "Silencio".into(),
        fifo: false,
        kms_key: None,
        existing: false,
    });
    manifest.items.push(fixture::item("loja::infra::Outro", 92, bus));
    manifest.items.push(fixture::item("loja::infra::Silencio", 93, topic));
    let page = &files(&graph(&manifest))[0].1;
    assert!(page.contains("[[\"dev-Outro<br/>EventBridge bus\"]]"));
    assert!(page.contains("{{\"dev-Silencio<br/>SNS topic\"}}"));
}

#[test]
fn the_same_graph_gives_the_same_bytes() {
    for n in [5, 30, 400] {
        let graph = chains(n);
        let first = files(&graph);
        // The layout's library has hash maps, each of which has another order.
        (0..3).for_each(|_| assert!(files(&graph) == first, "{n} handlers"));
    }
}

#[test]
fn what_mermaid_would_refuse_is_left_to_the_svg() {
    assert!(files(&chains(30))[0].1.contains("```mermaid\nflowchart LR\n"));
    let page = &files(&chains(400))[0].1;
    assert!(!page.contains("```") && page.contains("](architecture.svg)"));
}
