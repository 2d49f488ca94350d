//! A handler: `aws_lambda_function`, its role and its log group, and its trigger.

use crate::{
    graph::{self, Function, Graph, Network, Target, Trigger, Value},
    hcl::{Block, Expression},
};

pub(super) const KIND: &str = "aws_lambda_function";
pub(super) const LOG_GROUP: &str = "aws_cloudwatch_log_group";
const ROLE: &str = "aws_iam_role";
const POLICY: &str = "aws_iam_role_policy";

pub(super) fn blocks(function: &Function, graph: &Graph) -> Vec<Block> {
    let zip = format!("\"${{path.module}}/../lambda/{}.zip\"", function.handler);
    let mut blocks = vec![
        Block::new("locals", &[]).set(&zip_name(function), Expression::raw(zip)),
        lambda(function, graph),
        log_group(function),
        role(function),
        policy(function, graph),
    ];
    match function.trigger {
        Trigger::Mapping(id) => {
            blocks.push(super::mapping::block(&graph.mappings[id], graph));
        }
        Trigger::Rule(id) => {
            let rule = &graph.rules[id];
            blocks.extend(super::rule::blocks(rule, graph));
            blocks.extend(super::queue::blocks(rule.failures, graph));
        }
    }
    blocks
}

fn lambda(function: &Function, graph: &Graph) -> Block {
    let Function { node, handler, .. } = function;
    let (app, stage) = (&graph.app, &graph.stage);
    let name = &node.logical.snake;
    let zip = format!("local.{}", zip_name(function));
    // A configuration can be validated before its zips are built.
    let hash = format!("fileexists({zip}) ? filebase64sha256({zip}) : null");
    let missing = format!(
        "The zip of {handler} is missing: run `cargo xtask build --app {app} --stage {stage}`."
    );

    let architecture = match function.architecture {
        Some(own) => graph::architecture(own).into(),
        None => Expression::raw("var.architecture"),
    };
    let mut block = Block::resource(KIND, name, &node.at)
        .set("function_name", &node.name)
        .set("role", super::address(ROLE, name, "arn"))
        .set("runtime", "provided.al2023")
        .set("handler", "bootstrap")
        .set("architectures", Expression::list([architecture]))
        .set("filename", Expression::raw(zip.clone()))
        .set("source_code_hash", Expression::raw(hash))
        .set("memory_size", function.memory)
        .set("timeout", function.timeout);
    if let Some(executions) = function.reserved_concurrency {
        block = block.set("reserved_concurrent_executions", executions);
    }
    if !function.environment.is_empty() {
        let variables = function.environment.iter();
        let variables = variables.map(|variable| {
            let value = match &variable.value {
                Value::Literal(text) => text.into(),
                Value::Of(reference) => super::reference(*reference, graph),
            };
            (&variable.name, value)
        });
        block = block
            .block(Block::new("environment", &[]).set("variables", Expression::object(variables)));
    }
    let mut ready = vec![format!("{POLICY}.{name}")];
    if let Some(Network { vpc, group }) = function.network {
        let subnets = graph.vpcs[vpc].private.iter();
        let subnets = subnets.map(|subnet| super::reference(Target::Subnet(*subnet).id(), graph));
        let groups = [super::reference(Target::Group(group).id(), graph)];
        block = block.block(
            Block::new("vpc_config", &[])
                .set("subnet_ids", Expression::list(subnets))
                .set("security_group_ids", Expression::list(groups)),
        );
        ready.extend(super::route_table::ready(vpc, graph));
        ready.extend(super::group::ready(group, graph));
        ready.extend(super::endpoint::ready(vpc, graph));
    }
    // As a mapping, and also when a later deploy has it publish something new.
    ready.extend(function.after.iter().flat_map(|rule| super::rule::ready(*rule, graph)));
    let archives = function.archives(graph).into_iter();
    ready.extend(archives.map(|a| format!("{}.{}", super::bus::ARCHIVE, a.node.logical.snake)));
    block
        .block(Block::new("tracing_config", &[]).set("mode", "Active"))
        .block(
            Block::new("logging_config", &[])
                .set("log_format", "JSON")
                .set("log_group", super::address(LOG_GROUP, name, "name")),
        )
        .block(
            Block::new("lifecycle", &[]).block(
                Block::new("precondition", &[])
                    .set("condition", Expression::raw(format!("fileexists({zip})")))
                    .set("error_message", missing),
            ),
        )
        // The role alone is not yet allowed to do anything, nor do the subnets alone lead anywhere.
        .set("depends_on", Expression::list(ready.into_iter().map(Expression::raw)))
}

/// The local value with the path of the zip.
fn zip_name(function: &Function) -> String {
    format!("{}_zip", function.node.logical.snake)
}

fn log_group(function: &Function) -> Block {
    let node = &function.log_group;
    Block::resource(LOG_GROUP, &node.logical.snake, &node.at)
        .set("name", &node.name)
        .set("retention_in_days", function.log_retention)
}

fn role(function: &Function) -> Block {
    let node = &function.role.node;
    Block::resource(ROLE, &node.logical.snake, &node.at)
        .set("name", &node.name)
        .set("assume_role_policy", super::policy::trust())
}

fn policy(function: &Function, graph: &Graph) -> Block {
    let node = &function.role.node;
    Block::resource(POLICY, &node.logical.snake, &node.at)
        .set("name", crate::iam::POLICY)
        .set("role", super::address(ROLE, &node.logical.snake, "id"))
        .set("policy", super::policy::grants(function, graph))
}
