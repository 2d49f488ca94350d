//! Conditions and assignments in DynamoDB's expression language.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::{
    call::CallError,
    table::expression::{Assignment, Change, Condition},
};

/// An expression under construction: every name and value is a placeholder, so that no name can
/// be a reserved word.
#[derive(Default)]
pub(super) struct Expressions {
    names: Vec<&'static str>,
    values: HashMap<String, AttributeValue>,
}

impl Expressions {
    pub(super) fn name(&mut self, name: &'static str) -> String {
        let position = self.names.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.names.push(name);
            self.names.len() - 1
        });
        format!("#n{position}")
    }

    pub(super) fn value(&mut self, value: serde_dynamo::AttributeValue) -> String {
        let placeholder = format!(":v{}", self.values.len());
        self.values.insert(placeholder.clone(), value.into());
        placeholder
    }

    pub(super) fn condition(&mut self, condition: &Condition) -> Result<String, CallError> {
        Ok(match condition {
            Condition::Exists(name) => format!("attribute_exists({})", self.name(name)),
            Condition::Absent(name) => format!("attribute_not_exists({})", self.name(name)),
            Condition::BeginsWith(name, prefix) => {
                let name = self.name(name);
                let prefix = self.value(serde_dynamo::AttributeValue::S(prefix.clone()));
                format!("begins_with({name}, {prefix})")
            }
            Condition::Compare(name, comparison, value) => {
                let name = self.name(name);
                let value = self.value(value.clone()?);
                format!("{name} {} {value}", comparison.symbol())
            }
            Condition::And(a, b) => format!("({} AND {})", self.condition(a)?, self.condition(b)?),
            Condition::Or(a, b) => format!("({} OR {})", self.condition(a)?, self.condition(b)?),
            Condition::Not(a) => format!("(NOT {})", self.condition(a)?),
        })
    }

    /// An update expression; none if nothing is assigned, which leaves only the key.
    pub(super) fn assignments(
        &mut self,
        assignments: &[Assignment],
    ) -> Result<Option<String>, CallError> {
        let mut set = Vec::new();
        let mut remove = Vec::new();
        for Assignment { name, change } in assignments {
            let name = self.name(name);
            match change {
                Change::Set(value) => {
                    let value = self.value(value.clone()?);
                    set.push(format!("{name} = {value}"));
                }
                Change::Add(amount) => set.push(self.sum(&name, '+', amount.clone()?)),
                Change::Subtract(amount) => set.push(self.sum(&name, '-', amount.clone()?)),
                Change::Remove => remove.push(name),
            }
        }
        let clause = |word: &str, parts: &[String]| {
            (!parts.is_empty()).then(|| format!("{word} {}", parts.join(", ")))
        };
        let clauses: Vec<String> =
            clause("SET", &set).into_iter().chain(clause("REMOVE", &remove)).collect();
        Ok((!clauses.is_empty()).then(|| clauses.join(" ")))
    }

    fn sum(&mut self, name: &str, sign: char, amount: serde_dynamo::AttributeValue) -> String {
        let zero = self.value(serde_dynamo::AttributeValue::N("0".into()));
        let amount = self.value(amount);
        format!("{name} = if_not_exists({name}, {zero}) {sign} {amount}")
    }

    /// The placeholders of the names; none if there are none, which DynamoDB insists on.
    pub(super) fn names(&self) -> Option<HashMap<String, String>> {
        let names: HashMap<String, String> = self
            .names
            .iter()
            .enumerate()
            .map(|(position, name)| (format!("#n{position}"), (*name).to_owned()))
            .collect();
        (!names.is_empty()).then_some(names)
    }

    /// The placeholders of the values; none if there are none.
    pub(super) fn values(self) -> Option<HashMap<String, AttributeValue>> {
        (!self.values.is_empty()).then_some(self.values)
    }
}
