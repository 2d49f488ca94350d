//! Table mappings: which tables are captured, and how their rows are written.
//!
//! <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TableMapping.html>

use esteira::manifest::{Field, Json, Row, Shape};

use super::{object, text};

/// The longest number of MySQL as text: a `DECIMAL` of 65 digits, with sign and point.
const LONGEST_NUMBER: i64 = 67;

/// The bits from which an integer may have more digits than DMS writes: it turns one of more than
/// 16 into a number with an exponent, which has lost the last ones.
const LARGE: u32 = 64;

/// The rules for the tables of a database.
pub(super) fn rules(database: &str, rows: &[&Row]) -> Json {
    let mut rules = Vec::new();
    for row in rows {
        let table = [("schema-name", text(database)), ("table-name", text(&row.table))];
        add(&mut rules, "selection", "include", table.to_vec(), []);
        // All changes of a row have to be on one shard, in their order.
        let by_key = object([("partition-key-type", text("primary-key"))]);
        let mapping = [("mapping-parameters", by_key)];
        add(&mut rules, "object-mapping", "map-record-to-record", table.to_vec(), mapping);
        for column in exact_as_text(&row.columns) {
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

/// The columns with numbers that have more digits than are left of a number by the time it is
/// JSON. A column of `serde_json::Value` is a document as a rule, which DMS refuses to change:
/// <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TableMapping.SelectionTransformation.Transformations.html>
fn exact_as_text(columns: &Shape) -> Vec<&str> {
    match columns {
        Shape::Object(fields) => fields.iter().flat_map(column).collect(),
        // Fields that are flattened may all be absent.
        Shape::Optional(inner) => inner.iter().flat_map(exact_as_text).collect(),
        _ => Vec::new(),
    }
}

fn column(Field { name, shape, .. }: &Field) -> Vec<&str> {
    match name.as_ref() {
        "" => exact_as_text(shape),
        name if is_large(shape) => vec![name],
        _ => Vec::new(),
    }
}

fn is_large(shape: &Shape) -> bool {
    match shape {
        Shape::Integer { bits, .. } => *bits >= LARGE,
        Shape::Number => true,
        Shape::Optional(inner) => inner.iter().any(is_large),
        _ => false,
    }
}
