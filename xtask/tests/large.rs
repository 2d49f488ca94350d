//! Applications that are too large for one stack of CloudFormation.

use esteira_manifest::{Kind, Manifest};
use esteira_xtask::{
    cloudformation::{self, Limits},
    graph::Graph,
    stage::Stage,
    terraform,
};

#[path = "../src/fixture.rs"]
mod fixture;

/// Handlers of one event that a stream's handler publishes.
fn crowd(handlers: usize) -> Manifest {
    let mut manifest = fixture::manifest();
    let pattern = r#"{"source": ["loja.pedidos"], "detail-type": ["Pedido Cancelado"]}"#;
    for n in 0..handlers {
        let handles = [("lido", esteira_manifest::Action::GetItem, "Inventario")];
        let trigger = fixture::on_event("PedidoCancelado", pattern);
        let mut kind = fixture::handler("", trigger, &handles);
        if let Kind::Handler(handler) = &mut kind {
            handler.function = format!("Muitos{n}").into();
        }
        let mut item = fixture::item("loja::handlers::", 1000, kind);
        item.id = format!("loja::handlers::muitos{n}").into();
        item.at.line += u32::try_from(n).expect("a few");
        manifest.items.push(item);
    }
    manifest
}

#[test]
fn an_application_that_is_too_large_for_a_stack_has_several() {
    let graph = |n| Graph::new(&crowd(n), &Stage::new("dev")).expect("a correct manifest");
    let files = |n| -> Vec<_> {
        let templates = cloudformation::templates(&graph(n), &Limits::AWS).expect("templates");
        templates.iter().map(cloudformation::Template::file).collect()
    };
    assert_eq!(files(50), ["template.yaml"]);
    assert_eq!(
        files(70),
        ["template.yaml", "template-1.yaml", "template-3.yaml", "template-2.yaml"]
    );
}

#[test]
fn what_has_no_place_in_any_stack_is_an_error() {
    let graph = Graph::new(&crowd(70), &Stage::new("dev")).expect("a correct manifest");
    let refused = |resources| {
        let few = Limits { resources, ..Limits::AWS };
        cloudformation::templates(&graph, &few).expect_err("too large").0[0].to_string()
    };
    assert_eq!(
        refused(10),
        "error: no CloudFormation template is written: what several handlers have in common would \
         have 12 resources, and a stack takes 10\n  \
         --> loja/src/handlers.rs:30: the first resource that does not fit\n  \
         = help: the Terraform is complete: deploy that, or split the application in two"
    );
    assert_eq!(
        refused(4),
        "error: no CloudFormation template is written: a stack of this handler would have 8 \
         resources, and a stack takes 4\n  \
         --> loja/src/handlers.rs:1067: the handler\n  \
         = help: the Terraform is complete: deploy that, or split the application in two"
    );
}

#[test]
fn a_thousand_handlers_are_a_thousand_files_and_those_they_share() {
    let text = "[stage.dev.resources.Ecommerce]\nrule_quota = 2000\n";
    let stage = Stage::parse("dev", "esteira.toml", text);
    let stage = stage.expect("a correct file");
    let graph = Graph::new(&crowd(1000), &stage).expect("a correct manifest");
    // Those of the fixture come along.
    assert_eq!(terraform::files(&graph).len(), 1000 + 5 + 8);
    let templates = cloudformation::templates(&graph, &Limits::AWS).expect("templates");
    let functions = templates.iter().map(|it| it.text().matches("AWS::Lambda::Function\n").count());
    let functions: Vec<_> = functions.collect();
    assert_eq!((functions[0], functions.iter().sum()), (0, 1000 + 5));
    assert!((17..40).contains(&templates.len()), "{} stacks", templates.len());
}
