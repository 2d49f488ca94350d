//! KMS keys, and their use by what is encrypted with them.

use super::{Entry, Scope, scope::everywhere};

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(&["aws_kms_key", "AWS::KMS::Key"], &["kms:CreateKey", "kms:ListAliases"], |scope| {
        everywhere(is_created(scope))
    }),
    // KMS may take minutes to look at new tags, so none are asked for by what makes a key.
    Entry::new(
        &["aws_kms_key", "AWS::KMS::Key"],
        &[
            "kms:DescribeKey",
            "kms:EnableKeyRotation",
            "kms:GetKeyPolicy",
            "kms:GetKeyRotationStatus",
            "kms:ListResourceTags",
            "kms:TagResource",
        ],
        keys,
    ),
    Entry::new(
        &["aws_kms_key", "AWS::KMS::Key"],
        &[
            "kms:DisableKey",
            "kms:DisableKeyRotation",
            "kms:EnableKey",
            "kms:PutKeyPolicy",
            "kms:ScheduleKeyDeletion",
            "kms:UntagResource",
            "kms:UpdateKeyDescription",
        ],
        keys,
    )
    .only(|scope| scope.tagged()),
    Entry::new(
        &["aws_kms_alias", "AWS::KMS::Alias"],
        &["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"],
        |scope| {
            let aliases = scope.graph.kms_keys.created().map(|key| key.node.name.as_str());
            // Of an alias and of its key.
            [scope.arns("kms", "alias/", aliases, ""), keys(scope)].concat()
        },
    ),
    // Services take a key as whoever makes what they encrypt with it.
    Entry::new(
        &[],
        &[
            "kms:CreateGrant",
            "kms:Decrypt",
            "kms:DescribeKey",
            "kms:Encrypt",
            "kms:GenerateDataKey",
        ],
        |scope| {
            let existing = scope.graph.kms_keys.iter().filter_map(|key| key.node.existing.clone());
            keys(scope).into_iter().chain(existing).collect()
        },
    ),
];

fn is_created(scope: &Scope<'_>) -> bool {
    scope.graph.kms_keys.created().next().is_some()
}

/// Any key, since AWS makes up their names.
fn keys(scope: &Scope<'_>) -> Vec<String> {
    if is_created(scope) { vec![scope.arn("kms", "key/*")] } else { Vec::new() }
}
