//! The roles that DMS looks for in an account.

use crate::{
    diagnostic::Place,
    graph::{Capture, Graph, Part, Text, capture},
    hcl::{Block, Expression},
    terraform::{address, policy, text},
};

const ROLE: &str = "aws_iam_role";
const ATTACHMENT: &str = "aws_iam_role_policy_attachment";
const CREATE: &str = "create_dms_roles";

pub(super) fn blocks(at: &Place, graph: &Graph) -> Vec<Block> {
    let count = || Expression::raw(format!("var.{CREATE} ? 1 : 0"));
    let variable = Block::new("variable", &[CREATE])
        .set("description", capture::CREATE_ROLES)
        .set("type", Expression::raw("bool"))
        .set("default", graph.create_dms_roles);
    let mut blocks = vec![variable];
    for (role, managed) in capture::ACCOUNT_ROLES {
        let name = snake(role);
        let arn = [
            "arn:".into(),
            Part::Partition,
            ":iam::aws:policy/service-role/".into(),
            managed.into(),
        ];
        blocks.push(
            Block::resource(ROLE, &name, at)
                .set("count", count())
                .set("name", role)
                .set("assume_role_policy", policy::trust_of(&Capture::writer()))
                .block(kept()),
        );
        blocks.push(
            Block::resource(ATTACHMENT, &name, at)
                .set("count", count())
                .set("role", address(ROLE, &format!("{name}[0]"), "name"))
                .set("policy_arn", text(&Text::new(arn)))
                .block(kept()),
        );
    }
    blocks
}

/// The roles are the account's: whatever else captures there needs them too. To forget them
/// without destroying them is what a `removed` block does, which Terraform 1.3 does not have.
fn kept() -> Block {
    Block::new("lifecycle", &[]).set("prevent_destroy", true).why(
        "Other stages of the account need it: before this one is destroyed, `terraform state rm` it.",
    )
}

/// What the roles may do; without it they are of no use.
pub(super) fn ready() -> impl Iterator<Item = String> {
    capture::ACCOUNT_ROLES.into_iter().map(|(role, _)| format!("{ATTACHMENT}.{}", snake(role)))
}

fn snake(role: &str) -> String {
    role.replace('-', "_")
}
