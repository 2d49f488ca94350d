//! The roles of functions and captures, and to which services they may be passed.

use serde_json::json;

use super::{Entry, Scope};
use crate::{
    graph::{Capture, capture},
    iam,
};

const TYPES: &[&str] = &["aws_iam_role", "aws_iam_role_policy", "AWS::IAM::Role"];

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(TYPES, MANAGE, |scope| [functions(scope), captures(scope)].concat()),
    Entry::new(TYPES, &["iam:PassRole"], functions)
        .only(|_| Some(json!({ "StringEquals": { "iam:PassedToService": iam::LAMBDA } }))),
    // The regional name is the one that may read secrets.
    Entry::new(TYPES, &["iam:PassRole"], captures).only(|scope| {
        let services = [Capture::writer(), Capture::reader()].map(|name| scope.text(&name));
        Some(json!({ "StringLike": { "iam:PassedToService": services } }))
    }),
    // An account has one each of these, of which all captures are aware.
    Entry::new(
        &["aws_iam_role", "aws_iam_role_policy_attachment", "AWS::IAM::Role"],
        MANAGE,
        account_roles,
    ),
    Entry::new(
        &["aws_iam_role_policy_attachment", "AWS::IAM::Role"],
        &["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
        account_roles,
    )
    .only(|scope| {
        let policies = capture::ACCOUNT_ROLES.map(|(_, policy)| {
            format!("arn:{}:iam::aws:policy/service-role/{policy}", scope.partition)
        });
        Some(json!({ "ArnEquals": { "iam:PolicyARN": policies } }))
    }),
];

const MANAGE: &[&str] = &[
    "iam:CreateRole",
    "iam:DeleteRole",
    "iam:DeleteRolePolicy",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListAttachedRolePolicies",
    "iam:ListInstanceProfilesForRole",
    "iam:ListRolePolicies",
    "iam:ListRoleTags",
    "iam:PutRolePolicy",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
];

fn functions(scope: &Scope<'_>) -> Vec<String> {
    roles(scope, scope.graph.functions.iter().map(|it| it.role.node.name.as_str()))
}

fn captures(scope: &Scope<'_>) -> Vec<String> {
    let roles = scope.graph.captures.iter().flat_map(|it| [&it.source_role, &it.target_role]);
    self::roles(scope, roles.map(|node| node.name.as_str()))
}

fn account_roles(scope: &Scope<'_>) -> Vec<String> {
    let needed = scope.graph.captures.iter().next().is_some();
    let roles = capture::ACCOUNT_ROLES.iter().filter(|_| needed);
    roles.map(|(role, _)| scope.iam(&format!("role/{role}"))).collect()
}

fn roles<'n>(scope: &Scope<'_>, names: impl Iterator<Item = &'n str>) -> Vec<String> {
    scope.names(names).iter().map(|name| scope.iam(&format!("role/{name}"))).collect()
}
