//! `CHECK` constraints, as far as they bound how long a value may be.

use sqlparser::ast::{
    BinaryOperator, CheckConstraint, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArguments, Value,
};

/// A `CHECK` constraint that the database enforces.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Check {
    name: Option<String>,
    expression: Expr,
}

/// The bytes that a character has at most, in `utf8mb4`.
const CHARACTER: u64 = 4;

impl Check {
    /// The constraint, unless it is `NOT ENFORCED`.
    pub(super) fn new(check: CheckConstraint) -> Option<Self> {
        let name = check.name.map(|name| name.value);
        (check.enforced != Some(false)).then_some(Self { name, expression: *check.expr })
    }

    pub(super) fn is_named(&self, name: &str) -> bool {
        self.name.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(name))
    }

    /// The bytes that a column's value has at most by this constraint.
    pub(super) fn bound(&self, column: &str) -> Option<u64> {
        bound(&self.expression, column)
    }
}

fn bound(expression: &Expr, column: &str) -> Option<u64> {
    match expression {
        Expr::Nested(inner) => bound(inner, column),
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            match (bound(left, column), bound(right, column)) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            }
        }
        Expr::BinaryOp { left, op: BinaryOperator::LtEq, right } => measured(left, right, column),
        Expr::BinaryOp { left, op: BinaryOperator::Lt, right } => {
            measured(left, right, column).map(|bytes| bytes.saturating_sub(1))
        }
        Expr::BinaryOp { left, op: BinaryOperator::GtEq, right } => measured(right, left, column),
        Expr::BinaryOp { left, op: BinaryOperator::Gt, right } => {
            measured(right, left, column).map(|bytes| bytes.saturating_sub(1))
        }
        _ => None,
    }
}

/// `LENGTH(column)` against a number.
fn measured(length: &Expr, number: &Expr, column: &str) -> Option<u64> {
    let Expr::Function(Function { name, args: FunctionArguments::List(list), .. }) = length else {
        return None;
    };
    let unit = match name.to_string().to_ascii_uppercase().as_str() {
        "LENGTH" | "OCTET_LENGTH" => 1,
        "CHAR_LENGTH" | "CHARACTER_LENGTH" => CHARACTER,
        _ => return None,
    };
    let [FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Identifier(of)))] = &list.args[..] else {
        return None;
    };
    let Expr::Value(value) = number else { return None };
    let Value::Number(number, _) = &value.value else { return None };
    let number: u64 = number.parse().ok()?;
    of.value.eq_ignore_ascii_case(column).then_some(number.saturating_mul(unit))
}

#[cfg(test)]
mod tests {
    use sqlparser::{dialect::MySqlDialect, parser::Parser};

    use super::*;

    #[test]
    fn a_length_is_bounded_by_what_is_enforced() {
        let bound = |sql: &str| {
            let expression =
                Parser::new(&MySqlDialect {}).try_with_sql(sql).unwrap().parse_expr().unwrap();
            Check { name: None, expression }.bound("doc")
        };
        assert_eq!(bound("LENGTH(doc) <= 100"), Some(100));
        assert_eq!(bound("(octet_length(`DOC`) < 100)"), Some(99));
        assert_eq!(bound("100 >= CHAR_LENGTH(doc)"), Some(400));
        assert_eq!(bound("x > 0 AND LENGTH(doc) <= 9 AND 8 > LENGTH(doc)"), Some(7));
        for other in [
            "LENGTH(other) <= 100",
            "LENGTH(doc) <= 100 OR x",
            "LENGTH(doc) >= 100",
            "JSON_STORAGE_SIZE(doc) <= 100",
            "LENGTH(doc) <= other",
        ] {
            assert_eq!(bound(other), None, "{other}");
        }
    }
}
