//! A capture: `aws_dms_replication_task` or `aws_dms_replication_config`, and what it needs.

use crate::{
    graph::{
        Capture, Graph, Target,
        capture::{self, Engine},
    },
    hcl::{Block, Expression},
};

mod access;
mod account;

use access::ROLE_POLICY;

const TASK: &str = "aws_dms_replication_task";
const CONFIG: &str = "aws_dms_replication_config";
const INSTANCE: &str = "aws_dms_replication_instance";
const SUBNETS: &str = "aws_dms_replication_subnet_group";
const ENDPOINT: &str = "aws_dms_endpoint";

/// The variable that says whether replications run.
const START: &str = "start_capture";

pub(super) fn blocks(graph: &Graph) -> Vec<Block> {
    let Some(first) = graph.captures.iter().next() else { return Vec::new() };
    let start = Block::new("variable", &[START])
        .set(
            "description",
            "Whether the captures run. False for the first apply alone: the database has to let them in before they start. A running one that is switched off loses nothing while the binlog is kept.",
        )
        .set("type", Expression::raw("bool"))
        .set("default", true);
    let mut blocks = vec![start];
    blocks.extend(account::blocks(&first.node.at, graph));
    for capture in graph.captures.iter() {
        blocks.push(match &capture.engine {
            Engine::Instance { .. } => task(capture, graph),
            Engine::Serverless { .. } => serverless(capture, graph),
        });
        blocks.extend(instance(capture, graph));
        blocks.push(subnet_group(capture, graph));
        blocks.push(source(capture, graph));
        blocks.push(target(capture, graph));
        blocks.extend(access::blocks(capture, graph));
    }
    blocks
}

fn task(capture: &Capture, graph: &Graph) -> Block {
    let Capture { node, rules, settings, .. } = capture;
    let instance = super::address(INSTANCE, &node.logical.snake, "replication_instance_arn");
    ready(
        Block::resource(TASK, &node.logical.snake, &node.at)
            .set("replication_task_id", &node.name)
            .set("migration_type", capture::MIGRATION)
            .set("replication_instance_arn", instance)
            .set("source_endpoint_arn", endpoint(&capture.source.logical.snake))
            .set("target_endpoint_arn", endpoint(&capture.target.logical.snake))
            .set("table_mappings", Expression::json(rules.into()))
            .set("replication_task_settings", Expression::json(settings.into()))
            .set("start_replication_task", Expression::raw(format!("var.{START}"))),
        capture,
        graph,
    )
}

fn serverless(capture: &Capture, graph: &Graph) -> Block {
    let Capture { node, rules, settings, subnets, .. } = capture;
    let group = super::reference(Target::Group(capture.group).id(), graph);
    let mut compute = Block::new("compute_config", &[]);
    if let Engine::Serverless { least, most } = capture.engine {
        compute = compute.set("min_capacity_units", least).set("max_capacity_units", most);
    }
    compute = compute
        .set("multi_az", capture.multi_az)
        .set("replication_subnet_group_id", super::address(SUBNETS, &subnets.logical.snake, "id"))
        .set("vpc_security_group_ids", Expression::list([group]));
    if let Some(key) = graph.auroras[capture.from].kms_key {
        compute = compute.set("kms_key_id", super::reference(Target::KmsKey(key).arn(), graph));
    }
    let block = Block::resource(CONFIG, &node.logical.snake, &node.at)
        .set("replication_config_identifier", &node.name)
        .set("replication_type", capture::MIGRATION)
        .set("source_endpoint_arn", endpoint(&capture.source.logical.snake))
        .set("target_endpoint_arn", endpoint(&capture.target.logical.snake))
        .set("table_mappings", Expression::json(rules.into()))
        .set("replication_settings", Expression::json(settings.into()))
        .set("start_replication", Expression::raw(format!("var.{START}")))
        .block(compute)
        // What it runs on is made when it starts.
        .block(timeouts("90m"));
    ready(block, capture, graph)
}

/// Makes it wait for who reads the stream, for the database and for its ways to both.
fn ready(block: Block, capture: &Capture, graph: &Graph) -> Block {
    let readers = capture.readers.iter().map(|id| {
        let name = &graph.mappings[*id].node.logical.snake;
        format!("{}.{name}", super::mapping::KIND)
    });
    let aurora = &graph.auroras[capture.from];
    let instances = aurora.instances.iter();
    let instances =
        instances.map(|node| format!("{}.{}", super::aurora::INSTANCE, node.logical.snake));
    let ready = readers
        .chain(instances)
        .chain(super::route_table::ready(aurora.vpc, graph))
        .chain(super::group::ready(capture.group, graph))
        .chain(super::endpoint::ready(aurora.vpc, graph));
    block
        .set("depends_on", Expression::list(ready.map(Expression::raw)))
        .why("Who reads the stream is there before the first change, and so is the way to it.")
}

