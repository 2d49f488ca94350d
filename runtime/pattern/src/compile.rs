//! A pattern's JSON as alternatives, each of which asks for fields.

use std::collections::BTreeMap;

use crate::{
    error::{At, Error},
    node::Node,
    operator::{self, OPERATORS},
    test::Test,
};

/// Alternatives that `$or` makes of a pattern.
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html>
const ALTERNATIVES: usize = 1_000;

/// Names that no field in an `$or` may have, besides those of the operators.
const RESERVED: [&str; 15] = [
    "=",
    "<",
    "<=",
    ">",
    ">=",
    "regex",
    "not-wildcard",
    "not-equals-ignore-case",
    "date-after",
    "date-on-or-after",
    "date-before",
    "date-on-or-before",
    "in-date-range",
    "ip-address-in-range",
    "ip-address-not-in-range",
];

/// What `$or` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// Alternatives.
    Or,
    /// A field of that name, as before there were alternatives.
    Field,
}

/// The fields that an alternative asks for, and which list of tests each has to pass.
pub(crate) type Alternative = BTreeMap<usize, usize>;

/// What a pattern asks for.
#[derive(Debug, Default)]
pub(crate) struct Compiled {
    /// The fields, as names joined with dots.
    pub(crate) fields: Vec<String>,
    pub(crate) tests: Vec<Vec<Test>>,
    /// An event matches if it does one of these.
    pub(crate) alternatives: Vec<Alternative>,
}

impl Compiled {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// The first thing in it that AWS refuses.
    pub(crate) fn new(node: &Node) -> Result<Self, Error> {
        let read = |reading| {
            let mut compiler = Compiler { reading, compiled: Self::default() };
            let mut alternatives = Vec::new();
            let Node::Object(entries) = node else {
                return Err(Error::new(
                    &At::default(),
                    format!("a pattern cannot be {}", node.kind()),
                    "write an object, `{\"source\": [\"…\"]}`",
                ));
            };
            compiler.object(entries, "", false, &mut alternatives, &At::default())?;
            Ok(Self { alternatives, ..compiler.compiled })
        };
        // What cannot be alternatives is tried as a field, and only then refused.
        read(Reading::Or).or_else(|error| read(Reading::Field).map_err(|_| error))
    }
}

struct Compiler {
    reading: Reading,
    compiled: Compiled,
}

impl Compiler {
    /// Adds the fields of an object to all alternatives that there are so far; a field that they
    /// have already is replaced.
    fn object(
        &mut self,
        entries: &[(String, Node)],
        path: &str,
        in_or: bool,
        alternatives: &mut Vec<Alternative>,
        at: &At,
    ) -> Result<(), Error> {
        if entries.is_empty() {
            return Err(Error::new(
                at,
                "an empty object matches nothing",
                "name a field in it, `{\"field\": [\"…\"]}`, or leave it out",
            ));
        }
        for (name, node) in entries {
            let at = at.field(name);
            if self.reading == Reading::Or && name == "$or" {
                self.or(node, path, alternatives, &at)?;
                continue;
            }
            if in_or && OPERATORS.iter().chain(&RESERVED).any(|reserved| name == reserved) {
                return Err(Error::new(
                    &at,
                    format!("in an `$or` no field can be called `{name}`"),
                    "write whole fields into it: `{\"$or\": [{\"a\": [1]}, {\"b\": [2]}]}`",
                ));
            }
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            match node {
                Node::Object(entries) => self.object(entries, &path, in_or, alternatives, &at)?,
                Node::Array(members) => self.field(path, members, alternatives, &at)?,
                _ => {
                    return Err(Error::new(
                        &at,
                        format!("a field cannot be {}", node.kind()),
                        "put what it may be into a list, `[\"a\", \"b\"]`",
                    ));
                }
            }
        }
        Ok(())
    }

    fn or(
        &mut self,
        node: &Node,
        path: &str,
        alternatives: &mut Vec<Alternative>,
        at: &At,
    ) -> Result<(), Error> {
        const FORM: &str = "write two or more objects, `[{\"a\": [1]}, {\"b\": [2]}]`";
        let choices = match node {
            Node::Array(choices) if choices.len() >= 2 => choices,
            Node::Array(choices) => {
                let reason = format!("an `$or` has to have two choices, not {}", choices.len());
                return Err(Error::new(at, reason, FORM));
            }
            _ => return Err(Error::new(at, format!("an `$or` cannot be {}", node.kind()), FORM)),
        };
        let before = std::mem::take(alternatives);
        for (n, choice) in choices.iter().enumerate() {
            let at = at.index(n);
            let Node::Object(entries) = choice else {
                let reason = format!("a choice of an `$or` cannot be {}", choice.kind());
                return Err(Error::new(&at, reason, FORM));
            };
            let mut chosen =
                if before.is_empty() { vec![Alternative::new()] } else { before.clone() };
            self.object(entries, path, true, &mut chosen, &at)?;
            alternatives.append(&mut chosen);
            if alternatives.len() > ALTERNATIVES {
                return Err(Error::new(
                    &at,
                    format!("the choices combine to more than {ALTERNATIVES} alternatives"),
                    "split the rule, or put values of one field into one list",
                ));
            }
        }
        Ok(())
    }

    fn field(
        &mut self,
        path: String,
        members: &[Node],
        alternatives: &mut Vec<Alternative>,
        at: &At,
    ) -> Result<(), Error> {
        if members.is_empty() {
            return Err(Error::new(
                at,
                "an empty list matches nothing",
                "name what the field may be, or leave the field out",
            ));
        }
        let tests = members
            .iter()
            .enumerate()
            .map(|(n, member)| operator::member(member, self.reading, &at.index(n)))
            .collect::<Result<Vec<_>, _>>()?;
        let Compiled { fields, tests: lists, .. } = &mut self.compiled;
        let field = fields.iter().position(|field| *field == path).unwrap_or_else(|| {
            fields.push(path);
            fields.len() - 1
        });
        lists.push(tests);
        if alternatives.is_empty() {
            alternatives.push(Alternative::new());
        }
        for alternative in alternatives {
            alternative.insert(field, lists.len() - 1);
        }
        Ok(())
    }
}
