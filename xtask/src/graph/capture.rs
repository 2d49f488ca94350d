//! Change data capture: DMS reads the binlog of a database and puts every change on a stream.
//!
//! <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.Kinesis.html>

use esteira_manifest::{self as manifest, Json, Kind};

use super::{
    Aurora, Call, Declaration, Graph, Group, Id, Index, Logical, Mapping, Node, Opening, Part,
    Peer, Service, Stream, Text, identifier, index::Entry,
};
use crate::{
    diagnostic::{Diagnostic, Result},
    schema::Schemas,
    stage::Stage,
};

mod exact;
mod rules;
mod settings;
mod steps;
mod table;
mod task;

pub(crate) use settings::Engine;
pub(crate) use steps::{after, before};
pub(crate) use table::Table;

/// What DMS calls a MySQL source that is an Aurora cluster.
pub(crate) const SOURCE: &str = "aurora";

/// What DMS calls a Kinesis stream.
pub(crate) const TARGET: &str = "kinesis";

/// Only what changes from now on, not the rows that there are: these would look like new ones.
pub(crate) const MIGRATION: &str = "cdc";

/// What a record has besides the row, by the names of Terraform and CloudFormation: each is off by
/// default. Without the first, a column that is null or empty is left out. The last puts the table
/// before the partition value, so that the first rows of several tables spread over the shards.
pub(crate) const RECORDS: [[&str; 2]; 4] = [
    ["include_null_and_empty", "IncludeNullAndEmpty"],
    ["include_partition_value", "IncludePartitionValue"],
    ["include_transaction_details", "IncludeTransactionDetails"],
    ["partition_include_schema_table", "PartitionIncludeSchemaTable"],
];

/// What DMS does with its secret.
///
/// <https://docs.aws.amazon.com/dms/latest/userguide/security_iam_secretsmanager.html>
pub(crate) const READS: [&str; 1] = ["secretsmanager:GetSecretValue"];

/// What DMS does with the key of its secret.
pub(crate) const READS_KEY: [&str; 2] = ["kms:Decrypt", "kms:DescribeKey"];

/// What DMS does with a stream.
///
/// <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.Kinesis.html#CHAP_Target.Kinesis.Prerequisites>
pub(crate) const WRITES: [&str; 3] =
    ["kinesis:DescribeStream", "kinesis:PutRecord", "kinesis:PutRecords"];

/// What a writer does with the key of a stream.
///
/// <https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html>
pub(crate) const WRITES_KEY: [&str; 1] = ["kms:GenerateDataKey"];

/// The length of the password that is generated, of letters and digits alone: DMS refuses some
/// signs, and SQL and a shell would need others quoted.
pub(crate) const PASSWORD_LENGTH: u32 = 32;

/// The two roles that DMS looks for in an account, by names of its own, with AWS's policy of each.
///
/// <https://docs.aws.amazon.com/dms/latest/userguide/security-iam.html#CHAP_Security.APIRole>
pub(crate) const ACCOUNT_ROLES: [(&str, &str); 2] = [
    ("dms-vpc-role", "AmazonDMSVPCManagementRole"),
    ("dms-cloudwatch-logs-role", "AmazonDMSCloudWatchLogsRole"),
];

/// What the switch for these roles is, in either language.
pub(crate) const CREATE_ROLES: &str = "Whether to create the two roles that DMS looks for, of which an account has one each. True in the stage that created them, and in that one from then on.";

/// The longest identifier of a replication instance, the shortest of those that DMS has; names of
/// roles may have one character more
/// (<https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateReplicationInstance.html>).
const IDENTIFIER_MAX: usize = 63;

/// The longest name of a user of MySQL
/// (<https://dev.mysql.com/doc/refman/8.0/en/user-names.html>).
const USER_MAX: usize = 32;

