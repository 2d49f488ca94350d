//! SQL that makes a database ready: how long it keeps its binlog, and who reads it.
//!
//! The database is in a VPC that the machine with the rights on AWS is not in as a rule, and the
//! machine that is may call nothing of AWS. So each is told its part.

use super::{Capture, step};
use crate::graph::{Aurora, Graph, Id, Step, aurora, capture::Table, group};

/// The hours that the database keeps its binlog for DMS to read, a day.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/mysql-stored-proc-configuring.html>
const BINLOG_HOURS: u32 = 24;

/// What a database says if its binlog is one that DMS reads.
///
/// <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.MySQL.html>
const BINLOG: [(&str, &str); 4] = [
    ("@@log_bin", "1"),
    ("@@binlog_format", "ROW"),
    ("@@binlog_checksum", "NONE"),
    ("@@binlog_row_image", "FULL"),
];

/// The steps for one database.
pub(super) fn steps(id: Id<Aurora>, graph: &Graph) -> Vec<Step> {
    let captures: Vec<_> = graph.captures.iter().filter(|c| c.from == id).collect();
    let aurora = &graph.auroras[id];
    if captures.is_empty() {
        return Vec::new();
    }
    if !aurora.node.is_created() {
        let users = captures.iter().map(|capture| existing_user(capture));
        return [existing_binlog(aurora)].into_iter().chain(users).collect();
    }
    let mut steps = vec![open(aurora, &captures, graph), binlog(aurora)];
    steps.extend(captures.iter().map(|capture| user(capture)));
    steps.push(close(aurora));
    steps
}

/// The group of the database and whom it lets in, in variables of the shell.
fn ingress(verb: &str, aurora: &Aurora) -> String {
    format!(
        "aws ec2 {verb}-security-group-ingress --group-id \"$group\" \\\n  \
         --protocol tcp --port {} --source-group \"$client\"",
        aurora.port
    )
}

fn open(aurora: &Aurora, captures: &[&Capture], graph: &Graph) -> Step {
    let secret = |name: &str| {
        format!(
            "aws secretsmanager get-secret-value --secret-id {name} \\\n  \
             --query SecretString --output text"
        )
    };
    let users = captures.iter().map(|capture| {
        format!("\n# The password of {}:\n{}", capture.user, secret(&capture.secret.name))
    });
    step(
        format!("let a machine with the client mysql into {}", aurora.node.name),
        format!(
            "# On your own machine, where the AWS CLI may do this. First the security group of a\n\
             # machine in the VPC that has mysql, and need not have any rights:\n\
             client=sg-…\n\
             group=$({group})\n\
             {open}\n\
             # What the next steps need: the host,\n\
             {host}\n\
             # and the password of {master}:\n\
             master=$({master_secret})\n\
             {password}{users}",
            group = group::find(&graph.groups[aurora.group], graph),
            open = ingress("authorize", aurora),
            host = describe(aurora, "Endpoint"),
            master = aurora::MASTER,
            master_secret = describe(aurora, "MasterUserSecret.SecretArn"),
            password = secret("\"$master\""),
            users = users.collect::<String>(),
        ),
    )
}

fn close(aurora: &Aurora) -> Step {
    step(
        format!("close {} again", aurora.node.name),
        format!("# On your own machine:\n{}", ingress("revoke", aurora)),
    )
}

fn describe(aurora: &Aurora, query: &str) -> String {
    format!(
        "aws rds describe-db-clusters --db-cluster-identifier {} \\\n  \
         --query 'DBClusters[0].{query}' --output text",
        aurora.node.name
    )
}

fn binlog_sql() -> String {
    format!(
        "CALL mysql.rds_set_configuration('binlog retention hours', {BINLOG_HOURS});\n\
         SELECT {};",
        BINLOG.map(|(variable, _)| variable).join(", ")
    )
}

fn expected() -> String {
    BINLOG.map(|(_, value)| value).join(", ")
}

fn binlog(aurora: &Aurora) -> Step {
    // After a failover another one writes.
    let writer = describe(aurora, "DBClusterMembers[?IsClusterWriter].DBInstanceIdentifier | [0]");
    let reboot = format!(
        "writer=$({writer})\naws rds reboot-db-instance --db-instance-identifier \"$writer\""
    );
    let reboot: Vec<_> = reboot.lines().map(|line| format!("#   {line}")).collect();
    step(
        format!("keep the binlog of {} for DMS to read", aurora.node.name),
        format!(
            "# On the machine in the VPC:\n\
             host=…\n\
             mysql --host=\"$host\" --user={user} --password <<'SQL'\n{sql}\nSQL\n\
             # It has to say {expected}. If not, reboot the instance that writes, from your own\n\
             # machine, and look again:\n{reboot}",
            user = aurora::MASTER,
            reboot = reboot.join("\n"),
            sql = binlog_sql(),
            expected = expected(),
        ),
    )
}

fn existing_binlog(aurora: &Aurora) -> Step {
    let set: Vec<_> = BINLOG[1..]
        .iter()
        .map(|(variable, value)| format!("{} to {value}", variable.trim_start_matches('@')))
        .collect();
    step(
        format!("keep the binlog of the existing cluster {} for DMS to read", aurora.node.item()),
        format!(
            "-- As the master user, on the instance that writes:\n{}\n\
             -- It has to say {}. If not, set {} in the cluster's parameter group,\n\
             -- as far as it has them, and reboot that instance.",
            binlog_sql(),
            expected(),
            set.join(", ")
        ),
    )
}

fn existing_user(capture: &Capture) -> Step {
    step(
        format!("let the user of {} read the binlog and the tables", capture.node.name),
        format!(
            "-- USER is the one that the secret names.\n{}",
            grants("USER", capture).join("\n")
        ),
    )
}

fn user(capture: &Capture) -> Step {
    let user = &capture.user;
    let create = format!("CREATE USER '{user}'@'%' IDENTIFIED BY '$password';");
    // The shell would take a backtick for the start of a command.
    let grants = grants(user, capture).into_iter().map(|sql| shell(&sql));
    let sql: Vec<_> = [create].into_iter().chain(grants).collect();
    step(
        format!("create the user of {}, by its secret, once the tables exist", capture.node.name),
        format!(
            "# On the machine in the VPC:\n\
             host=…\n\
             password=…  # of {user}\n\
             mysql --host=\"$host\" --user={master} --password <<SQL\n{sql}\nSQL",
            master = aurora::MASTER,
            sql = sql.join("\n"),
        ),
    )
}

/// <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.MySQL.html>
fn grants(user: &str, capture: &Capture) -> Vec<String> {
    let quoted = |name: &str| format!("`{}`", name.replace('`', "``"));
    let mut all =
        vec![format!("GRANT REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO '{user}'@'%';")];
    all.extend(capture.tables.iter().map(|Table { schema, name }| {
        format!("GRANT SELECT ON {}.{} TO '{user}'@'%';", quoted(schema), quoted(name))
    }));
    all
}

/// A text as a here-document of the shell has it, in which variables are replaced.
fn shell(text: &str) -> String {
    text.replace('\\', "\\\\").replace('`', "\\`").replace('$', "\\$")
}
