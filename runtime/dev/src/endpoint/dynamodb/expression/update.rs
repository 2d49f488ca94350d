//! Updates: what is to become of an item.

use serde_dynamo::AttributeValue;

use super::{
    super::value::type_of,
    functions::misplaced,
    parser::{Parser, Read},
    path::{Path, distinct},
    placeholders::Placeholders,
};
use crate::endpoint::failure::{Failure, Outcome};

/// What is to be done to an item, all of it from the item as it was.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in super::super) struct Update {
    pub(super) set: Vec<(Path, Formula)>,
    pub(super) remove: Vec<Path>,
    pub(super) add: Vec<(Path, AttributeValue)>,
    pub(super) delete: Vec<(Path, AttributeValue)>,
}

/// What an attribute is set to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Formula {
    Path(Path),
    Value(AttributeValue),
    Plus(Box<Formula>, Box<Formula>),
    Minus(Box<Formula>, Box<Formula>),
    IfMissing(Path, Box<Formula>),
    Append(Box<Formula>, Box<Formula>),
}

const SECTIONS: [&str; 4] = ["SET", "REMOVE", "ADD", "DELETE"];

impl Update {
    /// Reads the expression of a request.
    pub(in super::super) fn read(text: &str, placeholders: &Placeholders) -> Outcome<Self> {
        let read = || {
            let mut parser = Parser::new(text, placeholders)?;
            let update = sections(&mut parser)?;
            distinct(update.paths())?;
            Ok(update)
        };
        read().map_err(|what: String| {
            Failure::validation(format!("Invalid UpdateExpression: {what}"))
        })
    }

    /// The paths that it changes.
    pub(in super::super) fn paths(&self) -> impl Iterator<Item = &Path> {
        let set = self.set.iter().map(|it| &it.0);
        let rest = self.add.iter().chain(&self.delete).map(|it| &it.0);
        set.chain(&self.remove).chain(rest)
    }
}

fn sections(parser: &mut Parser<'_>) -> Read<Update> {
    let mut update = Update::default();
    let mut seen = Vec::new();
    while parser.peek().is_some() {
        let Some(section) = SECTIONS.into_iter().find(|it| parser.word(it)) else {
            return Err(parser.syntax_error());
        };
        if seen.contains(&section) {
            return Err(format!(
                "The \"{section}\" section can only be used once in an update expression;"
            ));
        }
        seen.push(section);
        loop {
            let path = parser.path()?;
            parser.count()?;
            match section {
                "SET" => {
                    parser.expect("=")?;
                    update.set.push((path, value(parser)?));
                }
                "REMOVE" => update.remove.push(path),
                "ADD" => update.add.push((path, operand_of(parser, section)?)),
                _ => update.delete.push((path, operand_of(parser, section)?)),
            }
            if !parser.symbol(",") {
                break;
            }
        }
    }
    Ok(update)
}

/// What `ADD` and `DELETE` take: sets, and `ADD` a number.
fn operand_of(parser: &mut Parser<'_>, section: &str) -> Read<AttributeValue> {
    use AttributeValue::{B, Bs, L, M, N, Ns, S, Ss};
    let value = parser.value()?.ok_or_else(|| parser.syntax_error())?;
    match (&value, section) {
        (Ss(_) | Ns(_) | Bs(_), _) | (N(_), "ADD") => Ok(value),
        (other, _) => {
            let kind = match other {
                S(_) => "STRING",
                N(_) => "NUMBER",
                B(_) => "BINARY",
                L(_) => "LIST",
                M(_) => "MAP",
                other => type_of(other),
            };
            Err(format!(
                "Incorrect operand type for operator or function; operator: {section}, operand type: {kind}, typeSet: ALLOWED_FOR_{section}_OPERAND"
            ))
        }
    }
}

/// An operand, or two with a sign between them.
fn value(parser: &mut Parser<'_>) -> Read<Formula> {
    let left = operand(parser)?;
    let (symbol, join): (_, fn(_, _) -> Formula) = if parser.symbol("+") {
        ("+", Formula::Plus)
    } else if parser.symbol("-") {
        ("-", Formula::Minus)
    } else {
        return Ok(left);
    };
    parser.count()?;
    let right = operand(parser)?;
    for operand in [&left, &right] {
        check(symbol, operand, |it| matches!(it, AttributeValue::N(_)))?;
    }
    Ok(join(left.into(), right.into()))
}

fn operand(parser: &mut Parser<'_>) -> Read<Formula> {
    if let Some(value) = parser.value()? {
        return Ok(Formula::Value(value));
    }
    if parser.symbol("(") {
        let inner = parser.nested(value)?;
        parser.expect(")")?;
        return Ok(inner);
    }
    let Some(name) = parser.function() else { return parser.path().map(Formula::Path) };
    parser.count()?;
    parser.nested(|parser| function(parser, name))
}

/// The rest of a function whose name and opening parenthesis were taken.
fn function(parser: &mut Parser<'_>, name: &str) -> Read<Formula> {
    match name {
        "if_not_exists" => {
            let path = match operand(parser)? {
                Formula::Path(path) => path,
                _ => return Err("Operator or function requires a document path; operator or function: if_not_exists".into()),
            };
            parser.expect(",")?;
            let value = operand(parser)?;
            parser.expect(")")?;
            Ok(Formula::IfMissing(path, value.into()))
        }
        "list_append" => {
            let first = operand(parser)?;
            parser.expect(",")?;
            let second = operand(parser)?;
            parser.expect(")")?;
            for operand in [&first, &second] {
                check(name, operand, |it| matches!(it, AttributeValue::L(_)))?;
            }
            Ok(Formula::Append(first.into(), second.into()))
        }
        other => Err(misplaced(other)),
    }
}

/// Fails if an operand is a value of a type that does not fit, which is known without an item.
fn check(name: &str, operand: &Formula, fits: fn(&AttributeValue) -> bool) -> Read<()> {
    match operand {
        Formula::Value(value) if !fits(value) => Err(format!(
            "Incorrect operand type for operator or function; operator or function: {name}, operand type: {}",
            type_of(value)
        )),
        _ => Ok(()),
    }
}
