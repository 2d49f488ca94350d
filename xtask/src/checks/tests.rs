use esteira::manifest::{
    Action, Bus, Event, Field, Handler, Item, Key, Kind, Manifest, Role, Scalar, Shape, Stream,
    Table, Topic, Trigger,
};

use super::*;
use crate::fixture::{self, handler, item, on_event};

/// The mistakes of the fixture after an edit, as they are printed.
fn mistakes(edit: impl FnOnce(&mut Manifest)) -> Vec<String> {
    on_stage(&Stage::new("dev"), edit)
}

fn on_stage(stage: &Stage, edit: impl FnOnce(&mut Manifest)) -> Vec<String> {
    let mut manifest = fixture::manifest();
    edit(&mut manifest);
    match run(&Index::new(&manifest), stage) {
        Ok(()) => Vec::new(),
        Err(Failure(mistakes)) => mistakes.iter().map(ToString::to_string).collect(),
    }
}

/// The kind of the item with this name.
fn kind<'a>(manifest: &'a mut Manifest, name: &str) -> &'a mut Kind {
    &mut manifest.items.iter_mut().find(|item| item.name() == name).expect(name).kind
}

macro_rules! edit {
    ($name:ident, $kind:ident) => {
        fn $name(manifest: &mut Manifest, name: &str, edit: impl FnOnce(&mut $kind)) {
            match kind(manifest, name) {
                Kind::$kind(declared) => edit(declared),
                other => panic!("{other:?}"),
            }
        }
    };
}
edit!(edit_stream, Stream);
edit!(edit_bus, Bus);
edit!(edit_event, Event);
edit!(edit_table, Table);
edit!(edit_topic, Topic);
edit!(edit_handler, Handler);

fn remove(manifest: &mut Manifest, name: &str) {
    manifest.items.retain(|item| item.name() != name);
}

fn rule(manifest: &mut Manifest, pattern: &str) {
    edit_handler(manifest, "atualizar_estoque", |h| h.trigger = on_event("NovoPedido", pattern));
}

fn add(manifest: &mut Manifest, item: Item) {
    manifest.items.push(item);
}

#[test]
fn a_correct_manifest_has_no_mistakes() {
    assert_eq!(mistakes(|_| {}), Vec::<String>::new());
}

#[test]
fn an_application_has_a_handler() {
    let found = mistakes(|m| m.items.retain(|item| matches!(item.kind, Kind::Table(_))));
    assert_eq!(
        found,
        ["error: application `loja` has no handler\n  \
          = help: annotate an async function with `#[on_kinesis(stream = …)]` or \
          `#[on_event(rule = …)]`"]
    );
}

#[test]
fn a_reference_leads_to_a_declaration() {
    assert_eq!(
        mistakes(|m| remove(m, "Medidas")),
        ["error: `loja::infra::Medidas` is not declared as a table\n  \
          --> loja/src/handlers.rs:101: referred to here\n  \
          = help: declare it with `#[derive(Table)]`"]
    );
    assert_eq!(
        mistakes(|m| remove(m, "Pedido")),
        ["error: `loja::infra::Pedido` is not declared as a row\n  \
          --> loja/src/handlers.rs:30: referred to here\n  \
          = help: declare it with `#[derive(Row)]`"]
    );
    assert_eq!(
        mistakes(|m| *kind(m, "Medidas") = Kind::Topic(Topic { name: "Medidas".into() })),
        ["error: `loja::infra::Medidas` is a topic, and a table is needed here\n  \
          --> loja/src/handlers.rs:101: referred to here\n  \
          --> loja/src/infra.rs:9: declared here\n  \
          = help: declare `loja::infra::Medidas` with `#[derive(Table)]`, or name another type"]
    );
    let found = mistakes(|m| remove(m, "Ecommerce"));
    assert_eq!(found.len(), 1, "one missing declaration is one mistake");
    assert!(found[0].contains("--> loja/src/infra.rs:10: referred to here\n"), "{found:?}");
    // Three events and three rules.
    assert_eq!(found[0].matches("and here").count(), 5);
    assert_eq!(mistakes(|m| remove(m, "Leituras")).len(), 1);
}

