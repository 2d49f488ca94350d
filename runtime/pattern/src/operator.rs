//! The members of a field's list: values, and objects with an operator.

use crate::{
    address::{self, Address, Block},
    compile::Reading,
    error::{At, Error},
    fold::Folded,
    node::Node,
    number,
    test::{Between, Bound, Test},
    wildcard::{self, Wildcard},
};

pub(crate) const OPERATORS: [&str; 9] = [
    "anything-but",
    "cidr",
    "equals-ignore-case",
    "exactly",
    "exists",
    "numeric",
    "prefix",
    "suffix",
    "wildcard",
];

type Result<T> = std::result::Result<T, Error>;

/// What one member of a list asks of a value.
pub(crate) fn member(node: &Node, reading: Reading, at: &At) -> Result<Test> {
    Ok(match node {
        Node::Null => Test::Null,
        Node::Bool(bool) => Test::Bool(*bool),
        Node::Number(digits) => match number::comparable(digits) {
            Some(number) => Test::Number(number),
            None => Test::Digits(digits.clone()),
        },
        Node::Text(text) => match Address::parse(text) {
            Some(address) => Test::Address(address),
            None => Test::Text(text.clone()),
        },
        Node::Object(entries) => {
            let (name, value) = only(entries, at)?;
            operator(name, value, reading, &at.field(name))?
        }
        Node::Array(_) => {
            return Err(Error::new(
                at,
                "a list stands in a list",
                "write its members into the outer one: a field matches if one of them does",
            ));
        }
    })
}

fn operator(name: &str, value: &Node, reading: Reading, at: &At) -> Result<Test> {
    Ok(match name {
        "prefix" => match value {
            Node::Object(_) => Test::FoldedPrefix(ignoring_case(value, at)?),
            _ => Test::Prefix(text(value, at)?.to_owned()),
        },
        "suffix" => match value {
            Node::Object(_) => Test::FoldedSuffix(ignoring_case(value, at)?),
            _ => Test::Suffix(text(value, at)?.to_owned()),
        },
        "exactly" => Test::Text(text(value, at)?.to_owned()),
        "equals-ignore-case" => Test::Folded(Folded::new(text(value, at)?)),
        "wildcard" => wildcard(value, at)?,
        "cidr" => block(value, at)?,
        "exists" => match value {
            Node::Bool(true) => Test::Present,
            Node::Bool(false) => Test::Absent,
            _ => return Err(instead(value, at, "write `true` or `false`")),
        },
        "numeric" => numeric(value, at)?,
        "anything-but" => anything_but(value, reading, at)?,
        _ => {
            return Err(Error::new(
                at,
                format!("there is no operator `{name}`"),
                format!("write one of {}", quoted(&OPERATORS)),
            ));
        }
    })
}

/// `anything-but`, of values or of what another operator matches.
fn anything_but(node: &Node, reading: Reading, at: &At) -> Result<Test> {
    let Node::Object(entries) = node else {
        let values = list(node, at, |node, at| match node {
            Node::Text(text) => Ok(Test::Text(text.clone())),
            Node::Number(digits) => Ok(Test::Number(comparable(digits, at)?)),
            _ => Err(instead(node, at, "write text, a number, or a list of one of these")),
        })?;
        if values.iter().any(|test| matches!(test, Test::Text(_)))
            && values.iter().any(|test| matches!(test, Test::Number(_)))
        {
            return Err(Error::new(
                at,
                "its list has both text and numbers",
                "name the one kind or the other: a value of the other kind is never excluded",
            ));
        }
        return Ok(Test::Not(values));
    };
    let (name, value) = only(entries, at)?;
    let at = at.field(name);
    let affix = |node: &Node, at: &At| match text(node, at)? {
        "" => Err(Error::new(at, "empty text excludes all text", "name what to exclude")),
        affix => Ok(affix.to_owned()),
    };
    Ok(Test::Not(match (name, reading) {
        ("prefix", Reading::Or) => list(value, &at, |n, at| affix(n, at).map(Test::Prefix))?,
        ("suffix", Reading::Or) => list(value, &at, |n, at| affix(n, at).map(Test::Suffix))?,
        ("wildcard", Reading::Or) => list(value, &at, wildcard)?,
        // The reading that knows no `$or` does not know lists of these either, nor wildcards.
        ("prefix", Reading::Field) => vec![Test::Prefix(affix(value, &at)?)],
        ("suffix", Reading::Field) => vec![Test::Suffix(affix(value, &at)?)],
        ("equals-ignore-case", _) => {
            list(value, &at, |node, at| Ok(Test::Folded(Folded::new(text(node, at)?))))?
        }
        _ => {
            return Err(Error::new(
                &at,
                format!("`anything-but` takes no `{name}`"),
                "write values, or one of `prefix`, `suffix`, `equals-ignore-case`, `wildcard`",
            ));
        }
    }))
}

