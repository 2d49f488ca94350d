//! Aurora clusters.

use serde_json::json;

use super::{Entry, Scope, network, scope::everywhere};
use crate::graph::{Aurora, Node};

const TYPES: &[&str] = &[
    "aws_db_subnet_group",
    "aws_rds_cluster",
    "aws_rds_cluster_instance",
    "aws_rds_cluster_parameter_group",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBClusterParameterGroup",
    "AWS::RDS::DBInstance",
    "AWS::RDS::DBSubnetGroup",
];

pub(super) const ENTRIES: &[Entry] = &[
    Entry::new(
        TYPES,
        &[
            "rds:AddTagsToResource",
            "rds:CreateDBCluster",
            "rds:CreateDBClusterParameterGroup",
            "rds:CreateDBClusterSnapshot",
            "rds:CreateDBInstance",
            "rds:CreateDBSubnetGroup",
            "rds:DeleteDBCluster",
            "rds:DeleteDBClusterParameterGroup",
            "rds:DeleteDBInstance",
            "rds:DeleteDBSubnetGroup",
            "rds:ListTagsForResource",
            "rds:ModifyDBCluster",
            "rds:ModifyDBClusterParameterGroup",
            "rds:ModifyDBInstance",
            "rds:ModifyDBSubnetGroup",
            "rds:RebootDBInstance",
            "rds:RemoveTagsFromResource",
            "rds:ResetDBClusterParameterGroup",
        ],
        |scope| {
            let mut arns = Vec::new();
            arns.extend(named("cluster:", scope, |it| vec![&it.node]));
            // What is kept of one that is deleted is called after it.
            arns.extend(named("cluster-snapshot:", scope, |it| vec![&it.node]));
            arns.extend(named("cluster-pg:", scope, |it| vec![&it.parameters]));
            arns.extend(named("db:", scope, |it| it.instances.iter().collect()));
            arns.extend(named("subgrp:", scope, |it| vec![&it.subnets]));
            // What AWS puts in where none is named.
            if !arns.is_empty() {
                arns.extend(["og:default*", "pg:default*"].map(|name| scope.arn("rds", name)));
            }
            arns
        },
    ),
    Entry::new(TYPES, &["rds:Describe*"], |scope| everywhere(is_created(scope))),
    // RDS looks for the network of a cluster as whoever makes it.
    Entry::new(TYPES, network::LOOK, |scope| everywhere(is_created(scope))),
    Entry::new(TYPES, &["ec2:DescribeAccountAttributes"], |scope| everywhere(is_created(scope))),
    // The password that RDS keeps
    // (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html).
    Entry::new(
        &["aws_rds_cluster", "AWS::RDS::DBCluster"],
        &[
            "secretsmanager:CreateSecret",
            "secretsmanager:RotateSecret",
            "secretsmanager:TagResource",
        ],
        |scope| match is_created(scope) {
            true => vec![scope.arn("secretsmanager", "secret:rds!cluster-*")],
            false => Vec::new(),
        },
    ),
    // Of the key that the password is encrypted with, if it is AWS's own.
    Entry::new(TYPES, &["kms:DescribeKey"], |scope| everywhere(is_created(scope))),
    Entry::new(TYPES, &["iam:CreateServiceLinkedRole"], |scope| match is_created(scope) {
        true => vec![scope.iam("role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS")],
        false => Vec::new(),
    })
    .only(|_| Some(json!({ "StringEquals": { "iam:AWSServiceName": "rds.amazonaws.com" } }))),
];

fn is_created(scope: &Scope<'_>) -> bool {
    scope.graph.auroras.created().next().is_some()
}

fn named<'a>(
    before: &str,
    scope: &Scope<'a>,
    nodes: impl Fn(&'a Aurora) -> Vec<&'a Node>,
) -> Vec<String> {
    let nodes = scope.graph.auroras.created().flat_map(nodes);
    scope.arns("rds", before, nodes.map(|node| node.name.as_str()), "")
}