#[test]
fn physical_names_are_unique() {
    assert_eq!(
        mistakes(|m| edit_stream(m, "PedidosStream", |s| s.name = "Leituras".into())),
        ["error: two streams are named `dev-Leituras`\n  \
          --> loja/src/infra.rs:14: declared again here\n  \
          --> loja/src/infra.rs:8: first declared here\n  \
          = help: give one of them another name in its attribute"]
    );
    let found = mistakes(|m| edit_handler(m, "avisar", |h| h.function = "Estornar".into()));
    assert!(found[0].starts_with("error: two functions are named `dev-Estornar`\n"), "{found:?}");
    // A table and a topic may share a name.
    assert!(mistakes(|m| edit_topic(m, "Avisos", |t| t.name = "Medidas".into())).is_empty());
}

#[test]
fn generated_names_are_unique() {
    let other = |m: &mut Manifest| {
        add(m, item("loja::other::Avisos", 3, Kind::Topic(Topic { name: "Outros".into() })));
    };
    assert_eq!(
        mistakes(other),
        [
            "error: `loja::infra::Avisos` and `loja::other::Avisos` would both become topic `avisos`\n  \
          --> loja/src/other.rs:3: declared again here\n  \
          --> loja/src/infra.rs:5: first declared here\n  \
          = help: rename one of them: generated resources are named after the Rust type or function"
        ]
    );
    // The same function name in two modules is one mistake, though it is two names in AWS.
    let twin = |m: &mut Manifest| {
        let avisar = kind(m, "avisar").clone();
        add(m, item("loja::other::avisar", 3, avisar));
    };
    assert_eq!(mistakes(twin).len(), 1);
    let suffix = |m: &mut Manifest| {
        add(m, item("loja::other::AvisosTopic", 3, Kind::Topic(Topic { name: "Outros".into() })));
    };
    assert_eq!(mistakes(suffix).len(), 1);
}

#[test]
fn two_events_can_be_told_apart() {
    assert_eq!(
        mistakes(
            |m| edit_event(m, "PedidoRejeitado", |e| e.detail_type = "Pedido Cancelado".into())
        ),
        ["error: two events of one bus have the source `loja.pedidos` and the detail type \
          `Pedido Cancelado`\n  \
          --> loja/src/infra.rs:13: declared again here\n  \
          --> loja/src/infra.rs:12: first declared here\n  \
          = help: give one of them another `detail_type`: a rule could not tell them apart"]
    );
}

#[test]
fn names_are_ones_that_aws_takes() {
    assert_eq!(
        mistakes(|m| edit_topic(m, "Avisos", |t| t.name = "a.b".into())),
        ["error: the topic name `dev-a.b` has the character '.', which AWS refuses\n  \
          --> loja/src/infra.rs:5\n  \
          = help: use 1 to 256 ASCII letters, digits and `_` `-`; the stage's naming pattern \
          counts too"]
    );
    let long = "x".repeat(61);
    let found = mistakes(|m| edit_handler(m, "avisar", |h| h.function = long.clone().into()));
    assert!(found[0].contains("has 65 characters, and AWS takes 1 to 64"), "{found:?}");
    assert!(found[0].contains("--> loja/src/handlers.rs:60\n"), "{found:?}");
    assert!(
        mistakes(|m| edit_handler(m, "avisar", |h| h.function = "x".repeat(60).into())).is_empty()
    );

    let found = mistakes(|m| edit_stream(m, "Leituras", |s| s.name = "x".repeat(125).into()));
    assert!(found[0].contains("the stream name") && found[0].contains("1 to 128"), "{found:?}");
    let found = mistakes(|m| edit_bus(m, "Ecommerce", |b| b.name = "ação".into()));
    assert!(found[0].contains("the bus name `dev-ação` has the character 'ç'"), "{found:?}");

    let bare = Stage { names: "{name}".into(), ..Stage::new("dev") };
    let found = on_stage(&bare, |m| edit_table(m, "Medidas", |t| t.name = "ab".into()));
    assert!(found[0].contains("the table name `ab` has 2 characters, and AWS takes 3 to 255"));
}

