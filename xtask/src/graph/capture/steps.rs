//! What a person does before changes flow: SQL, mostly, that neither Terraform nor CloudFormation
//! can run.

use super::{Capture, Engine};
use crate::graph::{Aurora, Graph, Step, aurora};

/// The hours that the database keeps its binlog for DMS to read, a day.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/mysql-stored-proc-configuring.html>
const BINLOG_HOURS: u32 = 24;

/// Adds the steps up to the first deploy.
pub(crate) fn before(graph: &mut Graph) {
    if graph.captures.iter().next().is_some() {
        graph.steps.extend([roles(), first_deploy()]);
    }
}

/// Adds the steps from the first deploy to the first change.
pub(crate) fn after(graph: &mut Graph) {
    let mut steps = Vec::new();
    for id in graph.auroras.ids() {
        let captures: Vec<_> = graph.captures.iter().filter(|c| c.from == id).collect();
        if !captures.is_empty() {
            steps.push(binlog(&graph.auroras[id]));
            steps.extend(captures.into_iter().map(|c| user(c, &graph.auroras[id])));
        }
    }
    steps.extend(graph.captures.iter().filter_map(test));
    steps.extend(start(graph));
    graph.steps.extend(steps);
}

fn step(title: impl Into<String>, text: impl Into<String>) -> Step {
    Step { title: title.into(), text: text.into() }
}

fn roles() -> Step {
    let [vpc, logs] = super::ACCOUNT_ROLES.map(|(role, _)| role);
    step(
        "find out whether the account has the two roles that DMS needs in it",
        format!(
            "aws iam get-role --role-name {vpc}\n\
             aws iam get-role --role-name {logs}\n\
             # If it has neither, let this stage create them, now and ever after:\n\
             #   Terraform:      export TF_VAR_create_dms_roles=true\n\
             #   CloudFormation: --parameter-overrides CreateDmsRoles=true\n\
             # If it has both, leave the switch alone: an account has them once. If it has one,\n\
             # create the other by hand:\n\
             # https://docs.aws.amazon.com/dms/latest/userguide/security-iam.html#CHAP_Security.APIRole"
        ),
    )
}

fn first_deploy() -> Step {
    step(
        "deploy for the first time without starting to capture, as the database is not ready",
        "terraform apply -var start_capture=false\n\
         # CloudFormation starts nothing: deploy the stack as ever.",
    )
}

/// The host name of the cluster, as a shell finds it.
fn host(aurora: &Aurora) -> String {
    describe_cluster(aurora, "Endpoint")
}

fn describe_cluster(aurora: &Aurora, query: &str) -> String {
    format!(
        "aws rds describe-db-clusters --db-cluster-identifier {} \\\n  \
         --query 'DBClusters[0].{query}' --output text",
        aurora.node.name
    )
}

fn binlog(aurora: &Aurora) -> Step {
    let sql = format!(
        "CALL mysql.rds_set_configuration('binlog retention hours', {BINLOG_HOURS});\n\
         SELECT @@log_bin, @@binlog_format;"
    );
    if aurora.existing_secret.is_some() {
        let name = aurora.node.item();
        return step(
            format!("keep the binlog of the existing cluster {name} for DMS to read"),
            format!(
                "-- As the master user, on the instance that writes:\n{sql}\n\
                 -- It has to say 1 and ROW. If not, set binlog_format to ROW in the cluster's \
                 parameter group, and reboot that instance."
            ),
        );
    }
    let master = describe_cluster(aurora, "MasterUserSecret.SecretArn");
    step(
        format!("keep the binlog of {} for DMS to read", aurora.node.name),
        format!(
            "# On a machine in the VPC that the database lets in. The password of {user}:\n\
             master=$({master})\n\
             aws secretsmanager get-secret-value --secret-id \"$master\" \\\n  \
             --query SecretString --output text\n\
             host=$({host})\n\
             mysql --host=\"$host\" --user={user} --password <<'SQL'\n{sql}\nSQL\n\
             # It has to say 1 and ROW. If not, reboot the instance that writes, and look again:\n\
             # aws rds reboot-db-instance --db-instance-identifier {writer}",
            user = aurora::MASTER,
            host = host(aurora),
            writer = aurora.instances.first().map_or("", |instance| &instance.name),
        ),
    )
}

fn user(capture: &Capture, aurora: &Aurora) -> Step {
    let name = &capture.node.name;
    if aurora.existing_secret.is_some() {
        let grants = grants("USER", capture, aurora);
        return step(
            format!("let the user of {name} read the binlog and the tables"),
            format!("-- USER is the one that the secret names.\n{}", grants.join("\n")),
        );
    }
    let create = format!("CREATE USER '{}'@'%' IDENTIFIED BY '$password';", capture.user);
    // The shell would take a backtick for the start of a command.
    let grants = grants(&capture.user, capture, aurora);
    let sql = [create].into_iter().chain(grants.into_iter().map(|sql| shell(&sql)));
    step(
        format!("create the user of {name}, by its secret, once the tables exist"),
        format!(
            "password=$(aws secretsmanager get-secret-value --secret-id {secret} \\\n  \
             --query SecretString --output text | \
             sed 's/.*\"password\" *: *\"\\([A-Za-z0-9]*\\)\".*/\\1/')\n\
             host=$({host})\n\
             mysql --host=\"$host\" --user={master} --password <<SQL\n{sql}\nSQL",
            secret = capture.secret.name,
            host = host(aurora),
            master = aurora::MASTER,
            sql = sql.collect::<Vec<_>>().join("\n"),
        ),
    )
}

/// <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.MySQL.html>
fn grants(user: &str, capture: &Capture, aurora: &Aurora) -> Vec<String> {
    let quoted = |name: &str| format!("`{}`", name.replace('`', "``"));
    let mut all =
        vec![format!("GRANT REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO '{user}'@'%';")];
    all.extend(capture.tables.iter().map(|table| {
        let (database, table) = (quoted(&aurora.database), quoted(table));
        format!("GRANT SELECT ON {database}.{table} TO '{user}'@'%';")
    }));
    all
}

/// A text as a here-document of the shell has it, in which variables are replaced.
fn shell(text: &str) -> String {
    text.replace('\\', "\\\\").replace('`', "\\`").replace('$', "\\$")
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

fn start(graph: &Graph) -> Option<Step> {
    let commands: Vec<_> = graph.captures.iter().map(start_command).collect();
    if commands.is_empty() {
        return None;
    }
    Some(step(
        "start to capture",
        format!("terraform apply\n# CloudFormation:\n{}", commands.join("\n")),
    ))
}

fn start_command(capture: &Capture) -> String {
    let name = &capture.node.name;
    match capture.engine {
        Engine::Instance { .. } => format!(
            "task=$(aws dms describe-replication-tasks \\\n  \
             --filters Name=replication-task-id,Values={name} \\\n  \
             --query 'ReplicationTasks[0].ReplicationTaskArn' --output text)\n\
             aws dms start-replication-task --replication-task-arn \"$task\" \\\n  \
             --start-replication-task-type start-replication"
        ),
        Engine::Serverless { .. } => format!(
            "configuration=$(aws dms describe-replication-configs --output text \\\n  \
             --query \"ReplicationConfigs[?ReplicationConfigIdentifier=='{name}'].ReplicationConfigArn\")\n\
             aws dms start-replication --replication-config-arn \"$configuration\" \\\n  \
             --start-replication-type start-replication"
        ),
    }
}
