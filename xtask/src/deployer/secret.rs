//! How captures sign in.

use super::{Entry, Scope, scope::everywhere};

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        &[
            "aws_secretsmanager_secret",
            "aws_secretsmanager_secret_version",
            "AWS::SecretsManager::Secret",
        ],
        &[
            "secretsmanager:CreateSecret",
            "secretsmanager:DeleteSecret",
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetResourcePolicy",
            // Terraform compares what is in it.
            "secretsmanager:GetSecretValue",
            "secretsmanager:ListSecretVersionIds",
            "secretsmanager:PutSecretValue",
            "secretsmanager:TagResource",
            "secretsmanager:UntagResource",
            "secretsmanager:UpdateSecret",
            "secretsmanager:UpdateSecretVersionStage",
        ],
        // AWS puts six characters behind the name.
        |scope| {
            let arns = scope.arns("secretsmanager", "secret:", names(scope), "");
            let end = |arn: String| if arn.ends_with('*') { arn } else { arn + "-??????" };
            arns.into_iter().map(end).collect()
        },
    ),
    Entry::new(
        &["aws_secretsmanager_random_password", "AWS::SecretsManager::Secret"],
        &["secretsmanager:GetRandomPassword"],
        |scope| everywhere(names(scope).next().is_some()),
    ),
];

/// Those that are made: an existing database has its own.
fn names<'a>(scope: &'a Scope<'_>) -> impl Iterator<Item = &'a str> {
    let made = |from| scope.graph.auroras[from].node.is_created();
    let captures = scope.graph.captures.iter().filter(move |capture| made(capture.from));
    captures.map(|capture| capture.secret.name.as_str())
}
