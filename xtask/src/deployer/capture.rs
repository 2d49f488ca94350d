//! Replications of DMS. Of most, AWS makes up the ARN.

use serde_json::json;

use super::{Entry, Scope, network, scope::everywhere};
use crate::graph::capture::Engine;

const TYPES: &[&str] = &[
    "aws_dms_endpoint",
    "aws_dms_replication_config",
    "aws_dms_replication_instance",
    "aws_dms_replication_subnet_group",
    "aws_dms_replication_task",
    "AWS::DMS::Endpoint",
    "AWS::DMS::ReplicationConfig",
    "AWS::DMS::ReplicationInstance",
    "AWS::DMS::ReplicationSubnetGroup",
    "AWS::DMS::ReplicationTask",
];

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        TYPES,
        &[
            "dms:AddTagsToResource",
            "dms:CreateEndpoint",
            "dms:CreateReplicationConfig",
            "dms:CreateReplicationInstance",
            "dms:CreateReplicationSubnetGroup",
            "dms:CreateReplicationTask",
            "dms:Describe*",
            "dms:ListTagsForResource",
            "dms:ModifyReplicationSubnetGroup",
        ],
        |scope| everywhere(is_there(scope)),
    ),
    Entry::new(
        TYPES,
        &[
            "dms:DeleteConnection",
            "dms:DeleteEndpoint",
            "dms:DeleteReplicationConfig",
            "dms:DeleteReplicationInstance",
            "dms:DeleteReplicationSubnetGroup",
            "dms:DeleteReplicationTask",
            "dms:ModifyEndpoint",
            "dms:ModifyReplicationConfig",
            "dms:ModifyReplicationInstance",
            "dms:ModifyReplicationTask",
            "dms:RebootReplicationInstance",
            "dms:RemoveTagsFromResource",
            "dms:StartReplication",
            "dms:StartReplicationTask",
            "dms:StopReplication",
            "dms:StopReplicationTask",
            "dms:TestConnection",
        ],
        |scope| everywhere(is_there(scope)),
    )
    .only(|scope| scope.tagged()),
    // DMS looks for the network and the secret as whoever makes its parts.
    Entry::new(TYPES, network::LOOK, |scope| everywhere(is_there(scope))),
    Entry::new(TYPES, &["secretsmanager:DescribeSecret"], |scope| {
        let captures = scope.graph.captures.iter();
        let secrets =
            captures.filter_map(|it| scope.graph.auroras[it.from].existing_secret.as_ref());
        secrets.map(|secret| secret.arn.clone()).collect()
    }),
    // https://docs.aws.amazon.com/dms/latest/userguide/using-service-linked-roles.html
    Entry::new(
        &["aws_dms_replication_config", "AWS::DMS::ReplicationConfig"],
        &["iam:CreateServiceLinkedRole"],
        |scope| {
            let serverless = |engine: &Engine| matches!(engine, Engine::Serverless { .. });
            let role = "role/aws-service-role/dms.amazonaws.com/AWSServiceRoleForDMSServerless";
            match scope.graph.captures.iter().any(|capture| serverless(&capture.engine)) {
                true => vec![scope.iam(role)],
                false => Vec::new(),
            }
        },
    )
    .only(|_| Some(json!({ "StringEquals": { "iam:AWSServiceName": "dms.amazonaws.com" } }))),
];

fn is_there(scope: &Scope<'_>) -> bool {
    scope.graph.captures.iter().next().is_some()
}
