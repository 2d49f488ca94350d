//! The format of the manifest.

use std::borrow::Cow;

use esteira::manifest::{
    Action, EventTrigger, Field, Grant, Handler, Item, Json, Key, Kind, KinesisTrigger, Location,
    Manifest, Parameter, Role, Row, Scalar, Shape, Stream, Table, Trigger, VERSION,
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
    let handler = |trigger| {
        Kind::Handler(Handler {
            function: "Work".into(),
            entry: "esteira handler app::work".into(),
            trigger,
            parameters: vec![
                parameter("input", Role::Input),
                parameter("ctx", Role::Context),
                parameter(
                    "puts",
                    Role::Handle(Grant { action: Action::PutItem, resource: "app::T".into() }),
                ),
            ]
            .into(),
            memory: 256,
            timeout: 30,
        })
    };
    Manifest {
        version: VERSION,
        app: "app".into(),
        items: vec![
            item("app::S", Kind::Stream(Stream { name: "S".into(), shards: 2 })),
            item(
                "app::T",
                Kind::Table(Table {
                    name: "T".into(),
                    partition_key: Key { name: "id".into(), scalar: Scalar::N },
                    sort_key: None,
                    item: shape.clone(),
                }),
            ),
            item(
                "app::R",
                Kind::Row(Row { table: "r".into(), key: vec!["id".into()].into(), columns: shape }),
            ),
            item(
                "app::a",
                handler(Trigger::Kinesis(KinesisTrigger {
                    stream: "app::S".into(),
                    batch_size: 10,
                    row: Some("app::R".into()),
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
