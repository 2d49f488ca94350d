//! Projections: parts of an item.

use std::collections::HashMap;

use serde_dynamo::{AttributeValue, Item};

use super::{
    parser::Parser,
    path::{Path, Step, distinct},
    placeholders::Placeholders,
};
use crate::endpoint::failure::{Failure, Outcome};

/// The parts of items that are asked for.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct Projection(Vec<Path>);

impl Projection {
    /// Reads the expression of a request.
    pub(in super::super) fn read(text: &str, placeholders: &Placeholders) -> Outcome<Self> {
        let read = || {
            let mut parser = Parser::new(text, placeholders)?;
            let mut paths = vec![parser.path()?];
            while parser.symbol(",") {
                paths.push(parser.path()?);
            }
            parser.end()?;
            distinct(&paths)?;
            Ok(Self(paths))
        };
        read().map_err(|what: String| {
            Failure::validation(format!("Invalid ProjectionExpression: {what}"))
        })
    }

    /// The parts that paths lead to.
    pub(in super::super) fn of_paths(paths: Vec<Path>) -> Self {
        Self(paths)
    }

    /// The parts of an item. Elements of lists close ranks.
    pub(in super::super) fn of(&self, item: &Item) -> Item {
        let mut paths: Vec<_> = self.0.iter().map(|path| path.0.as_slice()).collect();
        // Elements of a list keep their order whatever the order they are asked for in.
        paths.sort_unstable();
        let mut parts = HashMap::new();
        for group in paths.chunk_by(|a, b| a.first() == b.first()) {
            if let Some(Step::Name(name)) = group.first().and_then(|it| it.first())
                && let Some(part) = item.get(name).and_then(|value| part(value, group))
            {
                parts.insert(name.clone(), part);
            }
        }
        Item::from(parts)
    }
}

/// What the rests of paths, each without its first step, leave of a value; none if nothing.
fn part(value: &AttributeValue, group: &[&[Step]]) -> Option<AttributeValue> {
    let rests: Vec<_> = group.iter().filter_map(|steps| steps.get(1..)).collect();
    if rests.iter().any(|steps| steps.is_empty()) {
        return Some(value.clone());
    }
    let groups = rests.chunk_by(|a, b| a.first() == b.first());
    match value {
        AttributeValue::M(map) => {
            let parts: HashMap<_, _> = groups
                .filter_map(|group| match group.first()?.first()? {
                    Step::Name(name) => Some((name.clone(), part(map.get(name)?, group)?)),
                    Step::Index(_) => None,
                })
                .collect();
            (!parts.is_empty()).then_some(AttributeValue::M(parts))
        }
        AttributeValue::L(list) => {
            let parts: Vec<_> = groups
                .filter_map(|group| match group.first()?.first()? {
                    Step::Index(index) => part(list.get(*index)?, group),
                    Step::Name(_) => None,
                })
                .collect();
            (!parts.is_empty()).then_some(AttributeValue::L(parts))
        }
        _ => None,
    }
}
