//! A handler: `AWS::Lambda::Function`, its role and its log group, and its trigger.

use super::{Resource, Value};
use crate::{
    graph::{self, Function, Graph, Network, Target, Trigger, Value as Told},
    iam,
};

pub(super) fn resources(function: &Function, graph: &Graph) -> Vec<Resource> {
    let mut resources =
        vec![lambda(function, graph), log_group(function, graph), role(function, graph)];
    match function.trigger {
        Trigger::Mapping(id) => {
            resources.push(super::mapping::resource(&graph.mappings[id], graph));
        }
        Trigger::Rule(id) => {
            let rule = &graph.rules[id];
            resources.extend(super::rule::resources(rule, graph));
            resources.extend(super::queue::resources(rule.failures, graph));
        }
    }
    resources
}

fn lambda(function: &Function, graph: &Graph) -> Resource {
    let Function { node, role, log_group, environment, .. } = function;
    let code = [
        ("S3Bucket", Value::reference(super::CODE_BUCKET)),
        ("S3Key", Value::reference(&function.code_key())),
    ];
    let logging =
        [("LogFormat", "JSON".into()), ("LogGroup", Value::reference(&log_group.logical.camel))];
    let architecture = match function.architecture {
        Some(own) => graph::architecture(own).into(),
        None => Value::reference(super::ARCHITECTURE),
    };
    let mut resource = Resource::new("AWS::Lambda::Function", node)
        .set("FunctionName", &node.name)
        .set("Role", Value::attribute(&role.node.logical.camel, "Arn"))
        .set("Runtime", "provided.al2023")
        .set("Handler", "bootstrap")
        .set("Architectures", Value::List(vec![architecture]))
        .set("Code", Value::map(code))
        .set("MemorySize", function.memory)
        .set("Timeout", function.timeout);
    if let Some(executions) = function.reserved_concurrency {
        resource = resource.set("ReservedConcurrentExecutions", executions);
    }
    if !environment.is_empty() {
        let variables = environment.iter().map(|variable| {
            let value = match &variable.value {
                Told::Literal(text) => text.into(),
                Told::Of(reference) => super::reference(*reference, graph),
            };
            (&variable.name, value)
        });
        resource = resource.set("Environment", Value::map([("Variables", Value::map(variables))]));
    }
    if let Some(Network { vpc, group }) = function.network {
        let ids = |targets: &mut dyn Iterator<Item = Target>| {
            Value::list(targets.map(|target| super::reference(target.id(), graph)))
        };
        let subnets = ids(&mut graph.vpcs[vpc].private.iter().copied().map(Target::Subnet));
        let groups = ids(&mut [Target::Group(group)].into_iter());
        // The subnets alone do not lead anywhere.
        resource = resource
            .after(super::route_table::ready(vpc, graph))
            .after(super::group::ready(group, graph))
            .after(super::endpoint::ready(vpc, graph))
            .set("VpcConfig", Value::map([("SubnetIds", subnets), ("SecurityGroupIds", groups)]));
    }
    // As a mapping, and also when a later deploy has it publish something new.
    let consumers = function.after.iter().flat_map(|rule| super::rule::ready(*rule, graph));
    let archives = function.archives(graph).into_iter().map(|a| a.node.logical.camel.clone());
    resource
        .after(consumers)
        .after(archives)
        .set("TracingConfig", Value::map([("Mode", "Active".into())]))
        .set("LoggingConfig", Value::map(logging))
        .tags(graph)
}

fn log_group(function: &Function, graph: &Graph) -> Resource {
    let node = &function.log_group;
    Resource::new("AWS::Logs::LogGroup", node)
        .set("LogGroupName", &node.name)
        .set("RetentionInDays", function.log_retention)
        .tags(graph)
}

fn role(function: &Function, graph: &Graph) -> Resource {
    let node = &function.role.node;
    // Within the role, so that the function waits for its permissions too.
    let policy = Value::map([
        ("PolicyName", iam::POLICY.into()),
        ("PolicyDocument", super::policy::grants(function, graph)),
    ]);
    Resource::new("AWS::IAM::Role", node)
        .note("Statements", super::policy::origins(function))
        .set("RoleName", &node.name)
        .set("AssumeRolePolicyDocument", super::policy::trust())
        .set("Policies", Value::List(vec![policy]))
        .tags(graph)
}
