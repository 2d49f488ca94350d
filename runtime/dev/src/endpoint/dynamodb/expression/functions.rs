//! The functions of conditions, and what operands operators take.

use serde_dynamo::AttributeValue;

use super::{
    super::value,
    condition::{Comparator, Condition, Operand, operand},
    parser::{Parser, Read},
    path::Path,
};

/// The most operands of `IN`.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>
const AMONG: usize = 100;

const KNOWN: &[&str] = &[
    "attribute_exists",
    "attribute_not_exists",
    "attribute_type",
    "begins_with",
    "contains",
    "if_not_exists",
    "list_append",
    "size",
];

const TYPES: &[&str] = &["B", "BOOL", "BS", "L", "M", "N", "NS", "NULL", "S", "SS"];

/// The rest of a function whose name and opening parenthesis were taken.
pub(super) fn condition(parser: &mut Parser<'_>, name: &str) -> Read<Condition> {
    let arity = match name {
        "attribute_exists" | "attribute_not_exists" => 1,
        "attribute_type" | "begins_with" | "contains" => 2,
        other => return Err(misplaced(other)),
    };
    let mut operands = vec![operand(parser)?];
    while parser.symbol(",") {
        operands.push(operand(parser)?);
    }
    parser.expect(")")?;
    if operands.len() != arity {
        return Err(format!(
            "Incorrect number of operands for operator or function; operator or function: {name}, number of operands: {}",
            operands.len()
        ));
    }
    let second = operands.pop();
    let first = operands.pop();
    match (name, first, second) {
        ("attribute_exists", None, Some(only)) => path(name, only).map(Condition::Exists),
        ("attribute_not_exists", None, Some(only)) => path(name, only).map(Condition::Missing),
        ("attribute_type", Some(first), Some(second)) => attribute_type(first, second),
        ("begins_with", Some(first), Some(second)) => {
            for operand in [&first, &second] {
                if let Operand::Value(value) = operand
                    && !matches!(value, AttributeValue::S(_) | AttributeValue::B(_))
                {
                    return Err(wrong_type(name, value));
                }
            }
            differ(name, &first, &second)?;
            Ok(Condition::BeginsWith(first, second))
        }
        (_, Some(first), Some(second)) => {
            differ(name, &first, &second)?;
            Ok(Condition::Contains(first, second))
        }
        _ => Err(parser.syntax_error()),
    }
}

/// A function that does not exist, or does not exist here.
pub(super) fn misplaced(name: &str) -> String {
    if KNOWN.contains(&name) {
        format!(
            "The function is not allowed to be used this way in an expression; function: {name}"
        )
    } else {
        format!("Invalid function name; function: {name}")
    }
}

/// The operand of `size`.
pub(super) fn size_of(parser: &mut Parser<'_>) -> Read<Path> {
    match operand(parser)? {
        Operand::Path(path) => Ok(path),
        Operand::Value(value) => Err(wrong_type("size", &value)),
        Operand::Size(_) => Err(misplaced("size")),
    }
}

fn path(name: &str, operand: Operand) -> Read<Path> {
    match operand {
        Operand::Path(path) => Ok(path),
        _ => Err(format!(
            "Operator or function requires a document path; operator or function: {name}"
        )),
    }
}

fn attribute_type(first: Operand, second: Operand) -> Read<Condition> {
    let path = path("attribute_type", first)?;
    match second {
        Operand::Value(AttributeValue::S(kind)) if TYPES.contains(&kind.as_str()) => {
            Ok(Condition::Type(path, kind))
        }
        Operand::Value(AttributeValue::S(kind)) => Err(format!(
            "Invalid attribute type name found; type: {kind}, valid types: {{{}}}",
            TYPES.join(",")
        )),
        Operand::Value(value) => Err(wrong_type("attribute_type", &value)),
        _ => {
            Err("Operator or function requires a value; operator or function: attribute_type"
                .into())
        }
    }
}

fn wrong_type(name: &str, value: &AttributeValue) -> String {
    format!(
        "Incorrect operand type for operator or function; operator or function: {name}, operand type: {}",
        value::type_of(value)
    )
}

fn differ(name: &str, first: &Operand, second: &Operand) -> Read<()> {
    match first {
        Operand::Path(path) if first == second => Err(format!(
            "The first operand must be distinct from the remaining operands for this operator or function; operator: {name}, first operand: {path}"
        )),
        _ => Ok(()),
    }
}

/// Whether two operands may be compared like this.
pub(super) fn check_comparison(
    symbol: &str,
    comparator: Comparator,
    left: &Operand,
    right: &Operand,
) -> Read<()> {
    differ(symbol, left, right)?;
    if matches!(comparator, Comparator::Equal | Comparator::Unequal) {
        return Ok(());
    }
    for operand in [left, right] {
        if let Operand::Value(value) = operand
            && value::compare(value, value).is_none()
        {
            return Err(format!(
                "Incorrect operand type for operator or function; operator: {symbol}, operand type: {}",
                value::type_of(value)
            ));
        }
    }
    Ok(())
}

/// Whether two operands may be the bounds of `BETWEEN`.
pub(super) fn check_bounds(low: &Operand, high: &Operand) -> Read<()> {
    let (Operand::Value(low), Operand::Value(high)) = (low, high) else { return Ok(()) };
    let written = |value: &AttributeValue| {
        let content = match value {
            AttributeValue::S(text) | AttributeValue::N(text) => text.clone(),
            _ => "...".into(),
        };
        format!("AttributeValue: {{{}:{content}}}", value::type_of(value))
    };
    let wrong = |what: &str| {
        Err(format!(
            "The BETWEEN operator requires {what}; lower bound operand: {}, upper bound operand: {}",
            written(low),
            written(high)
        ))
    };
    if value::type_of(low) != value::type_of(high) {
        return wrong("same data type for lower and upper bounds");
    }
    match value::compare(low, high) {
        Some(std::cmp::Ordering::Greater) => {
            wrong("upper bound to be greater than or equal to lower bound")
        }
        Some(_) => Ok(()),
        None => Err(format!(
            "Incorrect operand type for operator or function; operator: BETWEEN, operand type: {}",
            value::type_of(low)
        )),
    }
}

/// Whether there may be so many operands of `IN`.
pub(super) fn check_among(among: &[Operand]) -> Read<()> {
    if among.len() > AMONG {
        return Err(format!(
            "The IN operator is provided with too many operands; number of operands: {}",
            among.len()
        ));
    }
    Ok(())
}
