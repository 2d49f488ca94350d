//! Statements, and the documents that they fit in.

use serde_json::{Value, json};

use crate::iam;

/// The most characters of a managed policy, white space aside
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>).
pub(crate) const MOST: usize = 6_144;

/// A policy.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Document(Vec<Statement>);

/// What is allowed, each action once.
#[derive(Debug, Default)]
pub(super) struct Statements(Vec<Statement>);

#[derive(Debug, Clone, PartialEq)]
struct Statement {
    actions: Vec<&'static str>,
    resources: Vec<String>,
    condition: Option<Value>,
}

impl Statements {
    /// Allows actions; those on the same resources are one statement.
    pub(super) fn allow(
        &mut self,
        actions: &[&'static str],
        resources: Vec<String>,
        condition: Option<Value>,
    ) {
        let alike = |s: &&mut Statement| s.resources == resources && s.condition == condition;
        match self.0.iter_mut().find(alike) {
            Some(statement) => statement.actions.extend(actions),
            None => self.0.push(Statement { actions: actions.to_vec(), resources, condition }),
        }
    }

    /// The documents that all of it fits in, in this order.
    pub(super) fn documents(self) -> Vec<Document> {
        let mut documents: Vec<Document> = Vec::new();
        for piece in self.0.into_iter().flat_map(Statement::pieces) {
            if let Some(last) = documents.last_mut() {
                last.0.push(piece);
                if last.characters() <= MOST {
                    continue;
                }
                let piece = last.0.pop();
                documents.push(Document(piece.into_iter().collect()));
            } else {
                documents.push(Document(vec![piece]));
            }
        }
        documents
    }
}

impl Document {
    /// As IAM takes it.
    pub(crate) fn json(&self) -> Value {
        let statements: Vec<_> = self.0.iter().map(Statement::json).collect();
        json!({ "Version": iam::VERSION, "Statement": statements })
    }

    /// How many characters IAM counts.
    pub(crate) fn characters(&self) -> usize {
        self.json().to_string().chars().filter(|c| !c.is_whitespace()).count()
    }
}

impl Statement {
    /// Itself, or where that is too much for a document, parts that say the same together.
    fn pieces(mut self) -> Vec<Self> {
        self.actions.sort_unstable();
        self.actions.dedup();
        if Document(vec![self.clone()]).characters() <= MOST {
            return vec![self];
        }
        let mut other = self.clone();
        if self.actions.len() > 1 {
            other.actions = self.actions.split_off(self.actions.len() / 2);
        } else {
            other.resources = self.resources.split_off(self.resources.len() / 2);
        }
        [self, other].into_iter().flat_map(Self::pieces).collect()
    }

    fn json(&self) -> Value {
        let mut statement = json!({
            "Effect": iam::Effect::Allow.name(),
            "Action": self.actions,
            "Resource": self.resources,
        });
        if let Some(condition) = &self.condition {
            statement["Condition"] = condition.clone();
        }
        statement
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_in_one_document_is_in_several() {
        let mut statements = Statements::default();
        let resources = |count: usize| (0..count).map(|n| format!("arn:{n:0>100}")).collect();
        statements.allow(&["a:One"], resources(1), None);
        statements.allow(&["a:Two", "a:Three"], resources(50), None);
        statements.allow(&["b:Four", "b:Five"], resources(100), None);
        statements.allow(&["a:Six", "a:One"], resources(1), None);
        let documents = statements.documents();
        assert!(documents.len() > 3);
        assert!(documents.iter().all(|it| it.characters() <= MOST && !it.0.is_empty()));
        let allowed = |action: &str| {
            let with =
                documents.iter().flat_map(|it| &it.0).filter(|s| s.actions.contains(&action));
            with.map(|statement| statement.resources.len()).sum::<usize>()
        };
        assert_eq!(
            ["a:One", "a:Two", "a:Three", "b:Four", "b:Five", "a:Six"].map(allowed),
            [1, 50, 50, 100, 100, 1]
        );
    }
}
