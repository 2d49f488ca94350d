//! Conditions, filters, and what key conditions are made of.

use serde_dynamo::AttributeValue;

use super::{
    functions,
    lexer::Token,
    parser::{Parser, Read},
    path::Path,
    placeholders::Placeholders,
};
use crate::endpoint::failure::{Failure, Outcome};

/// A condition that holds for an item, or not.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) enum Condition {
    Compare(Operand, Comparator, Operand),
    Between(Operand, Operand, Operand),
    In(Operand, Vec<Operand>),
    Exists(Path),
    Missing(Path),
    /// Whether the type is this one.
    Type(Path, String),
    BeginsWith(Operand, Operand),
    Contains(Operand, Operand),
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
}

/// What is compared.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) enum Operand {
    Path(Path),
    Value(AttributeValue),
    Size(Path),
}

/// How two operands are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Comparator {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparator {
    pub(super) const ALL: [(&'static str, Self); 6] = [
        ("=", Self::Equal),
        ("<>", Self::Unequal),
        ("<", Self::Less),
        ("<=", Self::LessOrEqual),
        (">", Self::Greater),
        (">=", Self::GreaterOrEqual),
    ];
}

impl Condition {
    /// Reads the condition of a parameter, whose name comes before what is wrong with it.
    pub(in super::super) fn read(
        parameter: &str,
        text: &str,
        placeholders: &Placeholders,
    ) -> Outcome<Self> {
        let read = || {
            let mut parser = Parser::new(text, placeholders)?;
            let (condition, _) = any(&mut parser)?;
            parser.end()?;
            Ok(condition)
        };
        read().map_err(|what: String| Failure::validation(format!("Invalid {parameter}: {what}")))
    }

    /// Every path in it.
    pub(in super::super) fn paths(&self) -> Vec<&Path> {
        match self {
            Condition::Compare(a, _, b)
            | Condition::BeginsWith(a, b)
            | Condition::Contains(a, b) => a.path().into_iter().chain(b.path()).collect(),
            Condition::Between(a, b, c) => {
                [a, b, c].into_iter().filter_map(|it| it.path()).collect()
            }
            Condition::In(a, all) => {
                std::iter::once(a).chain(all).filter_map(Operand::path).collect()
            }
            Condition::Exists(path) | Condition::Missing(path) | Condition::Type(path, _) => {
                vec![path]
            }
            Condition::And(all) | Condition::Or(all) => {
                all.iter().flat_map(Condition::paths).collect()
            }
            Condition::Not(inner) => inner.paths(),
        }
    }
}

impl Operand {
    fn path(&self) -> Option<&Path> {
        match self {
            Operand::Path(path) | Operand::Size(path) => Some(path),
            Operand::Value(_) => None,
        }
    }
}

/// A condition, and whether it is all between one pair of parentheses.
type Wrapped = (Condition, bool);

/// Conditions of which one is to hold.
fn any(parser: &mut Parser<'_>) -> Read<Wrapped> {
    joined(parser, "OR", all, Condition::Or)
}

/// Conditions that are all to hold.
fn all(parser: &mut Parser<'_>) -> Read<Wrapped> {
    joined(parser, "AND", negated, Condition::And)
}

fn joined(
    parser: &mut Parser<'_>,
    word: &str,
    part: fn(&mut Parser<'_>) -> Read<Wrapped>,
    join: fn(Vec<Condition>) -> Condition,
) -> Read<Wrapped> {
    let (first, wrapped) = part(parser)?;
    let mut parts = vec![first];
    while parser.word(word) {
        parser.count()?;
        parts.push(part(parser)?.0);
    }
    Ok(match (parts.len(), parts.pop()) {
        (1, Some(only)) => (only, wrapped),
        (_, last) => {
            parts.extend(last);
            (join(parts), false)
        }
    })
}

fn negated(parser: &mut Parser<'_>) -> Read<Wrapped> {
    if parser.word("NOT") {
        parser.count()?;
        let (inner, _) = parser.nested(negated)?;
        return Ok((Condition::Not(inner.into()), false));
    }
    if parser.symbol("(") {
        let (inner, wrapped) = parser.nested(any)?;
        parser.expect(")")?;
        if wrapped {
            return Err("The expression has redundant parentheses;".into());
        }
        return Ok((inner, true));
    }
    Ok((single(parser)?, false))
}

/// A function, or a comparison.
fn single(parser: &mut Parser<'_>) -> Read<Condition> {
    let is_size = parser.peek() == Some(Token::Word("size"));
    if !is_size && let Some(name) = parser.function() {
        parser.count()?;
        return functions::condition(parser, name);
    }
    let left = operand(parser)?;
    parser.count()?;
    if parser.word("BETWEEN") {
        let low = operand(parser)?;
        if !parser.word("AND") {
            return Err(parser.syntax_error());
        }
        let high = operand(parser)?;
        functions::check_bounds(&low, &high)?;
        return Ok(Condition::Between(left, low, high));
    }
    if parser.word("IN") {
        parser.expect("(")?;
        let mut among = vec![operand(parser)?];
        while parser.symbol(",") {
            among.push(operand(parser)?);
        }
        parser.expect(")")?;
        functions::check_among(&among)?;
        return Ok(Condition::In(left, among));
    }
    let found = Comparator::ALL.into_iter().find(|(symbol, _)| parser.symbol(symbol));
    let Some((symbol, comparator)) = found else { return Err(parser.syntax_error()) };
    let right = operand(parser)?;
    functions::check_comparison(symbol, comparator, &left, &right)?;
    Ok(Condition::Compare(left, comparator, right))
}

/// A value, a path, or the size of what is at a path.
pub(super) fn operand(parser: &mut Parser<'_>) -> Read<Operand> {
    if let Some(value) = parser.value()? {
        return Ok(Operand::Value(value));
    }
    match parser.function() {
        Some("size") => {
            parser.count()?;
            let path = parser.nested(functions::size_of)?;
            parser.expect(")")?;
            Ok(Operand::Size(path))
        }
        Some(other) => Err(functions::misplaced(other)),
        None => parser.path().map(Operand::Path),
    }
}
