use esteira_manifest::{
    Action, Bus, Event, Field, Grant, Handler, Idempotent, Item, Key, Kind, KmsKey, Manifest, On,
    Parameter, Retry, Role, Scalar, Shape, Stream, Table, Text, Topic, Trigger,
};

use super::*;
use crate::fixture::{self, handler, item, on_event};
use crate::graph::Idempotency;

/// The mistakes of the fixture after an edit, as they are printed.
fn mistakes(edit: impl FnOnce(&mut Manifest)) -> Vec<String> {
    on_stage(&Stage::new("dev"), edit)
}

fn on_stage(stage: &Stage, edit: impl FnOnce(&mut Manifest)) -> Vec<String> {
    let mut manifest = fixture::manifest();
    edit(&mut manifest);
    match run(&Index::new(&Idempotency::declare(&manifest)), stage) {
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
edit!(edit_kms_key, KmsKey);

fn remove(manifest: &mut Manifest, name: &str) {
    manifest.items.retain(|item| item.name() != name);
}

fn rule(manifest: &mut Manifest, pattern: &str) {
    edit_handler(manifest, "atualizar_estoque", |h| h.trigger = on_event("NovoPedido", pattern));
}

fn raw_rule(manifest: &mut Manifest, pattern: &str) {
    let Trigger::Event(mut trigger) = on_event("NovoPedido", pattern) else { unreachable!() };
    trigger.event = None;
    edit_handler(manifest, "avisar", |h| h.trigger = Trigger::Event(trigger));
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
    let found = mistakes(|m| m.items.retain(|item| matches!(item.kind, Kind::KmsKey(_))));
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
          --> loja/src/handlers.rs:71: and here\n  \
          = help: declare it with `#[derive(Table)]`"]
    );
    assert_eq!(
        mistakes(|m| remove(m, "Pedido")),
        ["error: `loja::infra::Pedido` is not declared as a row\n  \
          --> loja/src/handlers.rs:30: referred to here\n  \
          = help: declare it with `#[derive(Row)]`"]
    );
    assert_eq!(
        mistakes(|m| {
            edit_handler(m, "registrar_leitura", |h| h.allows = Vec::new().into());
            *kind(m, "Medidas") = Kind::Topic(Topic {
                name: "Medidas".into(),
                fifo: false,
                kms_key: None,
                existing: false,
            });
        }),
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
    // So may two topics, if one is a FIFO topic.
    let with_another = |fifo| {
        let name = "Avisos".into();
        let topic = Kind::Topic(Topic { name, fifo, kms_key: None, existing: false });
        mistakes(|m| add(m, fixture::item("loja::infra::Outros", 20, topic)))
    };
    let found = with_another(false);
    assert!(found[0].starts_with("error: two topics are named `dev-Avisos`\n"), "{found:?}");
    assert_eq!(with_another(true), Vec::<String>::new());
}

#[test]
fn generated_names_are_unique() {
    let other = |m: &mut Manifest| {
        add(
            m,
            item(
                "loja::other::Avisos",
                3,
                Kind::Topic(Topic {
                    name: "Outros".into(),
                    fifo: false,
                    kms_key: None,
                    existing: false,
                }),
            ),
        );
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
        add(
            m,
            item(
                "loja::other::AvisosTopic",
                3,
                Kind::Topic(Topic {
                    name: "Outros".into(),
                    fifo: false,
                    kms_key: None,
                    existing: false,
                }),
            ),
        );
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

    let named = |fifo, length| {
        let name = "x".repeat(length).into();
        mistakes(|m| edit_topic(m, "Avisos", |t| (t.name, t.fifo) = (name, fifo)))
    };
    assert!(named(false, 252).is_empty() && named(true, 247).is_empty());
    let found = named(true, 248);
    assert!(found[0].contains("the FIFO topic name") && found[0].contains("1 to 251"), "{found:?}");

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
        mistakes(|m| edit_stream(m, "Leituras", |s| s.shards = Some(0))),
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
fn retries_have_a_bound_that_aws_takes() {
    let found = mistakes(|m| {
        edit_handler(m, "processar_pedido", |h| {
            if let Trigger::Kinesis(kinesis) = &mut h.trigger {
                kinesis.batching_window = 301;
                kinesis.parallelization = 0;
                kinesis.retry = Retry { attempts: 10_001, max_age: 59 };
            }
        });
        edit_handler(m, "estornar", |h| {
            if let Trigger::Event(event) = &mut h.trigger {
                event.retry = Retry { attempts: 3, max_age: 21_601 };
                event.delivery = Retry { attempts: 186, max_age: 86_401 };
            }
        });
    });
    let found: Vec<_> = found.iter().filter_map(|text| text.split('`').nth(1)).collect();
    let of_mapping =
        ["retries = 10001", "max_age = 59", "batching_window = 301", "parallelization = 0"];
    let of_rule =
        ["retries = 3", "max_age = 21601", "delivery_retries = 186", "delivery_max_age = 86401"];
    assert_eq!(found, [of_mapping, of_rule].concat());
}

/// The mistakes that only the whole graph shows.
fn whole_mistakes(stage: &Stage, edit: impl FnOnce(&mut Manifest)) -> Vec<String> {
    let mut manifest = fixture::manifest();
    edit(&mut manifest);
    match Graph::new(&manifest, stage) {
        Ok(_) => Vec::new(),
        Err(Failure(mistakes)) => mistakes.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn an_environment_is_not_too_large() {
    let with = |bytes: usize| {
        whole_mistakes(&Stage::new("dev"), |m| {
            edit_handler(m, "avisar", |h| {
                h.environment.to_mut()[0].value = "x".repeat(bytes).into();
            });
        })
    };
    // {"ESTEIRA_ESTEIRA_IDEMPOTENCY":"dev-LojaIdempotency",
    // "ESTEIRA_LOJA_INFRA_AVISOS":"<59 of the ARN and dev-Avisos>","IDIOMA":"…"}
    let ours = r#"{"ESTEIRA_LOJA_INFRA_AVISOS":"","IDIOMA":""}"#.len() + 59 + "dev-Avisos".len();
    let ours = ours + r#""ESTEIRA_ESTEIRA_IDEMPOTENCY":"dev-LojaIdempotency","#.len();
    assert_eq!(with(4_096 - ours), Vec::<String>::new());
    assert_eq!(
        with(4_097 - ours),
        ["error: the environment of `avisar` has up to 4097 bytes, and Lambda takes 4096\n  \
          --> loja/src/handlers.rs:60\n  \
          = help: shorten what `environment(…)` says, or split the handler: each resource it \
          uses takes a variable too"]
    );
}

#[test]
fn a_policy_is_not_too_long() {
    let with = |tables: usize| {
        whole_mistakes(&Stage::new("dev"), |m| {
            let mut table = kind(m, "Medidas").clone();
            let mut parameters = Vec::new();
            for n in 0..tables {
                let Kind::Table(declared) = &mut table else { panic!("no table") };
                declared.name = format!("Tabela{n}").into();
                let id: Text = format!("loja::infra::Tabela{n}").into();
                add(m, Item { id: id.clone(), at: fixture::at("infra", 9), kind: table.clone() });
                parameters.push(Parameter {
                    name: format!("tabela_{n}").into(),
                    at: fixture::at("loja::handlers", 1),
                    role: Role::Handle(Grant { action: Action::GetItem, resource: id }),
                });
            }
            edit_handler(m, "avisar", |h| h.parameters.to_mut().extend(parameters));
        })
    };
    assert_eq!(with(40), Vec::<String>::new());
    let found = with(70);
    assert!(
        found[0].starts_with("error: the policy of the role of `avisar` has up to 1"),
        "{found:?}"
    );
    assert!(found[0].contains("--> loja/src/handlers.rs:60\n"), "{found:?}");
}

#[test]
fn the_table_of_what_was_done_has_a_name_of_its_own() {
    assert_eq!(
        mistakes(|m| edit_table(m, "Medidas", |t| t.name = "LojaIdempotency".into())),
        ["error: two tables are named `dev-LojaIdempotency`\n  \
          --> loja/src/handlers.rs:60: declared again here\n  \
          --> loja/src/infra.rs:9: first declared here\n  \
          = help: give one of them another name in its attribute"]
    );
    let found = mistakes(|m| m.app = "x".repeat(245));
    assert!(found[0].contains("has 260 characters, and AWS takes 3 to 255"), "{found:?}");
    assert!(found[0].contains("--> loja/src/handlers.rs:60\n"), "{found:?}");
}

#[test]
fn what_was_done_is_remembered_for_as_long_as_it_can_be_replayed() {
    let with = |settings: &str, handler: &str, ttl: u32| {
        let stage = Stage::parse("dev", "esteira.toml", settings).expect("a stage file");
        whole_mistakes(&stage, |m| {
            edit_handler(m, handler, |h| h.idempotent = Some(Idempotent { ttl }));
        })
    };
    assert_eq!(with("", "avisar", 30 * 86_400), Vec::<String>::new());
    assert_eq!(
        with("", "avisar", 30 * 86_400 - 1),
        ["error: `avisar` remembers for 2591999 seconds what it has done, and `Ecommerce` can be \
          replayed for 30 days\n  \
          --> loja/src/handlers.rs:60: handled here\n  \
          --> loja/src/infra.rs:6: declared here\n  \
          = help: write `idempotent(…, ttl = 2592000)`, or keep it for less: what is replayed after \
          it was forgotten is done again"]
    );
    assert_eq!(with("", "processar_pedido", 168 * 3_600), Vec::<String>::new());
    // The stage decides how long a stream keeps its records.
    let longer = "[stage.dev.resources.PedidosStream]\nretention_hours = 169";
    let found = with(longer, "processar_pedido", 168 * 3_600);
    assert!(found[0].contains("`PedidosStream` can be replayed for 169 hours"), "{found:?}");
    assert!(found[0].contains("ttl = 608400)"), "{found:?}");
}

#[test]
fn a_bus_has_no_more_rules_than_the_account_may_have() {
    let stage = |quota: u32| {
        let text = format!("[stage.dev.resources.Ecommerce]\nrule_quota = {quota}\n");
        Stage::parse("dev", "esteira.toml", &text).expect("a correct stage")
    };
    assert_eq!(whole_mistakes(&stage(3), |_| {}), Vec::<String>::new());
    assert_eq!(
        whole_mistakes(&stage(2), |_| {}),
        ["error: the bus `Ecommerce` has 3 rules, and an account may have 2 on it\n  \
          --> loja/src/infra.rs:6\n  \
          --> loja/src/handlers.rs:50: the first rule too many\n  \
          = help: move events to another bus; or, if AWS has raised the quota, write in \
          esteira.toml: [stage.dev.resources.Ecommerce] rule_quota = 3"]
    );
}

#[test]
fn the_names_of_what_comes_along_are_short_enough_too() {
    let found = whole_mistakes(&Stage::new("dev"), |m| m.app = "x".repeat(21));
    assert_eq!(found, Vec::<String>::new());
    let found = whole_mistakes(&Stage::new("dev"), |m| m.app = "x".repeat(22));
    assert!(found[0].contains("up to 64 characters, and S3 takes 63"), "{found:?}");
    assert!(found[0].contains("--> loja/src/handlers.rs:30: needed"), "{found:?}");
    let found = whole_mistakes(&Stage::new("dev"), |m| {
        edit_bus(m, "Ecommerce", |b| b.name = "x".repeat(45).into())
    });
    assert!(found[0].contains("49 characters, and AWS takes 48 for an archive"), "{found:?}");
    assert!(found[0].contains("--> loja/src/infra.rs:6\n"), "{found:?}");

    let twice = Stage { names: "{name}-{name}".into(), ..Stage::new("dev") };
    let found =
        on_stage(&twice, |m| edit_handler(m, "avisar", |h| h.function = "x".repeat(31).into()));
    assert!(
        found[0].contains("the failure queue name") && found[0].contains("1 to 80"),
        "{found:?}"
    );
    let bare = Stage { names: "{name}".into(), ..Stage::new("dev") };
    let found = on_stage(&bare, |m| edit_kms_key(m, "Chave", |k| k.name = "aws/x".into()));
    assert!(found[0].starts_with("error: the KMS key name `aws/x` belongs to AWS"), "{found:?}");
}

#[test]
fn the_name_that_something_existing_is_declared_under_is_given_to_nothing() {
    let found = mistakes(|m| {
        edit_kms_key(m, "Chave", |key| (key.name, key.existing) = ("É".into(), true));
        edit_bus(m, "Ecommerce", |bus| (bus.name, bus.existing) = ("日本".into(), true));
        edit_topic(m, "Avisos", |topic| (topic.name, topic.existing) = ("é".into(), true));
    });
    assert_eq!(found, Vec::<String>::new());
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
fn a_pattern_is_one_to_aws() {
    assert_eq!(
        mistakes(|m| rule(m, r#"{"detail": {"canal": ["web", {"sufix": "b"}]}}"#)),
        ["error: AWS refuses `detail.canal[1].sufix` in the event pattern: there is no operator \
          `sufix`\n  \
          --> loja/src/handlers.rs:40: in the rule of this handler\n  \
          = help: write one of `anything-but`, `cidr`, `equals-ignore-case`, `exactly`, `exists`, \
          `numeric`, `prefix`, `suffix`, `wildcard`"]
    );
    // What goes through no check of fields is checked too, and what AWS accepts is accepted.
    let raw = |pattern| mistakes(|m| raw_rule(m, pattern));
    let found =
        raw(r#"{"source": ["parceiro"], "detail": {"valor": [{"numeric": [">", 5, "<", 1]}]}}"#);
    assert!(found[0].starts_with("error: AWS refuses `detail.valor[0].numeric`"), "{found:?}");
    let found =
        raw(r#"{"detail": {"valor": [9007199254740993, {"numeric": ["=", 9007199254740993]}]}}"#);
    assert!(found[0].contains("`9007199254740993` cannot be compared"), "{found:?}");
    let right = r#"{"source": ["parceiro"], "$or": [{"a": [{"wildcard": "a*"}]}, {"b": [null]}]}"#;
    assert_eq!(raw(right), Vec::<String>::new());
}

#[test]
fn a_raw_rule_about_declared_events_can_match_one() {
    let raw = |pattern| mistakes(|m| raw_rule(m, pattern));
    assert_eq!(
        raw(r#"{"source": ["loja.pedidos"], "detail-type": ["Pedido Canselado"]}"#),
        ["error: no declared event of the source `loja.pedidos` has a detail type that this rule \
          asks for, so it never matches\n  \
          --> loja/src/handlers.rs:60: in the rule of this handler\n  \
          = help: did you mean `Pedido Cancelado`? Known are `Novo \"Pedido\" ${criado}`, `Pedido \
          Cancelado`, `Pedido Rejeitado`; another event of this source is declared as a type, with \
          `external` if others publish it"]
    );
    // One of the others, or a source of which no event is declared, may have any detail type.
    for pattern in [
        r#"{"source": ["loja.pedidos"], "detail-type": ["X", "Pedido Cancelado"]}"#,
        r#"{"source": ["loja.pedidos"], "detail-type": [{"prefix": "Pedido"}]}"#,
        r#"{"source": ["loja.pedidos", "parceiro"], "detail-type": ["Pedido Canselado"]}"#,
        r#"{"source": [{"prefix": "loja."}], "detail-type": ["Pedido Canselado"]}"#,
        r#"{"detail-type": ["Pedido Canselado"]}"#,
    ] {
        assert_eq!(raw(pattern), Vec::<String>::new(), "{pattern}");
    }
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

/// The mistakes of a handler, which has a handle `lido: Get<Inventario>`, with these `allow`s.
fn of_allows(allows: &[(&[&'static str], On)]) -> Vec<String> {
    mistakes(|m| {
        edit_handler(m, "estornar", |h| {
            let allows = allows.iter().zip(51..);
            let allows =
                allows.map(|((actions, on), line)| fixture::allow(line, actions, on.clone()));
            h.allows = allows.collect();
        });
    })
}

#[test]
fn what_is_allowed_can_be_done_to_what_it_is_allowed_on() {
    let on = |id: &'static str| On::Resource(id.into());
    let table = on("loja::infra::Inventario");
    let right = [
        (&["dynamodb:Scan"][..], table.clone()),
        (&["kinesis:PutRecord"], on("loja::infra::Leituras")),
        (&["events:DescribeRule"], on("loja::infra::Ecommerce")),
        (&["sns:GetTopicAttributes"], on("loja::infra::Avisos")),
        (&["kms:Sign"], on("loja::infra::Chave")),
        (&["s3:GetObject", "dynamodb:Scan"], On::Arn("arn:aws:s3:::fotos/*".into())),
    ];
    assert_eq!(of_allows(&right), Vec::<String>::new());
    assert_eq!(
        of_allows(&[(&["sns:Publish", "dynamodb:Scan"], table)]),
        ["error: `sns:Publish` cannot be done to `loja::infra::Inventario`\n  \
          --> loja/src/handlers.rs:51: allowed here\n  \
          --> loja/src/infra.rs:7: declared here\n  \
          = help: its actions begin with `dynamodb:`; write another `allow` for what else is needed"]
    );
}

#[test]
fn what_is_allowed_is_declared() {
    let on = |id: &'static str| On::Resource(id.into());
    let found = of_allows(&[(&["dynamodb:Scan"], on("loja::infra::Nada"))]);
    assert_eq!(
        found,
        ["error: `loja::infra::Nada` is not declared as a table\n  \
          --> loja/src/handlers.rs:51: referred to here\n  \
          = help: declare it with `#[derive(Table)]`"]
    );
}

#[test]
fn nothing_is_allowed_twice() {
    let table = || On::Resource("loja::infra::Inventario".into());
    let arn = || On::Arn("arn:aws:s3:::fotos/*".into());
    let twice = |place| {
        format!(
            "error: dynamodb:GetItem on `loja::infra::Inventario` is permitted twice\n  \
             --> loja/src/handlers.rs:51: permitted again here\n  \
             --> loja/src/handlers.rs:{place}: first permitted here\n  \
             = help: leave `dynamodb:GetItem` out of this `allow`: a `Raw` client may do what any \
             parameter may"
        )
    };
    assert_eq!(of_allows(&[(&["dynamodb:GetItem"], table())]), [twice(101)]);
    let several = [(&["s3:GetObject"][..], arn()), (&["s3:PutObject", "s3:GetObject"], arn())];
    let found = of_allows(&several);
    assert!(found[0].contains("s3:GetObject on `arn:aws:s3:::fotos/*` is permitted twice"));
    assert!(found[0].contains("handlers.rs:52") && found.len() == 1, "{found:?}");
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
            &"error: `loja::infra_::Medidas2` and `loja::infra::_Medidas2` \
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
        edit_stream(m, "Leituras", |s| s.shards = Some(0));
        edit_handler(m, "estornar", |h| h.memory = 1);
        let handles = [("x", Action::GetItem, "Nada")];
        let trigger = on_event("NovoPedido", r#"{"source": ["loja.pedidos"]}"#);
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
    // The bucket for failures and the table of what was done have the application's name in theirs.
    assert_eq!(all.len(), graph(&shop).named().count() - 2);
    let found = all[0].to_string();
    assert!(found.contains("both have a stream named `dev-"), "{found}");
    assert!(found.contains("names = \"{stage}-other-{name}\""), "{found}");
    assert_eq!(all[0].places.len(), 2);

    let elsewhere = Stage { names: "{stage}-other-{name}".into(), ..stage.clone() };
    let other = Graph::new(&other, &elsewhere).expect("is correct alone");
    assert_eq!(between([graph(&shop), other].iter()), []);
    assert_eq!(between([graph(&shop), graph(&shop)].iter()), [], "the same application");
}

#[test]
fn two_applications_share_nothing_in_an_existing_vpc() {
    use fixture::network::{manifest as with, vpc};

    let existing = |app: &'static str, settings: &str| {
        let vpc = esteira_manifest::Vpc { cidr: None, existing: true, ..vpc() };
        let text = format!(
            "[stage.dev]\nnames = '{{stage}}-{app}-{{name}}'\n[stage.dev.resources.Rede]\n\
             vpc_id = 'vpc-1a000000'\nprivate_subnets = ['subnet-1a000000', 'subnet-2b000000']\n\
             route_tables = ['rtb-10000000']\n{settings}"
        );
        let stage = Stage::parse("dev", "esteira.toml", &text).expect("a correct stage");
        Graph::new(&Manifest { app: app.into(), ..with(vpc) }, &stage).expect("is correct alone")
    };
    let found = |graphs: [Graph; 2]| -> Vec<_> {
        between(graphs.iter()).into_iter().map(|mistake| mistake.to_string()).collect()
    };
    let both = found([existing("loja", ""), existing("other", "")]);
    assert_eq!(both.len(), 3, "{both:#?}");
    assert!(both[0].contains("both have a route to `dynamodb` in rtb-10000000"), "{both:#?}");
    assert!(both[1].contains("both have an endpoint of `events` in vpc-1a000000"), "{both:#?}");
    assert!(both[2].contains("[stage.dev.resources.Rede] endpoints = [\"sns\"]"), "{both:#?}");

    let there = "endpoints = ['dynamodb', 'events', 'sns']\n\
                 endpoints_security_group = 'sg-10000000'";
    assert_eq!(found([existing("loja", ""), existing("other", there)]), Vec::<String>::new());

    let mut renamed = existing("other", there);
    let group = renamed.groups.ids().last().expect("a group");
    renamed.groups[group].node.name = "dev-loja-Avisar".into();
    let names = found([existing("loja", ""), renamed]);
    assert!(
        names[0].contains("both have a security group named `dev-loja-Avisar` in vpc-1a000000"),
        "{names:#?}"
    );
}

/// The mistakes in what the stage `dev` says of these resources.
fn of_settings(text: &str, edit: impl FnOnce(&mut Manifest)) -> Vec<String> {
    on_stage(&Stage::parse("dev", "esteira.toml", text).expect("a stage file"), edit)
}

#[test]
fn a_stage_file_has_settings_of_what_is_there() {
    let text = "[stage.dev.resources.Leituras]\n[stage.dev.resources.processar_pedido]\n\
                [stage.dev.resources.\"loja::infra::Medidas\"]\n";
    assert_eq!(of_settings(text, |_| {}), Vec::<String>::new());
    let text = "[stage.dev.resources.Leitura]\n[stage.dev.resources.NovoPedido]\n\
                [stage.prod.resources.Leitura]\n";
    let found = of_settings(text, |_| {});
    let [resource, event] = found.as_slice() else { panic!("{found:?}") };
    assert!(
        resource.starts_with(
            "error: application `loja` has no resource or handler `Leitura`\n  \
              --> esteira.toml:1:22\n  = help: did you mean `Leituras`? Known are `Avisos`"
        ),
        "{resource}"
    );
    assert!(event.contains("no resource or handler `NovoPedido`\n  --> esteira.toml:2:22"));
}

#[test]
fn settings_are_those_of_one_item() {
    let twin = |m: &mut Manifest| {
        let mut twin = item("loja::outro::Leituras", 3, kind(m, "Leituras").clone());
        if let Kind::Stream(stream) = &mut twin.kind {
            stream.name = "Outras".into();
        }
        add(m, twin);
    };
    let found = of_settings("[stage.dev.resources.Leituras]\n", twin);
    assert!(
        found.iter().any(|mistake| mistake
            == "error: `Leituras` may be `loja::infra::Leituras` or `loja::outro::Leituras`\n  \
                --> esteira.toml:1:22\n  --> loja/src/infra.rs:8: declared here\n  \
                --> loja/src/outro.rs:3: declared here\n  \
                = help: write the path: [stage.dev.resources.\"loja::infra::Leituras\"]"),
        "{found:#?}"
    );
    let both = "[stage.dev.resources.Leituras]\n[stage.dev.resources.\"loja::infra::Leituras\"]\n";
    assert_eq!(
        of_settings(both, |_| {}),
        ["error: `Leituras` and `loja::infra::Leituras` are one and the same\n  \
          --> esteira.toml:2:22\n  --> esteira.toml:1:22: and here\n  \
          = help: write all settings under one of the two names"]
    );
}
