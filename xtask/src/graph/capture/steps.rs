//! What a person does before changes flow, and when a capture changes: what neither Terraform nor
//! CloudFormation can do.

use super::{Capture, Engine};
use crate::graph::{Graph, Step};

mod database;

/// Adds the steps up to the first deploy.
pub(crate) fn before(graph: &mut Graph) {
    if graph.captures.iter().next().is_none() {
        return;
    }
    let mut steps = Vec::new();
    // Who says that they are created here has looked.
    steps.extend((!graph.create_dms_roles).then(|| roles(graph)));
    steps.extend(graph.captures.iter().filter_map(|capture| certificate(capture, graph)));
    steps.push(first_deploy());
    graph.steps.extend(steps);
}

/// Adds the steps from the first deploy to the first change, and those after it.
pub(crate) fn after(graph: &mut Graph) {
    if graph.captures.iter().next().is_none() {
        return;
    }
    let mut steps: Vec<_> =
        graph.auroras.ids().flat_map(|aurora| database::steps(aurora, graph)).collect();
    steps.extend(graph.captures.iter().filter_map(test));
    steps.extend([start(graph), change(graph)]);
    steps.extend(graph.create_dms_roles.then(destroy));
    graph.steps.extend(steps);
}

fn step(title: impl Into<String>, text: impl Into<String>) -> Step {
    Step { title: title.into(), text: text.into(), by_hand: false }
}

/// A step that `deploy` or `destroy` does by itself.
fn by_hand(title: impl Into<String>, text: impl Into<String>) -> Step {
    Step { by_hand: true, ..step(title, text) }
}

fn roles(graph: &Graph) -> Step {
    let [vpc, logs] = super::ACCOUNT_ROLES.map(|(role, _)| role);
    by_hand(
        "find out whether the account has the two roles that DMS needs in it",
        format!(
            "aws iam get-role --role-name {vpc}\n\
             aws iam get-role --role-name {logs}\n\
             # If it has neither, let this stage create them, by this in esteira.toml:\n\
             #   [stage.{stage}]\n\
             #   create_dms_roles = true\n\
             # If it has both, there is nothing to do: an account has them once. If it has one,\n\
             # create the other by hand:\n\
             # https://docs.aws.amazon.com/dms/latest/userguide/security-iam.html#CHAP_Security.APIRole",
            stage = graph.stage
        ),
    )
}

/// Without a certificate DMS asks for no TLS: of its modes for MySQL, those that do check one.
///
/// <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Security.SSL.html>,
/// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.SSL.html>
fn certificate(capture: &Capture, graph: &Graph) -> Option<Step> {
    if graph.stage == "dev" || capture.certificate.is_some() {
        return None;
    }
    let region = graph.region.as_deref().unwrap_or("$(aws configure get region)");
    let Capture { node, .. } = capture;
    Some(step(
        format!(
            "have {} read its database over TLS: now rows and password are sent plainly",
            node.name
        ),
        format!(
            "region={region}\n\
             curl --fail --remote-name \\\n  \
             \"https://truststore.pki.rds.amazonaws.com/$region/$region-bundle.pem\"\n\
             aws dms import-certificate --certificate-identifier \"rds-$region\" \\\n  \
             --certificate-pem \"file://$region-bundle.pem\" \\\n  \
             --query Certificate.CertificateArn --output text\n\
             # What it answers with goes into esteira.toml:\n\
             #   [stage.{stage}.resources.{item}]\n\
             #   certificate_arn = \"arn:aws:dms:…\"",
            stage = graph.stage,
            item = node.item()
        ),
    ))
}

fn first_deploy() -> Step {
    by_hand(
        "deploy for the first time without starting to capture, as the database is not ready",
        "terraform apply -var start_capture=false\n\
         # `cargo xtask deploy` starts nothing by itself, nor does CloudFormation.",
    )
}

