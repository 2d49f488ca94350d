//! A manifest with one of everything, for tests.

use esteira_manifest::{
    Action, Allow, Architecture, Bus, Event, EventTrigger, Field, Grant, Handler, Idempotent, Item,
    Json, Key, Kind, KinesisTrigger, KmsKey, Location, Manifest, On, Parameter, Retry, Role, Row,
    Scalar, Shape, StartingPosition, Stream, Table, Text, Topic, Trigger, VERSION, Variable,
};

// Integration tests have this file in another place, from which it has to be found too.
#[path = "fixture/capture.rs"]
#[allow(dead_code, reason = "the tests of what is emitted use it")]
pub(crate) mod capture;
#[path = "fixture/network.rs"]
pub(crate) mod network;

/// Two streams, a bus, four events, two tables, a topic, a key and five handlers.
pub(crate) fn manifest() -> Manifest {
    let items = vec![
        item("loja::handlers::atualizar_estoque", 40, atualizar_estoque()),
        item("loja::handlers::avisar", 60, avisar()),
        item("loja::handlers::estornar", 50, estornar()),
        item("loja::handlers::processar_pedido", 30, processar_pedido()),
        item("loja::handlers::registrar_leitura", 70, registrar_leitura()),
        item(
            "loja::infra::Avisos",
            5,
            Kind::Topic(Topic {
                name: "Avisos".into(),
                fifo: false,
                kms_key: chave(),
                existing: false,
            }),
        ),
        item(
            "loja::infra::Chave",
            4,
            Kind::KmsKey(KmsKey { name: "Chave".into(), existing: false }),
        ),
        item(
            "loja::infra::Ecommerce",
            6,
            Kind::Bus(Bus { name: "Ecommerce".into(), archive_days: Some(30), existing: false }),
        ),
        item("loja::infra::Inventario", 7, inventario()),
        item("loja::infra::Leituras", 8, stream("Leituras", 2, chave())),
        item("loja::infra::Medidas", 9, medidas()),
        item("loja::infra::NovoPedido", 10, event("Novo \"Pedido\" ${criado}", false)),
        item("loja::infra::Pedido", 11, pedido()),
        item("loja::infra::PedidoCancelado", 12, event("Pedido Cancelado", false)),
        item("loja::infra::PedidoRejeitado", 13, event("Pedido Rejeitado", true)),
        item("loja::infra::PedidosStream", 14, stream("PedidosStream", 1, None)),
    ];
    Manifest { version: VERSION, app: "loja".into(), items }
}

/// An item that was declared at a line of the file its module would be in.
pub(crate) fn item(id: &'static str, line: u32, kind: Kind) -> Item {
    Item { id: id.into(), at: at(id, line), kind }
}

/// A place in the file of an item's module.
pub(crate) fn at(id: &str, line: u32) -> Location {
    let module = id.split("::").nth(1).unwrap_or("lib");
    Location { package: "loja".into(), file: format!("loja/src/{module}.rs").into(), line }
}

/// The id of the key.
fn chave() -> Option<Text> {
    Some("loja::infra::Chave".into())
}

fn stream(name: &'static str, shards: u32, kms_key: Option<Text>) -> Kind {
    Kind::Stream(Stream {
        name: name.into(),
        shards: Some(shards),
        retention_hours: 168,
        kms_key,
        existing: false,
    })
}

/// An event with a field that has three values.
pub(crate) fn event(detail_type: &'static str, external: bool) -> Kind {
    let field = |name: &'static str, shape| Field { name: name.into(), shape, default: false };
    let canal = Shape::OneOf(vec!["web".into(), "loja".into()].into());
    Kind::Event(Event {
        bus: "loja::infra::Ecommerce".into(),
        source: "loja.pedidos".into(),
        detail_type: detail_type.into(),
        external,
        detail: Shape::Object(
            vec![
                field("quantidade", Shape::Integer { bits: 32, signed: false }),
                field("canal", Shape::Optional(vec![canal.clone()].into())),
                field(
                    "itens",
                    Shape::Array(vec![Shape::Object(vec![field("canal", canal)].into())].into()),
                ),
            ]
            .into(),
        ),
    })
}

fn inventario() -> Kind {
    Kind::Table(Table {
        name: "Inventario".into(),
        partition_key: Key { name: "ProdutoID".into(), scalar: Scalar::S },
        sort_key: Some(Key { name: "DataAtualizacao".into(), scalar: Scalar::N }),
        ttl: Some("Expira".into()),
        kms_key: chave(),
        existing: false,
        item: Shape::Any,
    })
}

fn medidas() -> Kind {
    Kind::Table(Table {
        name: "Medidas".into(),
        partition_key: Key { name: "Sensor".into(), scalar: Scalar::S },
        sort_key: None,
        ttl: None,
        kms_key: None,
        existing: false,
        item: Shape::Any,
    })
}

fn pedido() -> Kind {
    let key = vec!["id".into()].into();
    Kind::Row(Row { table: "pedidos".into(), key, columns: Shape::Any, schema: None })
}

