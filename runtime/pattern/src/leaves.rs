//! The values of an event that a pattern asks about, and where in its arrays they are.

use serde_json::Value;

/// The names that lead to the fields of a pattern, as a tree.
#[derive(Debug, Clone, Default)]
pub(crate) struct Branch {
    children: Vec<(String, Branch)>,
    /// The field that ends here.
    field: Option<usize>,
}

impl Branch {
    /// Adds a field, as names joined with dots.
    pub(crate) fn add(&mut self, path: &str, field: usize) {
        let mut branch = self;
        for name in path.split('.') {
            let position = branch.children.iter().position(|(child, _)| child == name);
            let position = position.unwrap_or_else(|| {
                branch.children.push((name.to_owned(), Self::default()));
                branch.children.len() - 1
            });
            branch = &mut branch.children[position].1;
        }
        branch.field = Some(field);
    }

    /// What a name of an event leads to. One with dots in it is the same as several.
    fn child(&self, name: &str) -> Option<&Self> {
        let one = |branch: &'_ Self, name: &str| {
            branch.children.iter().position(|(child, _)| child == name)
        };
        if !name.contains('.') {
            return one(self, name).map(|position| &self.children[position].1);
        }
        name.split('.').try_fold(self, |branch, name| {
            one(branch, name).map(|position| &branch.children[position].1)
        })
    }
}

/// An array of the event, and the position of an element in it.
pub(crate) type Element = (u32, u32);

/// A value that is neither an object nor an array.
#[derive(Debug, Clone)]
pub(crate) struct Leaf<'e> {
    field: usize,
    pub(crate) value: &'e Value,
    /// The elements that it is in, from the outermost to the innermost. An array that holds it
    /// itself does not count: the values of such an array are alternatives.
    pub(crate) within: Vec<Element>,
}

/// The values of the fields of a pattern, those of one field beside each other.
#[derive(Debug)]
pub(crate) struct Leaves<'e> {
    leaves: Vec<Leaf<'e>>,
    within: Vec<Element>,
    arrays: u32,
}

impl<'e> Leaves<'e> {
    pub(crate) fn of(event: &'e Value, root: &Branch) -> Self {
        let mut found = Self { leaves: Vec::new(), within: Vec::new(), arrays: 0 };
        if event.is_object() {
            found.visit(event, root);
        }
        found.leaves.sort_by(|a, b| (a.field, &a.within).cmp(&(b.field, &b.within)));
        found
    }

    fn visit(&mut self, value: &'e Value, branch: &Branch) {
        match value {
            Value::Object(_) if branch.children.is_empty() => {}
            Value::Object(entries) => {
                for (name, value) in entries {
                    if let Some(child) = branch.child(name) {
                        self.visit(value, child);
                    }
                }
            }
            Value::Array(items) => {
                let array = self.arrays;
                self.arrays += 1;
                for (index, item) in (0..).zip(items) {
                    if item.is_object() || item.is_array() {
                        self.within.push((array, index));
                        self.visit(item, branch);
                        self.within.pop();
                    } else {
                        self.visit(item, branch);
                    }
                }
            }
            _ => {
                if let Some(field) = branch.field {
                    self.leaves.push(Leaf { field, value, within: self.within.clone() });
                }
            }
        }
    }

    /// The values of a field, ordered by the elements that they are in.
    pub(crate) fn of_field(&self, field: usize) -> &[Leaf<'e>] {
        let start = self.leaves.partition_point(|leaf| leaf.field < field);
        let rest = &self.leaves[start..];
        &rest[..rest.partition_point(|leaf| leaf.field == field)]
    }

    /// Whether each value is in no element of an array.
    pub(crate) fn are_flat(&self) -> bool {
        self.leaves.iter().all(|leaf| leaf.within.is_empty())
    }
}
