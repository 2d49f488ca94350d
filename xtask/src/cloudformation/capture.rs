//! A capture: `AWS::DMS::ReplicationTask` or `AWS::DMS::ReplicationConfig`, and what it needs.
//!
//! CloudFormation starts neither.

use esteira_manifest::Json;

use super::{Resource, Value};
use crate::graph::{
    Capture, Graph, Node, Target,
    capture::{self, Engine},
};

mod access;
mod account;

pub(super) use account::{condition, parameter};

pub(super) fn resources(graph: &Graph) -> Vec<Resource> {
    let Some(first) = graph.captures.iter().next() else { return Vec::new() };
    let mut resources = account::resources(&first.node, graph);
    for capture in graph.captures.iter() {
        resources.push(match &capture.engine {
            Engine::Instance { .. } => task(capture, graph),
            Engine::Serverless { .. } => serverless(capture, graph),
        });
        resources.extend(instance(capture, graph));
        resources.push(subnet_group(capture, graph));
        resources.push(source(capture, graph));
        resources.push(target(capture, graph));
        resources.extend(access::resources(capture, graph));
    }
    resources
}

fn task(capture: &Capture, graph: &Graph) -> Resource {
    let Capture { node, source, target, .. } = capture;
    let instance = capture.instance();
    ready(Resource::new("AWS::DMS::ReplicationTask", node), capture, graph)
        .set("ReplicationTaskIdentifier", &node.name)
        .set("MigrationType", capture::MIGRATION)
        .set("ReplicationInstanceArn", Value::reference(&instance.logical.camel))
        .set("SourceEndpointArn", Value::reference(&source.logical.camel))
        .set("TargetEndpointArn", Value::reference(&target.logical.camel))
        .set("TableMappings", json(&capture.rules))
        .set("ReplicationTaskSettings", json(&capture.settings))
        .tags(graph)
}

fn serverless(capture: &Capture, graph: &Graph) -> Resource {
    let Capture { node, source, target, subnets, .. } = capture;
    let group = super::reference(Target::Group(capture.group).id(), graph);
    let mut compute = Vec::new();
    if let Engine::Serverless { least, most } = capture.engine {
        compute = vec![("MinCapacityUnits", least.into()), ("MaxCapacityUnits", most.into())];
    }
    compute.push(("MultiAZ", capture.multi_az.into()));
    compute.push(("ReplicationSubnetGroupId", Value::reference(&subnets.logical.camel)));
    compute.push(("VpcSecurityGroupIds", Value::list([group])));
    if let Some(key) = graph.auroras[capture.from].kms_key {
        compute.push(("KmsKeyId", super::reference(Target::KmsKey(key).arn(), graph)));
    }
    ready(Resource::new("AWS::DMS::ReplicationConfig", node), capture, graph)
        .set("ReplicationConfigIdentifier", &node.name)
        .set("ReplicationType", capture::MIGRATION)
        .set("SourceEndpointArn", Value::reference(&source.logical.camel))
        .set("TargetEndpointArn", Value::reference(&target.logical.camel))
        .set("TableMappings", json(&capture.rules))
        .set("ReplicationSettings", json(&capture.settings))
        .set("ComputeConfig", Value::map(compute))
        .tags(graph)
}

fn json(json: &Json) -> String {
    serde_json::Value::from(json).to_string()
}

/// Makes it wait for who reads the stream, for the database and for its ways to both.
fn ready(resource: Resource, capture: &Capture, graph: &Graph) -> Resource {
    let readers = capture.readers.iter().map(|id| &graph.mappings[*id].node);
    let aurora = &graph.auroras[capture.from];
    let nodes = readers.chain(&aurora.instances);
    resource
        .after(nodes.map(|node| node.logical.camel.clone()))
        .after(super::route_table::ready(aurora.vpc, graph))
        .after(super::group::ready(capture.group, graph))
        .after(super::endpoint::ready(aurora.vpc, graph))
}