/// A handler of a trigger with handles, each on a line of its own.
pub(crate) fn handler(
    function: &'static str,
    trigger: Trigger,
    handles: &[(&'static str, Action, &'static str)],
) -> Kind {
    let parameter = |name: &'static str, line, role| Parameter {
        name: name.into(),
        at: at("loja::handlers", line),
        role,
    };
    let mut parameters = vec![parameter("entrada", 100, Role::Input)];
    parameters.extend(handles.iter().zip(101..).map(|((name, action, resource), line)| {
        let resource = format!("loja::infra::{resource}").into();
        parameter(name, line, Role::Handle(Grant { action: *action, resource }))
    }));
    parameters.push(parameter("ctx", 150, Role::Context));
    Kind::Handler(Handler {
        function: function.into(),
        entry: "entry".into(),
        trigger,
        parameters: parameters.into(),
        memory: 256,
        timeout: 30,
        architecture: None,
        environment: Vec::new().into(),
        vpc: None,
        reserved_concurrency: None,
        allows: Vec::new().into(),
        idempotent: None,
        input: None,
    })
}

/// A rule about an event type.
pub(crate) fn on_event(event: &'static str, pattern: &str) -> Trigger {
    Trigger::Event(EventTrigger {
        bus: "loja::infra::Ecommerce".into(),
        event: Some(format!("loja::infra::{event}").into()),
        pattern: json(pattern),
        delivery: Retry { attempts: 185, max_age: 86_400 },
        retry: Retry { attempts: 2, max_age: 21_600 },
    })
}

/// JSON as a pattern.
pub(crate) fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or(Json::Null)
}

fn on_kinesis(stream: &'static str, row: Option<&'static str>) -> Trigger {
    Trigger::Kinesis(KinesisTrigger {
        stream: format!("loja::infra::{stream}").into(),
        batch_size: 100,
        row: row.map(|row| format!("loja::infra::{row}").into()),
        batching_window: 5,
        parallelization: 2,
        concurrency: 1,
        starting_position: match row {
            Some(_) => StartingPosition::TrimHorizon,
            None => StartingPosition::Latest,
        },
        retry: Retry { attempts: 10, max_age: 86_400 },
    })
}

fn processar_pedido() -> Kind {
    handler(
        "ProcessarPedido",
        on_kinesis("PedidosStream", Some("Pedido")),
        &[
            ("novos", Action::PutEvents, "NovoPedido"),
            ("cancelados", Action::PutEvents, "PedidoCancelado"),
        ],
    )
}

/// With a raw client, for what its two `allow`s say.
fn registrar_leitura() -> Kind {
    let handles = [("medidas", Action::PutItem, "Medidas")];
    let mut kind = handler("RegistrarLeitura", on_kinesis("Leituras", None), &handles);
    if let Kind::Handler(handler) = &mut kind {
        let at = at("loja::handlers", 102);
        handler.parameters.to_mut().push(Parameter { name: "s3".into(), at, role: Role::Raw });
        let medidas = On::Resource("loja::infra::Medidas".into());
        let arn = On::Arn("arn:aws:s3:::calibragem/${aws:PrincipalTag/sensor}/*".into());
        handler.allows = vec![
            allow(71, &["dynamodb:Scan", "dynamodb:BatchGetItem"], medidas),
            allow(72, &["s3:GetObject"], arn),
        ]
        .into();
    }
    kind
}

/// An `allow` of a handler.
pub(crate) fn allow(line: u32, actions: &[&'static str], on: On) -> Allow {
    let actions = actions.iter().map(|action| (*action).into()).collect();
    Allow { at: at("loja::handlers", line), actions, on }
}

fn atualizar_estoque() -> Kind {
    let pattern = r#"{
        "source": ["loja.pedidos"],
        "detail-type": ["Novo \"Pedido\" ${criado}"],
        "detail": {
            "quantidade": [{ "numeric": [">", 0, "<=", 99.5] }],
            "canal": ["web", null],
            "for": [{ "anything-but": { "prefix": "%{x" } }],
            "ação": [true],
            "$or": [{ "itens": { "canal": ["loja"] } }, { "quantidade": [1, 2] }]
        }
    }"#;
    handler(
        "AtualizarEstoque",
        on_event("NovoPedido", pattern),
        &[
            ("movimentos", Action::PutItem, "Inventario"),
            ("estoque", Action::UpdateItem, "Inventario"),
            ("rejeitados", Action::PutEvents, "PedidoRejeitado"),
        ],
    )
}

fn estornar() -> Kind {
    let pattern = r#"{
        "source": ["loja.pedidos"],
        "detail-type": ["Pedido Cancelado"],
        "detail": {
            "quantidade": [{ "numeric": [">", -1.5, "<=", 10] }],
            "canal": [{ "exists": true }, "web"]
        }
    }"#;
    let handles = [
        ("lido", Action::GetItem, "Inventario"),
        ("achados", Action::Query, "Inventario"),
        ("apagado", Action::DeleteItem, "Inventario"),
    ];
    handler("Estornar", on_event("PedidoCancelado", pattern), &handles)
}

/// A raw rule: it is about no declared event type, and may meet several.
fn avisar() -> Kind {
    let trigger = Trigger::Event(EventTrigger {
        bus: "loja::infra::Ecommerce".into(),
        event: None,
        pattern: json(r#"{"source": [{"prefix": "loja."}, "parceiro"]}"#),
        delivery: Retry { attempts: 185, max_age: 86_400 },
        retry: Retry { attempts: 2, max_age: 21_600 },
    });
    let mut kind = handler("Avisar", trigger, &[("avisos", Action::Publish, "Avisos")]);
    if let Kind::Handler(handler) = &mut kind {
        let idioma = Variable { name: "IDIOMA".into(), value: "pt-BR ${x}".into() };
        handler.architecture = Some(Architecture::X86_64);
        handler.environment = vec![idioma].into();
        handler.reserved_concurrency = Some(5);
        handler.idempotent = Some(Idempotent { ttl: 30 * 86_400 });
    }
    kind
}