#[test]
fn some_buses_belong_to_aws() {
    let bare = Stage { names: "{name}".into(), ..Stage::new("dev") };
    assert_eq!(
        on_stage(&bare, |m| edit_bus(m, "Ecommerce", |b| b.name = "default".into())),
        ["error: the bus name `default` belongs to AWS\n  \
          --> loja/src/infra.rs:6\n  \
          = help: choose a name other than `default` that does not start with `aws.`"]
    );
    assert_eq!(on_stage(&bare, |m| edit_bus(m, "Ecommerce", |b| b.name = "aws.x".into())).len(), 1);
}

#[test]
fn numbers_are_in_range() {
    assert_eq!(
        mistakes(|m| edit_handler(m, "estornar", |h| h.memory = 64)),
        ["error: `memory = 64` is out of range\n  \
          --> loja/src/handlers.rs:50\n  \
          = help: AWS takes 128 to 10240"]
    );
    assert_eq!(
        mistakes(|m| edit_stream(m, "Leituras", |s| s.shards = 0)),
        ["error: `shards = 0` is out of range\n  \
          --> loja/src/infra.rs:8\n  \
          = help: write at least 1"]
    );
    let found = mistakes(|m| {
        edit_handler(m, "estornar", |h| h.timeout = 901);
        edit_handler(m, "processar_pedido", |h| {
            if let Trigger::Kinesis(kinesis) = &mut h.trigger {
                kinesis.batch_size = 10_001;
            }
        });
    });
    assert_eq!(found.len(), 2, "every mistake is reported");
    assert!(found[0].contains("`batch_size = 10001`") && found[0].contains("1 to 10000"));
    assert!(found[1].contains("`timeout = 901`") && found[1].contains("1 to 900"));
}

#[test]
fn texts_are_in_range() {
    let found =
        mistakes(|m| edit_event(m, "PedidoRejeitado", |e| e.detail_type = "é".repeat(129).into()));
    assert_eq!(
        found,
        ["error: the `detail_type` has 129 characters\n  \
          --> loja/src/infra.rs:13\n  \
          = help: AWS takes 1 to 128"]
    );
    assert_eq!(mistakes(|m| edit_event(m, "PedidoRejeitado", |e| e.source = "".into())).len(), 1);
    let found = mistakes(|m| edit_event(m, "PedidoRejeitado", |e| e.source = "aws.loja".into()));
    assert_eq!(
        found,
        ["error: the source `aws.loja` belongs to AWS\n  \
          --> loja/src/infra.rs:13\n  \
          = help: choose a `source` that does not start with `aws.`: PutEvents refuses it"]
    );
}

#[test]
fn the_keys_of_a_table_differ() {
    let key = Key { name: "Sensor".into(), scalar: Scalar::N };
    assert_eq!(
        mistakes(|m| edit_table(m, "Medidas", |t| t.sort_key = Some(key))),
        ["error: `Sensor` is both the partition key and the sort key\n  \
          --> loja/src/infra.rs:9\n  \
          = help: name another field, or leave `sort_key` out"]
    );
}

