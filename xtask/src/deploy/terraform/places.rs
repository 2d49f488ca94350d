//! Where resources are declared, and which of them stay, read off the generated files: those of
//! an earlier deploy tell it of what has left the code since.

use std::collections::BTreeMap;

use crate::diagnostic::Place;

/// What the files say of each resource, by its address without an index.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Places(BTreeMap<String, Declared>);

#[derive(Debug, Default, Clone, PartialEq)]
struct Declared {
    at: Option<Place>,
    /// Terraform refuses to destroy it.
    kept: bool,
}

impl Places {
    /// Adds what a file says; what is known already stays.
    pub(super) fn read(&mut self, text: &str) {
        let mut comment = None;
        let mut current: Option<String> = None;
        for line in text.lines() {
            if let Some(address) = resource(line) {
                let declared = Declared { at: comment.take().and_then(place), kept: false };
                self.0.entry(address.clone()).or_insert(declared);
                current = Some(address);
            } else if line.trim() == "prevent_destroy = true" {
                let declared = current.as_ref().and_then(|address| self.0.get_mut(address));
                declared.into_iter().for_each(|declared| declared.kept = true);
            }
            comment = line.strip_prefix("# ");
        }
    }

    /// Where a resource is declared, or was when it was deployed.
    pub(super) fn of(&self, address: &str) -> Option<Place> {
        self.0.get(without_index(address))?.at.clone()
    }

    /// Whether it is not to be destroyed.
    pub(super) fn is_kept(&self, address: &str) -> bool {
        self.0.get(without_index(address)).is_some_and(|declared| declared.kept)
    }
}

/// `aws_iam_role.dms_vpc_role` of `aws_iam_role.dms_vpc_role[0]`.
pub(super) fn without_index(address: &str) -> &str {
    address.split_once('[').map_or(address, |(address, _)| address)
}

/// The address of a resource that begins at this line.
fn resource(line: &str) -> Option<String> {
    let mut labels = line.strip_prefix("resource \"")?.split('"');
    Some(format!("{}.{}", labels.next()?, labels.nth(1)?))
}

fn place(comment: &str) -> Option<Place> {
    let (file, line) = comment.rsplit_once(':')?;
    Some(Place::new(file, line.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fixture, graph::Graph, stage::Stage, terraform};

    fn places(stage: &str) -> Places {
        let graph = Graph::new(&fixture::manifest(), &Stage::new(stage)).unwrap();
        let mut places = Places::default();
        terraform::files(&graph).iter().for_each(|(_, text)| places.read(text));
        places
    }

    #[test]
    fn every_resource_has_its_place() {
        let graph = Graph::new(&fixture::manifest(), &Stage::new("dev")).unwrap();
        let places = places("dev");
        let avisar = graph.functions.iter().find(|it| it.handler == "avisar").unwrap();
        assert_eq!(places.of("aws_lambda_function.avisar"), Some(avisar.node.at.clone()));
        assert_eq!(places.of("aws_lambda_function.avisar[0]"), Some(avisar.node.at.clone()));
        assert!(places.0.values().all(|declared| declared.at.is_some()), "{places:?}");
        assert_eq!(places.of("aws_lambda_function.other"), None);
    }

    #[test]
    fn what_stays_is_known() {
        assert!(places("prod").is_kept("aws_dynamodb_table.inventario"));
        assert!(!places("prod").is_kept("aws_lambda_function.avisar"));
        assert!(!places("dev").is_kept("aws_dynamodb_table.inventario"));
    }

    #[test]
    fn what_the_newer_files_say_is_not_overwritten() {
        let mut places = Places::default();
        places.read("# a.rs:1\nresource \"x\" \"y\" {\n}\n");
        places.read("# a.rs:7\nresource \"x\" \"y\" {\n}\n\nresource \"x\" \"z\" {\n}\n");
        assert_eq!(places.of("x.y"), Some(Place::new("a.rs", 1)));
        assert_eq!(places.of("x.z"), None);
    }
}
