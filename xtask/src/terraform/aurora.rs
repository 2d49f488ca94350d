//! An Aurora cluster: `aws_rds_cluster`, its instances, subnet group and parameters.

use esteira_manifest::Json;

use crate::{
    graph::{Aurora, Capacity, Graph, Target, aurora},
    hcl::{Block, Expression},
    stage::Removal,
};

pub(super) const KIND: &str = "aws_rds_cluster";
pub(super) const INSTANCE: &str = "aws_rds_cluster_instance";
pub(super) const SUBNETS: &str = "aws_db_subnet_group";
pub(super) const PARAMETERS: &str = "aws_rds_cluster_parameter_group";

pub(super) fn blocks(aurora: &Aurora, graph: &Graph) -> Vec<Block> {
    let mut blocks =
        vec![cluster(aurora, graph), subnet_group(aurora, graph), parameter_group(aurora)];
    blocks.extend(instances(aurora));
    blocks
}

fn cluster(aurora: &Aurora, graph: &Graph) -> Block {
    let Aurora { node, subnets, parameters, .. } = aurora;
    let key = aurora.kms_key.map(|id| super::reference(Target::KmsKey(id).arn(), graph));
    let group = super::reference(Target::Group(aurora.group).id(), graph);
    let mut block = Block::resource(KIND, &node.logical.snake, &node.at)
        .set("cluster_identifier", &node.name)
        .set("engine", aurora::ENGINE);
    if let Some(version) = &aurora.engine_version {
        block = block.set("engine_version", version);
    }
    block = block
        .set("database_name", &aurora.database)
        .set("port", u32::from(aurora.port))
        .set("master_username", aurora::MASTER)
        .set("manage_master_user_password", true)
        .set("storage_encrypted", true);
    if let Some(key) = key {
        block = block.set("master_user_secret_kms_key_id", key.clone()).set("kms_key_id", key);
    }
    block = block
        .set("db_subnet_group_name", super::address(SUBNETS, &subnets.logical.snake, "name"))
        .set("vpc_security_group_ids", Expression::list([group]))
        .set(
            "db_cluster_parameter_group_name",
            super::address(PARAMETERS, &parameters.logical.snake, "name"),
        )
        .set("backup_retention_period", aurora.backup_retention_days)
        .set("apply_immediately", true)
        .why("As CloudFormation does: what is deployed is what there is.")
        .set("copy_tags_to_snapshot", true)
        .set("enabled_cloudwatch_logs_exports", Expression::list(aurora::LOGS))
        .set("deletion_protection", graph.deletion_protection);
    block = match graph.removal {
        Removal::Retain => block.set("final_snapshot_identifier", format!("{}-final", node.name)),
        Removal::Destroy => block.set("skip_final_snapshot", true),
    };
    if let Capacity::Serverless { least, most } = aurora.capacity {
        let acu = |number| Expression::from(&Json::Number(number));
        block = block.block(
            Block::new("serverlessv2_scaling_configuration", &[])
                .set("min_capacity", acu(least))
                .set("max_capacity", acu(most)),
        );
    }
    block.retained(graph)
}

fn subnet_group(aurora: &Aurora, graph: &Graph) -> Block {
    let node = &aurora.subnets;
    let subnets = graph.vpcs[aurora.vpc].private.iter();
    let subnets = subnets.map(|id| super::reference(Target::Subnet(*id).id(), graph));
    Block::resource(SUBNETS, &node.logical.snake, &node.at)
        .set("name", &node.name)
        .set("description", aurora.subnets_description())
        .set("subnet_ids", Expression::list(subnets))
}

fn parameter_group(aurora: &Aurora) -> Block {
    let node = &aurora.parameters;
    let block = Block::resource(PARAMETERS, &node.logical.snake, &node.at)
        .set("name", &node.name)
        .set("family", aurora::FAMILY)
        .set("description", aurora.parameters_description());
    aurora::PARAMETERS.iter().fold(block, |block, (name, value)| {
        block.block(
            Block::new("parameter", &[])
                .set("name", *name)
                .set("value", *value)
                // Right for a cluster that is made with its parameters, and never a surprise.
                .set("apply_method", "pending-reboot"),
        )
    })
}

fn instances(aurora: &Aurora) -> impl Iterator<Item = Block> {
    let cluster = &aurora.node.logical.snake;
    aurora.instances.iter().map(move |node| {
        Block::resource(INSTANCE, &node.logical.snake, &node.at)
            .set("identifier", &node.name)
            .set("cluster_identifier", super::address(KIND, cluster, "id"))
            .set("engine", super::address(KIND, cluster, "engine"))
            .set("instance_class", aurora.capacity.class())
            .set("apply_immediately", true)
            .set("publicly_accessible", false)
            .set("auto_minor_version_upgrade", true)
    })
}

/// What a person, or a deploy, wants to know of the cluster.
pub(super) fn outputs(aurora: &Aurora, graph: &Graph) -> Vec<Block> {
    let node = &aurora.node;
    let output = |name: &str, value: Expression| {
        Block::new("output", &[&node.logical.output(name)]).comment(&node.at).set("value", value)
    };
    let cluster = |attribute| super::address(KIND, &node.logical.snake, attribute);
    vec![
        output("endpoint", cluster("endpoint")),
        output("reader_endpoint", cluster("reader_endpoint")),
        output("master_secret_arn", cluster("master_user_secret[0].secret_arn")),
        output("security_group_id", super::reference(Target::Group(aurora.group).id(), graph)),
    ]
}
