//! Table mappings: which tables are captured, and how their rows are written.
//!
//! <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TableMapping.html>

use esteira_manifest::Json;

use super::{Table, object, text};

/// The longest number of MySQL as text: a `DECIMAL` of 65 digits, with sign and point.
const LONGEST_NUMBER: i64 = 67;

/// The rules for some tables, each with the columns that have to be written as strings.
pub(super) fn rules<'a>(tables: impl Iterator<Item = (&'a Table, Vec<&'a str>)>) -> Json {
    let mut rules = Vec::new();
    for (Table { schema, name }, exact) in tables {
        let table = [("schema-name", text(schema)), ("table-name", text(name))];
        add(&mut rules, "selection", "include", table.to_vec(), []);
        // All changes of a row have to be on one shard, in their order.
        let by_key = object([("partition-key-type", text("primary-key"))]);
        let mapping = [("mapping-parameters", by_key)];
        add(&mut rules, "object-mapping", "map-record-to-record", table.to_vec(), mapping);
        for column in exact {
            let mut locator = table.to_vec();
            locator.push(("column-name", text(column)));
            let string =
                object([("type", text("string")), ("length", Json::Integer(LONGEST_NUMBER))]);
            let target = [("rule-target", text("column")), ("data-type", string)];
            add(&mut rules, "transformation", "change-data-type", locator, target);
        }
    }
    object([("rules", Json::Array(rules.into()))])
}

fn add<const N: usize>(
    rules: &mut Vec<Json>,
    kind: &'static str,
    action: &'static str,
    locator: Vec<(&'static str, Json)>,
    more: [(&'static str, Json); N],
) {
    // Both have to be unique, and are nobody's business.
    let id = text(&(rules.len() + 1).to_string());
    let mut rule = vec![
        ("rule-type", text(kind)),
        ("rule-id", id.clone()),
        ("rule-name", id),
        ("rule-action", text(action)),
        ("object-locator", object(locator)),
    ];
    rule.extend(more);
    rules.push(object(rule));
}