/// `numeric`: a comparison, or two that are a range.
fn numeric(node: &Node, at: &At) -> Result<Test> {
    const RANGE: &str = "write a comparison, `[\">\", 0]`, or a range, `[\">=\", 0, \"<\", 10]`";
    let Node::Array(parts) = node else { return Err(instead(node, at, RANGE)) };
    let sign = |node: &Node, at: &At| match node {
        Node::Text(sign) => match sign.as_str() {
            "=" => Ok((Side::Equal, true)),
            "<" => Ok((Side::Below, false)),
            "<=" => Ok((Side::Below, true)),
            ">" => Ok((Side::Above, false)),
            ">=" => Ok((Side::Above, true)),
            other => Err(Error::new(
                at,
                format!("there is no comparison `{other}`"),
                "write one of `=`, `<`, `<=`, `>`, `>=`",
            )),
        },
        _ => Err(instead(node, at, RANGE)),
    };
    let bound = |included, node: &Node, at: &At| match node {
        Node::Number(digits) => Ok(Bound { value: comparable(digits, at)?, included }),
        _ => Err(instead(node, at, "compare with a number, written without quotes")),
    };
    let all = |value| Bound { value, included: true };
    let (first, second) = match parts.as_slice() {
        [sign_1, value_1] => ((sign(sign_1, at)?, value_1), None),
        [sign_1, value_1, sign_2, value_2] => {
            ((sign(sign_1, at)?, value_1), Some((sign(sign_2, at)?, value_2)))
        }
        // The first thing that is wrong says more than how many there are.
        _ => {
            if let Some(first) = parts.first() {
                sign(first, at)?;
            }
            return Err(Error::new(at, format!("it has {} members", parts.len()), RANGE));
        }
    };
    let ((side, included), value) = first;
    let bound_1 = bound(included, value, &at.index(1))?;
    let (bottom, top) = match (side, second) {
        (Side::Equal, None) => return Ok(Test::Number(bound_1.value)),
        (Side::Above, None) => (bound_1, all(f64::MAX)),
        (Side::Below, None) => (all(f64::MIN), bound_1),
        (Side::Above, Some(((Side::Below, included), value))) => {
            (bound_1, bound(included, value, &at.index(3))?)
        }
        _ => {
            return Err(Error::new(
                at,
                "its two comparisons are no range",
                "write the lower bound first, `[\">=\", 0, \"<\", 10]`",
            ));
        }
    };
    if bottom.value >= top.value {
        return Err(Error::new(
            at,
            "its lower bound is not below its upper one",
            "write the lower bound first; a single number is `[\"=\", 5]`",
        ));
    }
    Ok(Test::Between(Between { bottom, top }))
}

/// Which side of a number is in a range.
#[derive(Clone, Copy)]
enum Side {
    Equal,
    Below,
    Above,
}

fn wildcard(node: &Node, at: &At) -> Result<Test> {
    Wildcard::new(text(node, at)?).map(Test::Wildcard).map_err(|refused| match refused {
        wildcard::Refused::Consecutive => {
            Error::new(at, "two `*` follow each other", "one `*` is any text already")
        }
        wildcard::Refused::Escape => Error::new(
            at,
            "a `\\` stands before neither `*` nor `\\`",
            "a backslash itself is `\\\\`, which JSON doubles once more: `\"\\\\\\\\\"`",
        ),
    })
}

fn block(node: &Node, at: &At) -> Result<Test> {
    let text = text(node, at)?;
    const FORM: &str = "write an address and the number of its fixed bits, `10.0.0.0/24`";
    Block::parse(text).map(Test::Block).map_err(|refused| match refused {
        address::Refused::Form => {
            Error::new(at, format!("`{text}` is no range of addresses"), FORM)
        }
        address::Refused::Address => {
            Error::new(at, format!("`{text}` does not begin with an IP address"), FORM)
        }
        address::Refused::Mask(most) => Error::new(
            at,
            format!("`{text}` fixes more than {most} bits"),
            "a single address is written as that address, without `cidr`",
        ),
    })
}

/// The `{"equals-ignore-case": "…"}` in a `prefix` or a `suffix`.
fn ignoring_case(node: &Node, at: &At) -> Result<Folded> {
    const FORM: &str = "write text, or `{\"equals-ignore-case\": \"…\"}`";
    let Node::Object(entries) = node else { return Err(instead(node, at, FORM)) };
    let (name, value) = only(entries, at)?;
    let at = at.field(name);
    if name != "equals-ignore-case" {
        return Err(Error::new(&at, format!("`{name}` cannot be asked of a part of text"), FORM));
    }
    Ok(Folded::new(text(value, &at)?))
}

/// The only entry of an object that stands for an operator.
fn only<'a>(entries: &'a [(String, Node)], at: &At) -> Result<(&'a str, &'a Node)> {
    match entries {
        [(name, value)] => Ok((name, value)),
        [] => Err(Error::new(
            at,
            "the operator is missing",
            format!("write one of {}", quoted(&OPERATORS)),
        )),
        [_, (second, _), ..] => Err(Error::new(
            at,
            format!("there is a second operator, `{second}`"),
            "give each an object of its own; a field matches if one of them does, and for both at \
             once there is a second rule",
        )),
    }
}

/// One, or a list of one or more.
fn list(node: &Node, at: &At, one: impl Fn(&Node, &At) -> Result<Test>) -> Result<Vec<Test>> {
    let Node::Array(items) = node else { return Ok(vec![one(node, at)?]) };
    if items.is_empty() {
        return Err(Error::new(at, "its list is empty", "name what to exclude"));
    }
    items.iter().enumerate().map(|(n, item)| one(item, &at.index(n))).collect()
}

fn text<'a>(node: &'a Node, at: &At) -> Result<&'a str> {
    match node {
        Node::Text(text) => Ok(text),
        _ => Err(instead(node, at, "write text, in quotes")),
    }
}

fn comparable(digits: &str, at: &At) -> Result<f64> {
    number::comparable(digits).ok_or_else(|| {
        Error::new(
            at,
            format!("`{digits}` cannot be compared, because no double is exactly this number"),
            "write one of at most 15 digits",
        )
    })
}

fn instead(node: &Node, at: &At, help: &str) -> Error {
    Error::new(at, format!("it cannot be {}", node.kind()), help)
}

pub(crate) fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
