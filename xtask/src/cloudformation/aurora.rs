//! An Aurora cluster: `AWS::RDS::DBCluster`, its instances, subnet group and parameters.

use esteira_manifest::Json;

use super::{Resource, Value};
use crate::graph::{Aurora, Capacity, Graph, Target, aurora};

pub(super) fn resources(aurora: &Aurora, graph: &Graph) -> Vec<Resource> {
    let mut resources =
        vec![cluster(aurora, graph), subnet_group(aurora, graph), parameter_group(aurora, graph)];
    resources.extend(instances(aurora, graph));
    resources
}

fn cluster(aurora: &Aurora, graph: &Graph) -> Resource {
    let Aurora { node, subnets, parameters, .. } = aurora;
    let key = aurora.kms_key.map(|id| super::reference(Target::KmsKey(id).arn(), graph));
    let group = super::reference(Target::Group(aurora.group).id(), graph);
    let mut resource = Resource::new("AWS::RDS::DBCluster", node)
        .set("DBClusterIdentifier", &node.name)
        .set("Engine", aurora::ENGINE);
    if let Some(version) = &aurora.engine_version {
        resource = resource.set("EngineVersion", version);
    }
    resource = resource
        .set("DatabaseName", &aurora.database)
        .set("Port", u32::from(aurora.port))
        .set("MasterUsername", aurora::MASTER)
        .set("ManageMasterUserPassword", true)
        .set("StorageEncrypted", true);
    if let Some(key) = key {
        resource = resource
            .set("MasterUserSecret", Value::map([("KmsKeyId", key.clone())]))
            .set("KmsKeyId", key);
    }
    resource = resource
        .set("DBSubnetGroupName", Value::reference(&subnets.logical.camel))
        .set("VpcSecurityGroupIds", Value::list([group]))
        .set("DBClusterParameterGroupName", Value::reference(&parameters.logical.camel))
        .set("BackupRetentionPeriod", aurora.backup_retention_days)
        .set("CopyTagsToSnapshot", true)
        .set("EnableCloudwatchLogsExports", Value::list(aurora::LOGS))
        .set("DeletionProtection", graph.deletion_protection);
    if let Capacity::Serverless { least, most } = aurora.capacity {
        let acu = |number| Value::from(&Json::Number(number));
        let scaling = [("MinCapacity", acu(least)), ("MaxCapacity", acu(most))];
        resource = resource.set("ServerlessV2ScalingConfiguration", Value::map(scaling));
    }
    resource.tags(graph).retained(graph)
}

fn subnet_group(aurora: &Aurora, graph: &Graph) -> Resource {
    let node = &aurora.subnets;
    let subnets = graph.vpcs[aurora.vpc].private.iter();
    let subnets = subnets.map(|id| super::reference(Target::Subnet(*id).id(), graph));
    Resource::new("AWS::RDS::DBSubnetGroup", node)
        .set("DBSubnetGroupName", &node.name)
        .set("DBSubnetGroupDescription", aurora.subnets_description())
        .set("SubnetIds", Value::list(subnets))
        .tags(graph)
        .retained_below(graph)
}

fn parameter_group(aurora: &Aurora, graph: &Graph) -> Resource {
    let node = &aurora.parameters;
    let parameters = aurora::PARAMETERS.iter().map(|(name, value)| (*name, Value::from(*value)));
    Resource::new("AWS::RDS::DBClusterParameterGroup", node)
        .set("DBClusterParameterGroupName", &node.name)
        .set("Family", aurora::FAMILY)
        .set("Description", aurora.parameters_description())
        .set("Parameters", Value::map(parameters))
        .tags(graph)
        .retained_below(graph)
}

fn instances(aurora: &Aurora, graph: &Graph) -> impl Iterator<Item = Resource> {
    aurora.instances.iter().map(move |node| {
        Resource::new("AWS::RDS::DBInstance", node)
            .set("DBInstanceIdentifier", &node.name)
            .set("DBClusterIdentifier", Value::reference(&aurora.node.logical.camel))
            .set("Engine", aurora::ENGINE)
            .set("DBInstanceClass", aurora.capacity.class())
            .set("PubliclyAccessible", false)
            .set("AutoMinorVersionUpgrade", true)
            .tags(graph)
            .retained_below(graph)
    })
}

/// What a person, or a deploy, wants to know of the cluster.
pub(super) fn outputs(aurora: &Aurora, graph: &Graph) -> Vec<(String, Value)> {
    let id = &aurora.node.logical.camel;
    let output = |name: &str, value: Value| (format!("{id}{name}"), Value::map([("Value", value)]));
    let cluster = |attribute: &str| Value::attribute(id, attribute);
    let group = super::reference(Target::Group(aurora.group).id(), graph);
    vec![
        output("Endpoint", cluster("Endpoint.Address")),
        output("ReaderEndpoint", cluster("ReadEndpoint.Address")),
        output("MasterSecretArn", cluster("MasterUserSecret.SecretArn")),
        output("SecurityGroupId", group),
    ]
}
