//! Which stacks a stage has: those that there are to be, and those that there are.

use super::{
    CloudFormation, cause,
    stack::{Described, Stack, State},
    template::Template,
};
use crate::{
    cloudformation::{self, Portion},
    diagnostic::Result,
    graph::Graph,
};

/// Every status but that of a stack that is gone.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStacks.html>
const STATUSES: [&str; 22] = [
    "CREATE_IN_PROGRESS",
    "CREATE_FAILED",
    "CREATE_COMPLETE",
    "ROLLBACK_IN_PROGRESS",
    "ROLLBACK_FAILED",
    "ROLLBACK_COMPLETE",
    "DELETE_IN_PROGRESS",
    "DELETE_FAILED",
    "UPDATE_IN_PROGRESS",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_COMPLETE",
    "UPDATE_FAILED",
    "UPDATE_ROLLBACK_IN_PROGRESS",
    "UPDATE_ROLLBACK_FAILED",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE",
    "REVIEW_IN_PROGRESS",
    "IMPORT_IN_PROGRESS",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_IN_PROGRESS",
    "IMPORT_ROLLBACK_FAILED",
    "IMPORT_ROLLBACK_COMPLETE",
];

/// The name of a stack of a stage of an application.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html>: it
/// has letters, digits and hyphens.
pub(crate) fn stack_name(graph: &Graph, portion: Portion) -> String {
    let Graph { app, stage, .. } = graph;
    format!("{}-{stage}{}", app.replace('_', "-"), portion.suffix())
}

/// A stack of a stage: what it is, and what it is to be.
pub(super) struct Unit<'a> {
    pub(super) portion: Portion,
    pub(super) stack: Stack<'a>,
    /// What there is; none if there is nothing, or nothing that could be changed.
    pub(super) described: Option<Described>,
    /// What was last deployed.
    pub(super) deployed: Template,
    /// What is to be; none if it is no longer needed.
    pub(super) wanted: Option<Template>,
}

impl Unit<'_> {
    /// The template that says the most of it.
    pub(super) fn template(&self) -> &Template {
        self.wanted.as_ref().unwrap_or(&self.deployed)
    }
}

impl<'a> CloudFormation<'a> {
    /// The stacks of the stage, in the order of their portions: those that these templates are of,
    /// and those that are there besides.
    pub(super) fn units(&self, wanted: &[cloudformation::Template]) -> Result<Vec<Unit<'a>>> {
        let mut units = Vec::new();
        for template in wanted {
            let wanted = Some(Template::new(template.data()?));
            let mut unit = self.unit(template.portion(), wanted);
            self.settle(&mut unit)?;
            units.push(unit);
        }
        for (portion, _) in self.there()? {
            if units.iter().any(|it| it.portion == portion) {
                continue;
            }
            let mut unit = self.unit(portion, None);
            self.settle(&mut unit)?;
            let is_there = |it: &Described| it.state() != State::Absent;
            if unit.described.as_ref().is_some_and(is_there) {
                units.push(unit);
            }
        }
        units.sort_by_key(|it| it.portion);
        Ok(units)
    }

    /// What there is of the stage, whatever is under way.
    pub(super) fn there(&self) -> Result<Vec<(Portion, Described)>> {
        let mut there = Vec::new();
        for portion in [Portion::Base].into_iter().chain(self.numbered()?) {
            let stack = self.unit(portion, None).stack;
            let Some(described) = stack.describe()? else { continue };
            // The name of another stage's stack may end as those of our handlers do.
            let description = portion.description(self.deployment.graph);
            if portion == Portion::Base || stack.said(&described)? == Some(description) {
                there.push((portion, described));
            }
        }
        Ok(there)
    }

    fn unit(&self, portion: Portion, wanted: Option<Template>) -> Unit<'a> {
        let stack = Stack::new(self.aws, stack_name(self.deployment.graph, portion));
        Unit { portion, stack, described: None, deployed: Template::default(), wanted }
    }

    /// The portions that stacks of handlers could be of, by their names.
    fn numbered(&self) -> Result<Vec<Portion>> {
        let before = stack_name(self.deployment.graph, Portion::Base) + "-";
        let query = format!("StackSummaries[?starts_with(StackName, '{before}')].StackName");
        let mut arguments = vec!["--query", &query, "--stack-status-filter"];
        arguments.extend(STATUSES);
        let names = self.aws.call("cloudformation", "list-stacks", &arguments)?;
        let names = names.as_array().into_iter().flatten().filter_map(|it| it.as_str());
        let mut portions: Vec<_> = names.filter_map(|name| numbered(name, &before)).collect();
        portions.sort();
        portions.dedup();
        Ok(portions)
    }

    /// Finds out what there is of a stack, once no operation is under way.
    fn settle(&self, unit: &mut Unit<'a>) -> Result<()> {
        let description = unit.portion.description(self.deployment.graph);
        loop {
            let Some(described) = unit.stack.describe()? else { return Ok(()) };
            unit.stack.check(&described, &description)?;
            if described.state() != State::Busy {
                if described.state() != State::Absent {
                    unit.deployed = unit.stack.template()?;
                }
                unit.described = Some(described);
                return Ok(());
            }
            let status = &described.stack_status;
            let report = self.deployment.report;
            report.status("Joining", format_args!("stack {}, which is {status}", unit.stack.name));
            let ended = unit.stack.follow(&described.stack_id, None, &mut |event| {
                report.detail(&event.resource_status, &event.logical_resource_id);
            })?;
            if !ended.is_success() {
                let template = unit.stack.template().unwrap_or_default();
                for mistake in cause::of(&ended, &template) {
                    report.warning(&mistake);
                }
            }
        }
    }
}

/// The portion that a stack is of, by its name, if that is one of handlers.
fn numbered(name: &str, before: &str) -> Option<Portion> {
    let digits = name.strip_prefix(before)?;
    let number: u32 = digits.parse().ok().filter(|number| *number > 0)?;
    (number.to_string() == digits).then(|| Portion::of_handlers(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_of_handlers_is_known_by_its_number() {
        let numbered = |name| numbered(name, "shop-dev-");
        assert_eq!(numbered("shop-dev-3"), Some(Portion::Consumers(3)));
        assert_eq!(numbered("shop-dev-12"), Some(Portion::Readers(12)));
        for other in ["shop-dev-", "shop-dev-0", "shop-dev-03", "shop-dev-+3", "shop-dev-eu-1"] {
            assert_eq!(numbered(other), None, "{other}");
        }
    }
}
