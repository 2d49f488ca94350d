use serde_json::json;

use super::*;
use crate::{fixture, stage::Stage};

fn graph() -> Graph {
    Graph::new(&fixture::manifest(), &Stage::new("dev")).unwrap()
}

/// The policies that the roles of a graph have once it is deployed.
fn deployed(graph: &Graph) -> BTreeMap<String, Value> {
    let text = |text: &Text| -> String {
        let part = |part: &Part| match part {
            Part::Literal(text) => text.clone(),
            Part::Account => "123456789012".into(),
            Part::Region => "sa-east-1".into(),
            Part::Partition => "aws".into(),
        };
        text.parts().iter().map(part).collect()
    };
    let arn = |reference: Reference| match reference.target {
        Target::KmsKey(_) => "arn:aws:kms:sa-east-1:123456789012:key/1234".to_owned(),
        Target::Bucket(id) => format!("arn:aws:s3:::{}", text(&graph.buckets[id].name)),
        Target::Topic(id) => {
            format!("arn:aws:sns:sa-east-1:123456789012:{}", graph.topics[id].node.name)
        }
        target => format!("arn:aws:x:sa-east-1:123456789012:a/{}", target.node(graph).name),
    };
    let policy = |function: &Function| {
        let statement = |statement: &Statement| {
            let resource = match &statement.resource {
                Resource::One(reference) => arn(*reference),
                Resource::Objects(reference) => arn(*reference) + "/*",
                Resource::Written(arn) => arn.clone(),
                Resource::OwnLogs => {
                    let name = &function.log_group.name;
                    format!("arn:aws:logs:sa-east-1:123456789012:log-group:{name}:*")
                }
                Resource::Any => "*".into(),
            };
            let mut value = json!({
                "Sid": statement.sid, "Effect": statement.effect.name(), "Resource": resource,
                "Action": statement.actions.iter().map(ToString::to_string).collect::<Vec<_>>(),
            });
            if let Some(condition) = &statement.condition {
                let keys = condition.keys.iter();
                let keys: serde_json::Map<_, _> =
                    keys.map(|(key, value)| ((*key).to_owned(), json!(text(value)))).collect();
                value["Condition"] = json!({ condition.operator: keys });
            }
            value
        };
        json!({ "Statement": function.role.statements.iter().map(statement).collect::<Vec<_>>() })
    };
    let functions = graph.functions.iter();
    functions.map(|function| (function.role.node.name.clone(), policy(function))).collect()
}

fn shown(changes: &[Permission]) -> Vec<String> {
    let at = |it: &Permission| it.at.as_ref().map(ToString::to_string).unwrap_or_default();
    changes.iter().map(|it| format!("{}: {it}: {}: {}", it.handler, it.origin, at(it))).collect()
}

#[test]
fn what_is_deployed_changes_nothing() {
    let graph = graph();
    assert_eq!(shown(&changes(&graph, &deployed(&graph))), Vec::<String>::new());
}

#[test]
fn a_first_deploy_gives_everything() {
    let graph = graph();
    let changes = changes(&graph, &BTreeMap::new());
    let statements: usize = graph.functions.iter().map(|it| it.role.statements.len()).sum();
    assert_eq!(changes.len(), statements);
    assert!(changes.iter().all(|it| it.given && it.at.is_some()));
}

#[test]
fn a_new_handle_is_named_with_its_line() {
    let graph = graph();
    let mut before = deployed(&graph);
    let function = graph.functions.iter().find(|it| it.handler == "avisar").unwrap();
    let policy = before.get_mut(&function.role.node.name).unwrap();
    let (at, statement) = function
        .role
        .statements
        .iter()
        .enumerate()
        .find(|(_, it)| matches!(it.origin, Origin::Parameter { .. }))
        .unwrap();
    policy["Statement"].as_array_mut().unwrap().remove(at);
    let Origin::Parameter { name, at } = &statement.origin else { unreachable!() };
    let action = &statement.actions[0];
    let shown = shown(&changes(&graph, &before));
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert!(shown[0].starts_with(&format!("avisar: + {action} on dev-")), "{shown:?}");
    assert!(shown[0].ends_with(&format!(": {name}: {at}")), "{shown:?}");
}

#[test]
fn what_is_taken_is_told_too() {
    let graph = graph();
    let mut before = deployed(&graph);
    let role = graph.functions.iter().next().unwrap().role.node.name.clone();
    let statements = before.get_mut(&role).unwrap()["Statement"].as_array_mut().unwrap();
    statements.push(json!({
        "Sid": "Old", "Effect": "Allow", "Action": "sns:Publish",
        "Resource": "arn:aws:sns:sa-east-1:123456789012:dev-Old",
    }));
    let gone = json!({ "Statement": { "Sid": "Gone", "Action": "a:B", "Resource": "*" } });
    before.insert("dev-Gone".into(), gone);
    let shown = shown(&changes(&graph, &before));
    assert_eq!(shown.len(), 2, "{shown:?}");
    assert!(shown[0].contains("- sns:Publish on dev-Old: Old: "), "{shown:?}");
    assert_eq!(shown[1], "dev-Gone: - a:B on *: Gone: ");
}

#[test]
fn another_condition_or_resource_is_another_permission() {
    let graph = graph();
    let before = deployed(&graph);
    let text = serde_json::to_string(&before).unwrap();
    for (old, new) in [("Pedido Cancelado", "Pedido Perdido"), ("dev-Inventario\"", "dev-Outro\"")]
    {
        let other: BTreeMap<String, Value> = serde_json::from_str(&text.replace(old, new)).unwrap();
        assert_ne!(before, other, "{old}");
        let changes = changes(&graph, &other);
        assert!(changes.iter().any(|it| it.given), "{old}");
        assert_eq!(changes.iter().filter(|it| it.given).count() * 2, changes.len(), "{old}");
    }
}
