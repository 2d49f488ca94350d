//! A plan as people read it, and as programs do.

use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};

use super::{Action, Change, Plan, permissions::Permission};
use crate::diagnostic::Place;

const ADDED: Style = AnsiColor::Green.on_default();
const CHANGED: Style = AnsiColor::Yellow.on_default();
const LOST: Style = AnsiColor::Red.on_default().bold();
const PLAIN: Style = Style::new();
const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

/// What would change, in parts: resources, permissions, what somebody else did, lost data, sums.
pub(super) fn text(plan: &Plan, permissions: &[Permission]) -> String {
    let mut text = String::new();
    let width = plan.changes.iter().map(|it| it.address.chars().count()).max().unwrap_or(0);
    for change in &plan.changes {
        let style = style(change);
        text += &format!("  {style}{change}{style:#}");
        let details = details(change);
        if !details.is_empty() {
            let gap = width - change.address.chars().count() + 2;
            text += &format!("{:gap$}{DIM}{details}{DIM:#}", "");
        }
        text.push('\n');
    }
    // They follow from the changes, and are worth a word only where there are none.
    if plan.changes.is_empty() && !plan.outputs.is_empty() {
        text +=
            &format!("  {CHANGED}~ outputs{CHANGED:#}  {DIM}{}{DIM:#}\n", plan.outputs.join(", "));
    }
    if !permissions.is_empty() {
        text += &format!("\n{BOLD}Permissions{BOLD:#}\n");
    }
    let mut last = None;
    for permission in permissions {
        let handler = Some(&permission.handler);
        if last != handler {
            text += &format!("  {}\n", permission.handler);
            last = handler;
        }
        let style = if permission.given { ADDED } else { CHANGED };
        let cause = cause(&permission.origin, permission.at.as_ref());
        text += &format!("    {style}{permission}{style:#}  {DIM}{cause}{DIM:#}\n");
    }
    if !plan.drift.is_empty() {
        text += &format!("\n{BOLD}Changed since the last deploy, by somebody else{BOLD:#}\n");
    }
    for drift in &plan.drift {
        let what = match drift.attributes.as_slice() {
            [] => "is gone".to_owned(),
            attributes => attributes.join(", "),
        };
        text += &format!("  {CHANGED}! {}{CHANGED:#}  {DIM}{what}{DIM:#}\n", drift.address);
    }
    if plan.losses().next().is_some() {
        text += &format!("\n{LOST}Data that is lost{LOST:#}\n");
    }
    for (change, what) in plan.losses() {
        let name = change.name.as_deref().unwrap_or(&change.address);
        text += &format!("  {LOST}{} {name}: {what}{LOST:#}\n", change.action.sign());
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text + &sum(plan)
}

/// How much of what: `3 to add, 1 to change`.
pub(super) fn sum(plan: &Plan) -> String {
    use Action::{Add, Change, Destroy, Leave, Replace};
    let counted: Vec<_> = [Add, Change, Replace, Destroy, Leave]
        .into_iter()
        .filter(|action| plan.count(*action) > 0)
        .map(|action| format!("{} to {}", plan.count(action), action.verb()))
        .collect();
    match counted.is_empty() {
        true if plan.is_empty() => "Nothing to change".to_owned(),
        true => "outputs to change".to_owned(),
        false => counted.join(", "),
    }
}

fn details(change: &Change) -> String {
    let mut parts = Vec::new();
    parts.extend(change.name.clone());
    match (change.action, change.attributes.join(", ")) {
        (_, attributes) if attributes.is_empty() => {}
        (Action::Replace, attributes) => parts.push(format!("because of {attributes}")),
        (_, attributes) => parts.push(attributes),
    }
    parts.extend(change.at.as_ref().map(ToString::to_string));
    parts.join("  ")
}

fn cause(origin: &str, at: Option<&Place>) -> String {
    match at {
        Some(at) => format!("{origin}: {at}"),
        None => origin.to_owned(),
    }
}

fn style(change: &Change) -> Style {
    match change.action {
        _ if change.loses().is_some() => LOST,
        Action::Add => ADDED,
        Action::Change | Action::Replace | Action::Destroy => CHANGED,
        Action::Leave => PLAIN,
    }
}

/// The same as data.
pub(super) fn json(plan: &Plan, permissions: &[Permission]) -> Value {
    let place = |at: &Option<Place>| at.as_ref().map(ToString::to_string);
    let changes: Vec<_> = plan
        .changes
        .iter()
        .map(|it| {
            json!({
                "address": it.address, "type": it.kind, "name": it.name, "action": it.action.verb(),
                "attributes": it.attributes, "loses": it.loses(), "source": place(&it.at),
            })
        })
        .collect();
    let drift: Vec<_> = plan
        .drift
        .iter()
        .map(|it| {
            json!({
                "address": it.address, "type": it.kind, "name": it.name,
                "attributes": it.attributes, "gone": it.attributes.is_empty(),
                "source": place(&it.at),
            })
        })
        .collect();
    let permissions: Vec<_> = permissions
        .iter()
        .map(|it| {
            json!({
                "handler": it.handler, "given": it.given, "effect": it.effect.name(),
                "actions": it.actions, "resource": it.resource, "because": it.origin,
                "source": place(&it.at),
            })
        })
        .collect();
    json!({
        "changes": changes, "permissions": permissions, "drift": drift, "outputs": plan.outputs,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iam::Effect;

    fn change(address: &str, action: Action) -> Change {
        Change {
            address: address.into(),
            kind: address.split('.').next().unwrap_or_default().into(),
            name: Some("dev-X".into()),
            action,
            attributes: vec!["name".into()],
            loses_besides: None,
            at: Some(Place::new("src/lib.rs", 7)),
        }
    }

    fn shown(plan: &Plan, permissions: &[Permission]) -> String {
        anstream::adapter::strip_str(&text(plan, permissions)).to_string()
    }

    #[test]
    fn a_plan_has_every_part_that_it_needs() {
        let plan = Plan {
            changes: vec![
                change("aws_sqs_queue.x", Action::Change),
                change("aws_dynamodb_table.longer", Action::Replace),
            ],
            ..Plan::default()
        };
        let permission = Permission {
            handler: "avisar".into(),
            given: true,
            effect: Effect::Allow,
            actions: vec!["sns:Publish".into()],
            resource: "dev-Avisos".into(),
            origin: "avisos".into(),
            at: Some(Place::new("src/lib.rs", 9)),
        };
        assert_eq!(
            shown(&plan, &[permission]),
            "  ~ aws_sqs_queue.x            dev-X  name  src/lib.rs:7
  ± aws_dynamodb_table.longer  dev-X  because of name  src/lib.rs:7

Permissions
  avisar
    + sns:Publish on dev-Avisos  avisos: src/lib.rs:9

Data that is lost
  ± dev-X: its items

1 to change, 1 to replace"
        );
    }

    #[test]
    fn outputs_are_told_where_nothing_else_changes() {
        let mut plan = Plan { outputs: vec!["a".into(), "b".into()], ..Plan::default() };
        assert_eq!(shown(&plan, &[]), "  ~ outputs  a, b\n\noutputs to change");
        plan.changes.push(change("aws_sqs_queue.x", Action::Add));
        assert!(!shown(&plan, &[]).contains("outputs"));
    }

    #[test]
    fn nothing_is_said_of_nothing() {
        assert_eq!(shown(&Plan::default(), &[]), "Nothing to change");
    }
}