fn instance(capture: &Capture, graph: &Graph) -> Option<Block> {
    let Engine::Instance { class, storage_gb, version } = &capture.engine else { return None };
    let Capture { subnets, multi_az, .. } = capture;
    let node = capture.instance();
    let group = super::reference(Target::Group(capture.group).id(), graph);
    let mut block = Block::resource(INSTANCE, &node.logical.snake, &node.at)
        .set("replication_instance_id", &node.name)
        .set("replication_instance_class", class)
        .set("allocated_storage", *storage_gb);
    if let Some(version) = version {
        block = block.set("engine_version", version);
    }
    block = block
        .set("apply_immediately", true)
        .set("auto_minor_version_upgrade", true)
        .set("multi_az", *multi_az)
        .set("publicly_accessible", false)
        .set("replication_subnet_group_id", super::address(SUBNETS, &subnets.logical.snake, "id"))
        .set("vpc_security_group_ids", Expression::list([group]));
    if let Some(key) = graph.auroras[capture.from].kms_key {
        block = block.set("kms_key_arn", super::reference(Target::KmsKey(key).arn(), graph));
    }
    Some(block.block(timeouts("60m")))
}

fn timeouts(time: &str) -> Block {
    ["create", "update", "delete"]
        .into_iter()
        .fold(Block::new("timeouts", &[]), |block, action| block.set(action, time))
}

fn subnet_group(capture: &Capture, graph: &Graph) -> Block {
    let node = &capture.subnets;
    let subnets = graph.vpcs[graph.auroras[capture.from].vpc].private.iter();
    let subnets = subnets.map(|id| super::reference(Target::Subnet(*id).id(), graph));
    Block::resource(SUBNETS, &node.logical.snake, &node.at)
        .set("replication_subnet_group_id", &node.name)
        .set("replication_subnet_group_description", capture.subnets_description())
        .set("subnet_ids", Expression::list(subnets))
        .set("depends_on", Expression::list(account::ready().map(Expression::raw)))
        .why("DMS needs its roles to make it, and to remove it.")
}

fn source(capture: &Capture, graph: &Graph) -> Block {
    let Capture { source: node, source_role: role, .. } = capture;
    let block = Block::resource(ENDPOINT, &node.logical.snake, &node.at)
        .set("endpoint_id", &node.name)
        .set("endpoint_type", "source")
        .set("engine_name", capture::SOURCE)
        .set("secrets_manager_access_role_arn", access::role(role))
        .set("secrets_manager_arn", access::written_secret(capture, graph));
    let block = match &capture.certificate {
        Some(arn) => block.set("ssl_mode", "verify-full").set("certificate_arn", arn),
        None => block.set("ssl_mode", "none"),
    };
    block.set("depends_on", policy_of(&role.logical.snake))
}

fn target(capture: &Capture, graph: &Graph) -> Block {
    let Capture { target: node, target_role: role, .. } = capture;
    let stream = super::reference(Target::Stream(capture.into).arn(), graph);
    let mut settings = Block::new("kinesis_settings", &[])
        .set("stream_arn", stream)
        .set("service_access_role_arn", access::role(role))
        .set("message_format", "json");
    for setting in capture::RECORDS.map(|[terraform, _]| terraform) {
        settings = settings.set(setting, true);
    }
    Block::resource(ENDPOINT, &node.logical.snake, &node.at)
        .set("endpoint_id", &node.name)
        .set("endpoint_type", "target")
        .set("engine_name", capture::TARGET)
        .block(settings)
        .set("depends_on", policy_of(&role.logical.snake))
}

/// The role alone is not yet allowed to do anything.
fn policy_of(role: &str) -> Expression {
    Expression::list([Expression::raw(format!("{ROLE_POLICY}.{role}"))])
}

fn endpoint(name: &str) -> Expression {
    super::address(ENDPOINT, name, "endpoint_arn")
}

/// What a person, or a deploy, wants to know of a capture.
pub(super) fn outputs(capture: &Capture, graph: &Graph) -> Vec<Block> {
    let node = &capture.node;
    let name = &node.logical.snake;
    let output = |attribute: &str, value: Expression| {
        Block::new("output", &[&node.logical.output(attribute)])
            .comment(&node.at)
            .set("value", value)
    };
    let mut outputs = match capture.engine {
        Engine::Instance { .. } => vec![
            output("arn", super::address(TASK, name, "replication_task_arn")),
            output("instance_arn", super::address(INSTANCE, name, "replication_instance_arn")),
        ],
        Engine::Serverless { .. } => vec![output("arn", super::address(CONFIG, name, "arn"))],
    };
    outputs.push(output("source_endpoint_arn", endpoint(&capture.source.logical.snake)));
    outputs.push(output("target_endpoint_arn", endpoint(&capture.target.logical.snake)));
    if graph.auroras[capture.from].node.is_created() {
        outputs.push(output("secret_arn", access::secret(capture, graph)));
    }
    outputs
}