#[test]
fn an_event_is_handled() {
    let lonely = |m: &mut Manifest| {
        remove(m, "avisar");
        add(m, item("loja::infra::Sozinho", 20, fixture::event("Sozinho", false)));
    };
    assert_eq!(
        mistakes(lonely),
        ["error: nobody handles the event `Sozinho`\n  \
          --> loja/src/infra.rs:20: declared here\n  \
          = help: write a handler with `#[on_event(rule = Sozinho)]`, or declare the event with \
          `external` if others subscribe to it"]
    );
    // A raw rule may handle it, and so may others.
    let raw = |m: &mut Manifest| {
        add(m, item("loja::infra::Sozinho", 20, fixture::event("Sozinho", false)));
    };
    assert!(mistakes(raw).is_empty());
    let external = |m: &mut Manifest| {
        remove(m, "avisar");
        add(m, item("loja::infra::Sozinho", 20, fixture::event("Sozinho", true)));
    };
    assert!(mistakes(external).is_empty());
}

#[test]
fn an_event_that_is_handled_is_published() {
    let unpublished = |m: &mut Manifest| {
        edit_handler(m, "processar_pedido", |h| {
            h.parameters.to_mut().retain(|p| p.name != "cancelados");
        });
    };
    assert_eq!(
        mistakes(unpublished),
        ["error: nobody publishes `PedidoCancelado`, so this rule never matches\n  \
          --> loja/src/handlers.rs:50: handled here\n  \
          --> loja/src/infra.rs:12: declared here\n  \
          = help: give a handler a `Publish<PedidoCancelado>`, or declare the event with \
          `external` if others publish it"]
    );
    let external = |m: &mut Manifest| {
        unpublished(m);
        edit_event(m, "PedidoCancelado", |e| e.external = true);
    };
    assert!(mistakes(external).is_empty());
}

