use super::*;
use crate::fixture;

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
fn a_function_is_told_of_what_its_handles_use_and_no_more() {
    let graph = graph();
    let told: Vec<Vec<_>> = graph
        .functions
        .iter()
        .map(|f| f.environment.iter().map(|v| v.name.trim_start_matches("ESTEIRA_LOJA_")).collect())
        .collect();
    let expected: [&[&str]; 5] = [
        &["INFRA_ECOMMERCE", "INFRA_INVENTARIO"],
        &["INFRA_AVISOS"],
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

#[test]
fn events_that_lead_to_each_other_do_not_keep_the_graph_going() {
    let mut manifest = fixture::manifest();
    let pattern = r#"{"source": ["loja.pedidos"], "detail-type": ["Pedido Cancelado"]}"#;
    let handles = [("de_novo", esteira::manifest::Action::PutEvents, "PedidoCancelado")];
    let handler =
        fixture::handler("Estornar", fixture::on_event("PedidoCancelado", pattern), &handles);
    manifest.items[2] = fixture::item("loja::handlers::estornar", 50, handler);
    let graph = Graph::new(&manifest, &Stage::new("dev")).expect("a correct manifest");
    assert_eq!(graph.mappings.iter().map(|m| m.after.len()).collect::<Vec<_>>(), [3, 0]);
}