/// Change data capture: a replication of some tables of a cluster into a stream.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Capture {
    /// The task, or the serverless replication.
    pub(crate) node: Node,
    pub(crate) from: Id<Aurora>,
    pub(crate) into: Id<Stream>,
    pub(crate) tables: Vec<Table>,
    pub(crate) engine: Engine,
    /// Whether a second machine, in another zone, stands in for the first.
    pub(crate) multi_az: bool,
    /// The certificates of RDS in DMS, by which it knows that the database is the one it is.
    pub(crate) certificate: Option<String>,
    pub(crate) group: Id<Group>,
    /// The subnets that it may stand in.
    pub(crate) subnets: Node,
    pub(crate) source: Node,
    pub(crate) target: Node,
    /// The role in which DMS reads the secret.
    pub(crate) source_role: Node,
    /// The role in which DMS writes to the stream.
    pub(crate) target_role: Node,
    /// How DMS signs in to a cluster that is created here; of another the stage says which
    /// secret it is.
    pub(crate) secret: Node,
    /// The user in the database.
    pub(crate) user: String,
    /// What is captured, and how it is written.
    pub(crate) rules: Json,
    /// How the task works.
    pub(crate) settings: Json,
    /// Who reads the stream: these exist before the first change is written.
    pub(crate) readers: Vec<Id<Mapping>>,
}

impl Declaration for manifest::Capture {
    type Node = Capture;
    const NOUN: &'static str = "a capture";
    const ATTRIBUTE: &'static str = "#[derive(Capture)]";

    fn of(kind: &Kind) -> Option<&Self> {
        if let Kind::Capture(capture) = kind { Some(capture) } else { None }
    }
}

impl Capture {
    pub(crate) fn logical(name: &str) -> Logical {
        Logical::resource(name, "Capture")
    }

    /// Adds a capture, after the functions that read its stream.
    ///
    /// # Errors
    ///
    /// Settings of the stage that DMS does not take, or a name that it does not.
    pub(crate) fn add(
        entry: Entry<'_, manifest::Capture>,
        index: &Index<'_>,
        schemas: &Schemas,
        stage: &Stage,
        graph: &mut Graph,
    ) -> Result<()> {
        let Entry { item, declared } = entry;
        let from = index.resolve(&index.auroras, &declared.from, entry.place())?;
        let into = index.resolve(&index.streams, &declared.into, entry.place())?;
        let rows = rows(entry, index)?;
        let named = Node::new(item, &declared.name, Self::logical(item.name()), stage);
        let node = Node { name: identifier::identifier(&named.name), ..named };
        let part = |part: &str, kind| node.part(part, kind);
        let settings = settings::Settings::new(entry, stage)?;
        let database = &graph.auroras[from].database;
        let tables: Vec<_> =
            rows.iter().map(|row| Table::new(&row.declared.table, database)).collect();
        let exact = rows.iter().map(|row| exact::columns(*row, schemas));
        let rules = rules::rules(tables.iter().zip(exact));
        let unknown = rows.iter().filter_map(|row| exact::unknown(*row, schemas, entry.place()));
        graph.warnings.extend(unknown);
        let readers = graph.mappings.ids().filter(|id| graph.mappings[*id].stream == into);
        let capture = Self {
            from,
            into,
            tables,
            engine: settings.engine,
            multi_az: settings.multi_az,
            certificate: settings.certificate,
            group: graph.groups.next(),
            subnets: part("replication", "SubnetGroup"),
            source: part("source", "Endpoint"),
            target: part("target", "Endpoint"),
            source_role: part("source", "Role"),
            target_role: part("target", "Role"),
            secret: part("source", "Secret"),
            user: user(&node),
            rules,
            settings: task::settings(declared.lob_kib),
            readers: readers.collect(),
            node,
        };
        capture.check(graph)?;
        capture.connect(graph);
        graph.captures.push(capture);
        Ok(())
    }