#[test]
fn an_exact_value_is_one_the_field_may_have() {
    assert_eq!(
        mistakes(|m| rule(m, r#"{"detail": {"canal": ["web", "Web"]}}"#)),
        ["error: `canal` is never `Web`, so it can never match\n  \
          --> loja/src/handlers.rs:40: in the rule of this handler\n  \
          --> loja/src/infra.rs:10: declared here\n  \
          = help: its values are `web`, `loja`"]
    );
    let nested = r#"{"detail": {"$or": [{"itens": {"canal": ["rua"]}}, {"canal": ["web"]}]}}"#;
    let found = mistakes(|m| rule(m, nested));
    assert!(found[0].starts_with("error: `itens.canal` is never `rua`"), "{found:?}");
    // Only exact values are compared.
    let operators = r#"{"detail": {"canal": [{"prefix": "w"}, {"anything-but": ["x"]}, null]}}"#;
    assert!(mistakes(|m| rule(m, operators)).is_empty());
}

#[test]
fn what_is_flattened_is_looked_through() {
    let found = mistakes(|m| {
        edit_event(m, "NovoPedido", |e| {
            let Shape::Object(fields) = &e.detail else { panic!("{:?}", e.detail) };
            let inner = Field { name: "".into(), shape: e.detail.clone(), default: false };
            assert!(!fields.is_empty());
            e.detail = Shape::Object(vec![inner].into());
        });
        rule(m, r#"{"detail": {"canal": ["Web"]}}"#);
    });
    assert!(found[0].starts_with("error: `canal` is never `Web`"), "{found:?}");
}

#[test]
fn whether_an_object_exists_cannot_be_asked() {
    assert_eq!(
        mistakes(|m| rule(m, r#"{"detail": {"itens": [{"exists": true}]}}"#)),
        ["error: `itens` is an object, and EventBridge's `exists` sees only what is no object\n  \
          --> loja/src/handlers.rs:40: in the rule of this handler\n  \
          --> loja/src/infra.rs:10: declared here\n  \
          = help: ask for a field in it: `itens: { field: [{ exists: true }] }`"]
    );
    assert!(mistakes(|m| rule(m, r#"{"detail": {"canal": [{"exists": false}]}}"#)).is_empty());
}

#[test]
fn a_pattern_is_not_too_long() {
    let pattern = format!(r#"{{"detail": {{"x": ["{}"]}}}}"#, "x".repeat(2048));
    let found = mistakes(|m| rule(m, &pattern));
    assert_eq!(
        found,
        ["error: the event pattern has 2069 characters as JSON\n  \
          --> loja/src/handlers.rs:40\n  \
          = help: AWS takes 2048; split the handler, or match on less"]
    );
}

#[test]
fn a_permission_is_asked_for_once() {
    let twice = |m: &mut Manifest| {
        edit_handler(m, "estornar", |h| {
            let parameters = h.parameters.to_mut();
            parameters[2].role = parameters[1].role.clone();
        });
    };
    assert_eq!(
        mistakes(twice),
        ["error: `lido` and `achados` are the same permission: dynamodb:GetItem on \
          `loja::infra::Inventario`\n  \
          --> loja/src/handlers.rs:102: asked for again here\n  \
          --> loja/src/handlers.rs:101: first asked for here\n  \
          = help: remove one of the two parameters"]
    );
}

#[test]
fn environment_variables_do_not_collide() {
    let collide = |m: &mut Manifest| {
        let table = kind(m, "Medidas").clone();
        add(m, item("loja::infra_::Medidas2", 3, table.clone()));
        add(m, item("loja::infra::_Medidas2", 4, table));
        edit_table(m, "Medidas2", |t| t.name = "Outra".into());
        edit_table(m, "_Medidas2", |t| t.name = "MaisUma".into());
        let ids = ["loja::infra_::Medidas2", "loja::infra::_Medidas2"];
        edit_handler(m, "estornar", |h| {
            for (parameter, id) in h.parameters.to_mut().iter_mut().skip(1).zip(ids) {
                if let Role::Handle(grant) = &mut parameter.role {
                    grant.resource = id.into();
                }
            }
        });
    };
    let found = mistakes(collide);
    assert!(
        found.contains(
            &"error: the table `loja::infra_::Medidas2` and the table `loja::infra::_Medidas2` \
              share the environment variable `ESTEIRA_LOJA_INFRA__MEDIDAS2`\n  \
              --> loja/src/handlers.rs:102: needed here\n  \
              --> loja/src/handlers.rs:101: first needed here\n  \
              = help: rename one of the two types or its module"
                .to_owned()
        ),
        "{found:?}"
    );
}

#[test]
fn mistakes_are_ordered_by_where_to_edit() {
    let found = mistakes(|m| {
        edit_stream(m, "Leituras", |s| s.shards = 0);
        edit_handler(m, "estornar", |h| h.memory = 1);
        let handles = [("x", Action::GetItem, "Nada")];
        let trigger = on_event("NovoPedido", "{}");
        add(m, item("loja::handlers::novo", 35, handler("Novo", trigger, &handles)));
    });
    let places: Vec<_> = found.iter().filter_map(|text| text.split("--> ").nth(1)).collect();
    assert!(places[0].starts_with("loja/src/handlers.rs:50"), "{places:?}");
    assert!(places[1].starts_with("loja/src/handlers.rs:101"), "{places:?}");
    assert!(places[2].starts_with("loja/src/infra.rs:8"), "{places:?}");
}

#[test]
fn two_applications_share_no_name() {
    let stage = Stage::new("dev");
    let shop = fixture::manifest();
    let other = Manifest { app: "other".into(), ..fixture::manifest() };
    let graph = |manifest: &Manifest| Graph::new(manifest, &stage).expect("is correct alone");
    let all = between([graph(&shop), graph(&other)].iter());
    assert_eq!(all.len(), graph(&shop).named().count());
    let found = all[0].to_string();
    assert!(found.contains("both have a stream named `dev-"), "{found}");
    assert!(found.contains("names = \"{stage}-other-{name}\""), "{found}");
    assert_eq!(all[0].places.len(), 2);

    let elsewhere = Stage { names: "{stage}-other-{name}".into(), ..stage.clone() };
    let other = Graph::new(&other, &elsewhere).expect("is correct alone");
    assert_eq!(between([graph(&shop), other].iter()), []);
    assert_eq!(between([graph(&shop), graph(&shop)].iter()), [], "the same application");
}
