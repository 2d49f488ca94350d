//! Conditions and assignments in DynamoDB's expression language.

use std::collections::HashMap;

use serde_dynamo::AttributeValue;

use super::expression::{Assignment, Change, Condition, Predicate};
use crate::call::CallError;

/// An expression under construction: every name and value is a placeholder, so that no name can
/// be a reserved word.
#[derive(Default)]
pub(crate) struct Expressions {
    names: Vec<&'static str>,
    values: HashMap<String, AttributeValue>,
}

impl Expressions {
    pub(crate) fn name(&mut self, name: &'static str) -> String {
        let position = self.names.iter().position(|known| *known == name).unwrap_or_else(|| {
            self.names.push(name);
            self.names.len() - 1
        });
        format!("#n{position}")
    }

    pub(crate) fn value(&mut self, value: AttributeValue) -> String {
        let placeholder = format!(":v{}", self.values.len());
        self.values.insert(placeholder.clone(), value);
        placeholder
    }

    pub(crate) fn condition(&mut self, condition: &Condition) -> Result<String, CallError> {
        Ok(match &condition.0 {
            Predicate::Exists(name) => format!("attribute_exists({})", self.name(name)),
            Predicate::Absent(name) => format!("attribute_not_exists({})", self.name(name)),
            Predicate::BeginsWith(name, prefix) => {
                let name = self.name(name);
                let prefix = self.value(AttributeValue::S(prefix.clone()));
                format!("begins_with({name}, {prefix})")
            }
            Predicate::Compare(name, comparison, value) => {
                let name = self.name(name);
                let value = self.value(value.clone()?);
                format!("{name} {} {value}", comparison.symbol())
            }
            Predicate::And(a, b) => format!("({} AND {})", self.condition(a)?, self.condition(b)?),
            Predicate::Or(a, b) => format!("({} OR {})", self.condition(a)?, self.condition(b)?),
            Predicate::Not(a) => format!("(NOT {})", self.condition(a)?),
        })
    }

    /// An update expression; none if nothing is assigned, which leaves only the key.
    pub(crate) fn assignments(
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

    fn sum(&mut self, name: &str, sign: char, amount: AttributeValue) -> String {
        let zero = self.value(AttributeValue::N("0".into()));
        let amount = self.value(amount);
        format!("{name} = if_not_exists({name}, {zero}) {sign} {amount}")
    }

    /// The placeholders of the names; none if there are none, which DynamoDB insists on.
    pub(crate) fn names(&self) -> Option<HashMap<String, String>> {
        let names: HashMap<String, String> = self
            .names
            .iter()
            .enumerate()
            .map(|(position, name)| (format!("#n{position}"), (*name).to_owned()))
            .collect();
        (!names.is_empty()).then_some(names)
    }

    /// The placeholders of the values; none if there are none.
    pub(crate) fn values(self) -> Option<HashMap<String, AttributeValue>> {
        (!self.values.is_empty()).then_some(self.values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Detail, Field};

    #[derive(Detail, serde::Serialize)]
    #[allow(dead_code)]
    struct Item {
        #[serde(rename = "Size")]
        size: i64,
        name: String,
        note: Option<String>,
    }

    fn fields() -> &'static <Item as Detail>::Fields {
        Item::FIELDS
    }

    fn rendered(condition: &Condition) -> (String, Vec<(String, String)>) {
        let mut expressions = Expressions::default();
        let text = expressions.condition(condition).expect("can be rendered");
        let mut names: Vec<_> = expressions.names().unwrap_or_default().into_iter().collect();
        names.sort();
        (text, names)
    }

    #[test]
    fn no_name_or_value_stands_in_the_text() {
        let condition = fields().size.at_least(3).and(!fields().name.equals("size"));
        let (text, names) = rendered(&condition);
        assert_eq!(text, "(#n0 >= :v0 AND (NOT #n1 = :v1))");
        assert_eq!(names, [("#n0".into(), "Size".into()), ("#n1".into(), "name".into())]);
    }

    #[test]
    fn a_name_used_twice_has_one_placeholder() {
        let condition = fields().size.greater_than(1).or(fields().size.absent());
        assert_eq!(rendered(&condition).0, "(#n0 > :v0 OR attribute_not_exists(#n0))");
    }

    #[test]
    fn texts_can_be_tested_by_their_beginning() {
        let (text, _) = rendered(&fields().name.begins_with("MOV#"));
        assert_eq!(text, "begins_with(#n0, :v0)");
    }

    #[test]
    fn sums_begin_at_zero_and_removals_have_a_clause_of_their_own() {
        let size: &Field<i64> = &fields().size;
        let assignments = [size.minus(2), fields().note.remove(), fields().name.to("a")];
        let mut expressions = Expressions::default();
        let text = expressions.assignments(&assignments).expect("can be rendered");
        assert_eq!(
            text.as_deref(),
            Some("SET #n0 = if_not_exists(#n0, :v0) - :v1, #n2 = :v2 REMOVE #n1")
        );
        let values = expressions.values().expect("has values");
        assert_eq!(values[":v0"], AttributeValue::N("0".into()));
        assert_eq!(values[":v1"], AttributeValue::N("2".into()));
        assert_eq!(values[":v2"], AttributeValue::S("a".into()));
    }

    #[test]
    fn nothing_to_say_is_said_with_nothing() {
        let mut expressions = Expressions::default();
        assert_eq!(expressions.assignments(&[]), Ok(None));
        assert_eq!(expressions.names(), None);
        assert_eq!(expressions.values(), None);
    }
}
