//! A manifest with one of everything, for tests.

use esteira::manifest::{
    Action, Bus, Event, EventTrigger, Field, Grant, Handler, Item, Json, Key, Kind, KinesisTrigger,
    Location, Manifest, Parameter, Role, Row, Scalar, Shape, Stream, Table, Topic, Trigger,
    VERSION,
};

/// Two streams, a bus, four events, two tables, a topic and five handlers.
pub(crate) fn manifest() -> Manifest {
    let items = vec![
        item("loja::handlers::atualizar_estoque", 40, atualizar_estoque()),
        item("loja::handlers::avisar", 60, avisar()),
        item("loja::handlers::estornar", 50, estornar()),
        item("loja::handlers::processar_pedido", 30, processar_pedido()),
        item("loja::handlers::registrar_leitura", 70, registrar_leitura()),
        item("loja::infra::Avisos", 5, Kind::Topic(Topic { name: "Avisos".into() })),
        item("loja::infra::Ecommerce", 6, Kind::Bus(Bus { name: "Ecommerce".into() })),
        item("loja::infra::Inventario", 7, inventario()),
        item("loja::infra::Leituras", 8, stream("Leituras", 2)),
        item("loja::infra::Medidas", 9, medidas()),
        item("loja::infra::NovoPedido", 10, event("Novo \"Pedido\" ${criado}", false)),
        item("loja::infra::Pedido", 11, pedido()),
        item("loja::infra::PedidoCancelado", 12, event("Pedido Cancelado", false)),
        item("loja::infra::PedidoRejeitado", 13, event("Pedido Rejeitado", true)),
        item("loja::infra::PedidosStream", 14, stream("PedidosStream", 1)),
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

fn stream(name: &'static str, shards: u32) -> Kind {
    Kind::Stream(Stream { name: name.into(), shards })
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
        item: Shape::Any,
    })
}

fn medidas() -> Kind {
    Kind::Table(Table {
        name: "Medidas".into(),
        partition_key: Key { name: "Sensor".into(), scalar: Scalar::S },
        sort_key: None,
        item: Shape::Any,
    })
}

fn pedido() -> Kind {
    let key = vec!["id".into()].into();
    Kind::Row(Row { table: "pedidos".into(), key, columns: Shape::Any })
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
    })
}

/// A rule about an event type.
pub(crate) fn on_event(event: &'static str, pattern: &str) -> Trigger {
    Trigger::Event(EventTrigger {
        bus: "loja::infra::Ecommerce".into(),
        event: Some(format!("loja::infra::{event}").into()),
        pattern: json(pattern),
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

fn registrar_leitura() -> Kind {
    let handles = [("medidas", Action::PutItem, "Medidas")];
    handler("RegistrarLeitura", on_kinesis("Leituras", None), &handles)
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
    });
    handler("Avisar", trigger, &[("avisos", Action::Publish, "Avisos")])
}