/// A task starts only after DMS has reached both its ends once; a serverless replication sees to
/// it by itself.
fn test(capture: &Capture) -> Option<Step> {
    let Engine::Instance { .. } = capture.engine else { return None };
    let Capture { node, source, target, .. } = capture;
    let (source, target, instance) = (&source.name, &target.name, capture.instance().name);
    Some(step(
        format!("have the instance of {} reach the database and the stream", node.name),
        format!(
            "instance=$(aws dms describe-replication-instances \\\n  \
             --filters Name=replication-instance-id,Values={instance} \\\n  \
             --query 'ReplicationInstances[0].ReplicationInstanceArn' --output text)\n\
             for endpoint in $(aws dms describe-endpoints \\\n  \
             --filters Name=endpoint-id,Values={source},{target} \\\n  \
             --query 'Endpoints[].EndpointArn' --output text); do\n  \
             aws dms test-connection --replication-instance-arn \"$instance\" \\\n    \
             --endpoint-arn \"$endpoint\"\n\
             done\n\
             aws dms wait test-connection-succeeds \\\n  \
             --filters Name=replication-instance-arn,Values=\"$instance\""
        ),
    ))
}

fn start(graph: &Graph) -> Step {
    let start = each(graph, |capture| run(capture, "start-replication"));
    step(
        "start to capture",
        format!(
            "cargo xtask deploy --app {app} --stage {stage} --start-capture\n\
             # By hand: terraform apply\n\
             # CloudFormation, and only once: whoever starts it again leaves out what has changed\n\
             # since it stopped.\n{start}",
            app = graph.app,
            stage = graph.stage,
        ),
    )
}

/// A running task cannot be changed. Terraform's provider stops it and resumes it.
///
/// <https://docs.aws.amazon.com/dms/latest/APIReference/API_ModifyReplicationTask.html>
fn change(graph: &Graph) -> Step {
    let stop = each(graph, |capture| stop(capture).to_owned());
    let resume = each(graph, |capture| run(capture, "resume-processing"));
    by_hand(
        "stop what a CloudFormation deploy changes of a capture, and let it go on where it was",
        format!("{stop}\n# Deploy the stack; then:\n{resume}"),
    )
}

/// A command for each capture.
fn each(graph: &Graph, command: impl Fn(&Capture) -> String) -> String {
    let all = graph.captures.iter().map(|capture| [find(capture), command(capture)].join("\n"));
    all.collect::<Vec<_>>().join("\n")
}

/// Puts the ARN of a replication into a variable.
fn find(capture: &Capture) -> String {
    let name = &capture.node.name;
    match capture.engine {
        Engine::Instance { .. } => format!(
            "task=$(aws dms describe-replication-tasks \\\n  \
             --filters Name=replication-task-id,Values={name} \\\n  \
             --query 'ReplicationTasks[0].ReplicationTaskArn' --output text)"
        ),
        Engine::Serverless { .. } => format!(
            "configuration=$(aws dms describe-replication-configs --output text \\\n  \
             --query \"ReplicationConfigs[?ReplicationConfigIdentifier=='{name}'].ReplicationConfigArn\")"
        ),
    }
}

fn run(capture: &Capture, how: &str) -> String {
    match capture.engine {
        Engine::Instance { .. } => format!(
            "aws dms start-replication-task --replication-task-arn \"$task\" \\\n  \
             --start-replication-task-type {how}"
        ),
        Engine::Serverless { .. } => format!(
            "aws dms start-replication --replication-config-arn \"$configuration\" \\\n  \
             --start-replication-type {how}"
        ),
    }
}

/// Stops a replication, and waits until it has.
fn stop(capture: &Capture) -> &'static str {
    match capture.engine {
        Engine::Instance { .. } => {
            "aws dms stop-replication-task --replication-task-arn \"$task\"\n\
             aws dms wait replication-task-stopped \\\n  \
             --filters Name=replication-task-arn,Values=\"$task\""
        }
        Engine::Serverless { .. } => {
            "aws dms stop-replication --replication-config-arn \"$configuration\"\n\
             until [ stopped = \"$(aws dms describe-replications --output text \\\n  \
             --filters Name=replication-config-arn,Values=\"$configuration\" \\\n  \
             --query 'Replications[0].Status')\" ]; do sleep 10; done"
        }
    }
}

fn destroy() -> Step {
    let roles = super::ACCOUNT_ROLES.map(|(role, _)| role.replace('-', "_"));
    let addresses = roles.iter().flat_map(|role| {
        ["aws_iam_role", "aws_iam_role_policy_attachment"].map(|kind| format!("{kind}.{role}"))
    });
    by_hand(
        "leave the roles of DMS to the account before Terraform destroys this stage",
        format!(
            "terraform state rm {}\n\
             # Terraform refuses otherwise, since other stages may need them. CloudFormation\n\
             # leaves them by itself.",
            addresses.collect::<Vec<_>>().join(" \\\n  ")
        ),
    )
}
