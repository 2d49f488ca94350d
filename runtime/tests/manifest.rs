//! The format of the manifest.

use std::borrow::Cow;

use esteira::manifest::{
    Action, Allow, Architecture, Aurora, Capture, Egress, EventTrigger, Field, Grant, Handler,
    Idempotent, Item, Json, Key, Kind, KinesisTrigger, KmsKey, Location, Manifest, On, Parameter,
    Retry, Role, Row, Scalar, Shape, StartingPosition, Stream, Table, Topic, Trigger, VERSION,
    Variable, Vpc,
};

fn item(id: &'static str, kind: Kind) -> Item {
    let at = Location { package: "app".into(), file: "src/lib.rs".into(), line: 3 };
    Item { id: id.into(), at, kind }
}

/// One of everything that has an inside.
fn manifest() -> Manifest {
    let shape = Shape::Object(Cow::Borrowed(&[
        Field {
            name: Cow::Borrowed("id"),
            shape: Shape::Integer { bits: 64, signed: true },
            default: false,
        },
        Field {
            name: Cow::Borrowed("notes"),
            shape: Shape::Optional(Cow::Borrowed(&[Shape::Array(Cow::Borrowed(&[Shape::Text]))])),
            default: true,
        },
    ]));
    let parameter = |name: &'static str, role| Parameter {
        name: name.into(),
        at: Location { package: "app".into(), file: "src/lib.rs".into(), line: 9 },
        role,
    };
    let allow = |action: &'static str, on| Allow {
        at: Location { package: "app".into(), file: "src/lib.rs".into(), line: 8 },
        actions: vec![action.into()].into(),
        on,
    };
    let handler = |trigger| {
        Kind::Handler(Handler {
            function: "Work".into(),
            entry: "esteira handler app::work".into(),
            trigger,
            parameters: vec![
                parameter("input", Role::Input),
                parameter("ctx", Role::Context),
                parameter("client", Role::Raw),
                parameter(
                    "puts",
                    Role::Handle(Grant { action: Action::PutItem, resource: "app::T".into() }),
                ),
            ]
            .into(),
            memory: 256,
            timeout: 30,
            architecture: Some(Architecture::X86_64),
            environment: vec![Variable { name: "A".into(), value: "b".into() }].into(),
            vpc: Some("app::V".into()),
            reserved_concurrency: Some(3),
            allows: vec![
                allow("dynamodb:Scan", On::Resource("app::T".into())),
                allow("s3:GetObject", On::Arn("arn:aws:s3:::photos/*".into())),
            ]
            .into(),
            idempotent: Some(Idempotent { ttl: 3_600 }),
            input: Some(Shape::Text),
        })
    };
    Manifest {
        version: VERSION,
        app: "app".into(),
        items: vec![
            item(
                "app::S",
                Kind::Stream(Stream {
                    name: "S".into(),
                    shards: Some(2),
                    retention_hours: 24,
                    kms_key: None,
                    existing: true,
                }),
            ),
            item(
                "app::T",
                Kind::Table(Table {
                    name: "T".into(),
                    partition_key: Key { name: "id".into(), scalar: Scalar::N },
                    sort_key: None,
                    ttl: Some("expires".into()),
                    kms_key: Some("app::K".into()),
                    existing: false,
                    item: shape.clone(),
                }),
            ),
            item(
                "app::N",
                Kind::Topic(Topic { name: "N".into(), fifo: true, kms_key: None, existing: false }),
            ),
            item(
                "app::V",
                Kind::Vpc(Vpc {
                    name: "V".into(),
                    cidr: Some("10.0.0.0/16".into()),
                    azs: 2,
                    egress: Egress::Endpoints,
                    existing: false,
                }),
            ),
            item(
                "app::D",
                Kind::Aurora(Aurora {
                    name: "d".into(),
                    vpc: "app::V".into(),
                    database: "d".into(),
                    instances: 2,
                    kms_key: Some("app::K".into()),
                    existing: false,
                }),
            ),
            item(
                "app::C",
                Kind::Capture(Capture {
                    name: "C".into(),
                    from: "app::D".into(),
                    tables: vec!["app::R".into()].into(),
                    into: "app::S".into(),
                    lob_kib: 32,
                }),
            ),
            item("app::K", Kind::KmsKey(KmsKey { name: "k".into(), existing: false })),
            item(
                "app::R",
                Kind::Row(Row {
                    table: "r".into(),
                    key: vec!["id".into()].into(),
                    columns: shape,
                    schema: Some("schema.sql".into()),
                }),
            ),
            item(
                "app::a",
                handler(Trigger::Kinesis(KinesisTrigger {
                    stream: "app::S".into(),
                    batch_size: 10,
                    row: Some("app::R".into()),
                    batching_window: 5,
                    parallelization: 2,
                    concurrency: 1,
                    starting_position: StartingPosition::Latest,
                    retry: Retry { attempts: 3, max_age: 60 },
                })),
            ),
            item(
                "app::b",
                handler(Trigger::Event(EventTrigger {
                    bus: "app::B".into(),
                    event: None,
                    pattern: Json::Object(Cow::Borrowed(&[(
                        Cow::Borrowed("detail"),
                        Json::Array(Cow::Borrowed(&[
                            Json::Null,
                            Json::Bool(true),
                            Json::Integer(-1),
                            Json::Number(1.5),
                            Json::Text(Cow::Borrowed("ã")),
                        ])),
                    )])),
                    delivery: Retry { attempts: 4, max_age: 61 },
                    retry: Retry { attempts: 1, max_age: 62 },
                })),
            ),
        ],
    }
}

#[test]
fn what_is_written_is_read_back() {
    let written = serde_json::to_string(&manifest()).unwrap();
    let read: Manifest = serde_json::from_str(&written).unwrap();
    assert_eq!(read, manifest());
    assert_eq!(serde_json::to_string(&read).unwrap(), written);
}

/// Every path to an object in a JSON document.
fn objects(value: &serde_json::Value, path: String, found: &mut Vec<String>) {
    match value {
        // Below a pattern every key is data.
        serde_json::Value::Object(entries) if !path.ends_with("/pattern") => {
            entries.iter().for_each(|(k, v)| objects(v, format!("{path}/{k}"), found));
            found.push(path);
        }
        serde_json::Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, v)| objects(v, format!("{path}/{i}"), found));
        }
        _ => {}
    }
}

#[test]
fn an_unknown_field_anywhere_is_refused() {
    let document = serde_json::to_value(manifest()).unwrap();
    let mut paths = Vec::new();
    objects(&document, String::new(), &mut paths);
    assert!(paths.len() > 20, "{paths:?}");
    for path in paths {
        let mut changed = document.clone();
        let object = changed.pointer_mut(&path).and_then(|value| value.as_object_mut()).unwrap();
        object.insert("colour".into(), "blue".into());
        let read = serde_json::from_value::<Manifest>(changed);
        assert!(read.is_err(), "a field `colour` in {path} was ignored");
    }
}

#[test]
fn an_action_is_called_what_iam_calls_it() {
    for action in [
        Action::GetItem,
        Action::PutItem,
        Action::UpdateItem,
        Action::DeleteItem,
        Action::Query,
        Action::PutEvents,
        Action::Publish,
    ] {
        assert_eq!(serde_json::to_value(action).unwrap(), action.iam());
    }
}