fn instance(capture: &Capture, graph: &Graph) -> Option<Resource> {
    let Engine::Instance { class, storage_gb, version } = &capture.engine else { return None };
    let node = capture.instance();
    let group = super::reference(Target::Group(capture.group).id(), graph);
    let mut resource = Resource::new("AWS::DMS::ReplicationInstance", &node)
        .set("ReplicationInstanceIdentifier", &node.name)
        .set("ReplicationInstanceClass", class)
        .set("AllocatedStorage", *storage_gb);
    if let Some(version) = version {
        resource = resource.set("EngineVersion", version);
    }
    resource = resource
        .set("AutoMinorVersionUpgrade", true)
        .set("MultiAZ", capture.multi_az)
        .set("PubliclyAccessible", false)
        .set("ReplicationSubnetGroupIdentifier", Value::reference(&capture.subnets.logical.camel))
        .set("VpcSecurityGroupIds", Value::list([group]));
    if let Some(key) = graph.auroras[capture.from].kms_key {
        resource = resource.set("KmsKeyId", super::reference(Target::KmsKey(key).arn(), graph));
    }
    Some(resource.tags(graph))
}

fn subnet_group(capture: &Capture, graph: &Graph) -> Resource {
    let node = &capture.subnets;
    let subnets = graph.vpcs[graph.auroras[capture.from].vpc].private.iter();
    let subnets = subnets.map(|id| super::reference(Target::Subnet(*id).id(), graph));
    // What is known of a role reaches all of AWS only after a while, and CloudFormation does not
    // try again. So it waits for something that takes as long to make.
    let aurora = &graph.auroras[capture.from];
    let later: Vec<&Node> = if aurora.node.is_created() {
        vec![&aurora.node]
    } else {
        capture.readers.iter().map(|id| &graph.mappings[*id].node).collect()
    };
    // DMS needs its roles to make it, and to remove it.
    Resource::new("AWS::DMS::ReplicationSubnetGroup", node)
        .set("ReplicationSubnetGroupIdentifier", &node.name)
        .set(
            "ReplicationSubnetGroupDescription",
            account::with_roles(&capture.subnets_description()),
        )
        .set("SubnetIds", Value::list(subnets))
        .after(later.into_iter().map(|node| node.logical.camel.clone()))
        .tags(graph)
}

fn source(capture: &Capture, graph: &Graph) -> Resource {
    let Capture { source: node, source_role: role, .. } = capture;
    let sign_in = Value::map([
        ("SecretsManagerAccessRoleArn", access::role(role)),
        ("SecretsManagerSecretId", access::secret(capture, graph)),
    ]);
    let resource = Resource::new("AWS::DMS::Endpoint", node)
        .set("EndpointIdentifier", &node.name)
        .set("EndpointType", "source")
        .set("EngineName", capture::SOURCE)
        .set("MySqlSettings", sign_in);
    let resource = match &capture.certificate {
        Some(arn) => resource.set("SslMode", "verify-full").set("CertificateArn", arn),
        None => resource.set("SslMode", "none"),
    };
    resource.tags(graph)
}

fn target(capture: &Capture, graph: &Graph) -> Resource {
    let Capture { target: node, target_role: role, .. } = capture;
    let stream = super::reference(Target::Stream(capture.into).arn(), graph);
    let mut settings = vec![
        ("StreamArn", stream),
        ("ServiceAccessRoleArn", access::role(role)),
        ("MessageFormat", "json".into()),
    ];
    settings.extend(capture::RECORDS.map(|[_, setting]| (setting, true.into())));
    Resource::new("AWS::DMS::Endpoint", node)
        .set("EndpointIdentifier", &node.name)
        .set("EndpointType", "target")
        .set("EngineName", capture::TARGET)
        .set("KinesisSettings", Value::map(settings))
        .tags(graph)
}

/// What a person, or a deploy, wants to know of a capture.
pub(super) fn outputs(capture: &Capture, graph: &Graph) -> Vec<(String, Value)> {
    let id = &capture.node.logical.camel;
    let output = |name: &str, value| (format!("{id}{name}"), Value::map([("Value", value)]));
    let mut outputs = vec![output("Arn", Value::reference(id))];
    if matches!(capture.engine, Engine::Instance { .. }) {
        let instance = capture.instance();
        outputs.push(output("InstanceArn", Value::reference(&instance.logical.camel)));
    }
    let Capture { source, target, .. } = capture;
    outputs.push(output("SourceEndpointArn", Value::reference(&source.logical.camel)));
    outputs.push(output("TargetEndpointArn", Value::reference(&target.logical.camel)));
    if graph.auroras[capture.from].node.is_created() {
        outputs.push(output("SecretArn", access::secret(capture, graph)));
    }
    outputs
}
