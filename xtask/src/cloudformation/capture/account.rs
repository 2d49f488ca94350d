//! The roles that DMS looks for in an account.

use crate::{
    cloudformation::{Resource, Value, policy, text},
    graph::{Capture, Graph, Logical, Node, Part, Text, capture, upper_camel},
};

/// The parameter, and the condition that follows from it.
const CREATE: &str = "CreateDmsRoles";
const CONDITION: &str = "DmsRolesAreCreated";

pub(in crate::cloudformation) fn parameter(graph: &Graph) -> Option<(String, Value)> {
    graph.captures.iter().next()?;
    let parameter = Value::map([
        ("Type", "String".into()),
        ("Description", capture::CREATE_ROLES.into()),
        ("Default", graph.create_dms_roles.to_string().into()),
        ("AllowedValues", Value::list(["true", "false"])),
    ]);
    Some((CREATE.into(), parameter))
}

pub(in crate::cloudformation) fn condition(graph: &Graph) -> Option<(&'static str, Value)> {
    graph.captures.iter().next()?;
    let equal = Value::list([Value::reference(CREATE), "true".into()]);
    Some((CONDITION, Value::map([("Fn::Equals", equal)])))
}

/// The roles, as if they were declared where `first` is.
pub(super) fn resources(first: &Node, graph: &Graph) -> Vec<Resource> {
    let resource = |(role, managed): (&str, &str)| {
        let arn = [
            "arn:".into(),
            Part::Partition,
            ":iam::aws:policy/service-role/".into(),
            managed.into(),
        ];
        let logical = Logical { camel: id(role), ..first.logical.clone() };
        Resource::new("AWS::IAM::Role", &Node { logical, ..first.clone() })
            .only_if(CONDITION)
            // Whatever else captures in the account needs them too.
            .kept()
            .set("RoleName", role)
            .set("AssumeRolePolicyDocument", policy::trust_of(&Capture::writer()))
            .set("ManagedPolicyArns", Value::list([text(&Text::new(arn))]))
            .tags(graph)
    };
    capture::ACCOUNT_ROLES.map(resource).into()
}

/// A text that ends in the names of the roles, where they are created: so what has it waits for
/// them, and is removed before them. To depend on what may not be is no error of CloudFormation's,
/// but of its linter.
pub(super) fn with_roles(text: &str) -> Value {
    let [vpc, logs] = capture::ACCOUNT_ROLES.map(|(role, _)| id(role));
    let with = Value::substitute(format!("{text}, with ${{{vpc}}} and ${{{logs}}}"));
    Value::map([("Fn::If", Value::list([CONDITION.into(), with, text.into()]))])
}

fn id(role: &str) -> String {
    upper_camel(&role.replace('-', "_"))
}