    /// Whether DMS and MySQL take its names.
    fn check(&self, graph: &Graph) -> Result<(), Diagnostic> {
        // The longest of its names is that of an endpoint.
        if let Some(why) = identifier::refused(&self.target.name, IDENTIFIER_MAX) {
            return Err(Diagnostic::new(why).at(self.node.at.clone(), "").help(
                "give the capture another `name`, of letters a-z, digits and single hyphens; the \
                 stage's naming pattern counts too",
            ));
        }
        let alike = |other: &&Self| other.from == self.from && other.user == self.user;
        match graph.captures.iter().find(alike) {
            Some(other) => Err(Diagnostic::new(format!(
                "two captures would sign in to one database as `{}`",
                self.user
            ))
            .at(self.node.at.clone(), "declared again here")
            .at(other.node.at.clone(), "first declared here")
            .help(format!(
                "rename one of the types: users are called after their first {} characters",
                USER_MAX - PREFIX.len()
            ))),
            None => Ok(()),
        }
    }

    /// Gives it a security group, and with it the ways to the database and to AWS.
    fn connect(&self, graph: &mut Graph) {
        let Aurora { vpc, group: database, .. } = graph.auroras[self.from];
        let description = format!("The capture {}", self.node.name);
        let node = self.node.part("replication", "SecurityGroup");
        let group = graph.groups.push(Group { node, vpc, description });
        graph.openings.push(Opening {
            from: group,
            to: Peer::Group(database),
            port: graph.auroras[self.from].port,
            purpose: "binlog".into(),
        });
        // https://docs.aws.amazon.com/dms/latest/userguide/CHAP_VPC_Endpoints.html
        let required_endpoint = matches!(self.engine, Engine::Serverless { .. });
        for service in [Service::KinesisStreams, Service::SecretsManager] {
            let purpose = service.purpose();
            graph.calls.push(Call { vpc, group, service, purpose, required_endpoint });
        }
    }

    /// The replication instance, where the capture is not serverless.
    pub(crate) fn instance(&self) -> Node {
        self.node.sibling("Capture", "ReplicationInstance")
    }

    pub(crate) fn subnets_description(&self) -> String {
        format!("Private subnets of {}", self.node.name)
    }

    pub(crate) fn secret_description(&self) -> String {
        format!("How {} signs in to its database", self.node.name)
    }

    /// The service that reads the secret: DMS of the region.
    ///
    /// <https://docs.aws.amazon.com/dms/latest/userguide/security_iam_secretsmanager.html>
    pub(crate) fn reader() -> Text {
        Text::new(["dms.".into(), Part::Region, ".amazonaws.com".into()])
    }

    /// The service that writes to the stream: DMS of all regions.
    pub(crate) fn writer() -> Text {
        "dms.amazonaws.com".to_owned().into()
    }
}

/// The row types of a capture.
fn rows<'a>(
    entry: Entry<'_, manifest::Capture>,
    index: &Index<'a>,
) -> Result<Vec<Entry<'a, manifest::Row>>, Diagnostic> {
    let row = |id: &manifest::Text| {
        // A row is no node: only its declaration is looked at.
        index.resolve(&index.rows, id, entry.place())?;
        Ok(index.rows.get(id))
    };
    let rows: Result<Vec<_>, _> = entry.declared.tables.iter().map(row).collect();
    Ok(rows?.into_iter().flatten().collect())
}

const PREFIX: &str = "dms_";

/// The user as which a capture signs in. Several may capture one database.
fn user(node: &Node) -> String {
    format!("{PREFIX}{}", node.logical.snake).chars().take(USER_MAX).collect()
}

fn text(text: &str) -> Json {
    Json::Text(text.to_owned().into())
}

fn object(entries: impl IntoIterator<Item = (&'static str, Json)>) -> Json {
    let entries = entries.into_iter().map(|(key, value)| (key.into(), value));
    Json::Object(entries.collect::<Vec<_>>().into())
}

#[cfg(test)]
mod tests;
