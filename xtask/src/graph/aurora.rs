//! An Aurora MySQL cluster.

use std::{collections::BTreeSet, ops::RangeInclusive};

use esteira_manifest::{self as manifest, Kind};
use serde::Deserialize;
use toml::Spanned;

use super::{
    Declaration, Graph, Group, Id, Index, KmsKey, Logical, Node, Opening, Peer, Vpc, identifier,
    index::Entry,
};
use crate::{
    diagnostic::{Diagnostic, Result},
    stage::{self, Settings, Stage},
};

mod existing;

pub(crate) use existing::Secret;

/// What RDS calls Aurora MySQL.
pub(crate) const ENGINE: &str = "aurora-mysql";

/// The version of MySQL whose parameters are set: that of Aurora version 3.
const MYSQL: &str = "8.0";

/// What RDS calls the parameters of [`MYSQL`].
pub(crate) const FAMILY: &str = "aurora-mysql8.0";

const BACKUP_DAYS: u32 = 7;

/// One writes, and up to 15 read
/// (<https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/CHAP_Limits.html>).
pub(crate) const INSTANCES: RangeInclusive<u32> = 1..=16;

/// The logs that are sent to CloudWatch.
pub(crate) const LOGS: [&str; 3] = ["audit", "error", "slowquery"];

/// The parameters that differ from Aurora's own. Capture reads the binlog, which is off by
/// default and has to have whole rows, without a checksum that DMS does not read.
///
/// <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.MySQL.html>
pub(crate) const PARAMETERS: [(&str, &str); 4] = [
    ("binlog_checksum", "NONE"),
    ("binlog_format", "ROW"),
    ("server_audit_events", "CONNECT,QUERY_DCL,QUERY_DDL"),
    ("server_audit_logging", "1"),
];

/// The port MySQL listens on unless it is told another.
const PORT: u16 = 3306;

/// The user that RDS makes with the cluster, with a password that it keeps and rotates. Not
/// `admin`, which everybody would try first.
pub(crate) const MASTER: &str = "esteira_admin";

/// An Aurora MySQL cluster, whose binlog is on.
///
/// Of an existing one only the secret and the security group are known.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Aurora {
    pub(crate) node: Node,
    pub(crate) vpc: Id<Vpc>,
    pub(crate) group: Id<Group>,
    pub(crate) database: String,
    pub(crate) subnets: Node,
    pub(crate) parameters: Node,
    pub(crate) instances: Vec<Node>,
    pub(crate) capacity: Capacity,
    /// None for AWS's default, which it raises as versions are withdrawn: a minor version written
    /// here would one day be refused for a new cluster.
    pub(crate) engine_version: Option<String>,
    pub(crate) backup_retention_days: u32,
    pub(crate) kms_key: Option<Id<KmsKey>>,
    pub(crate) port: u16,
    /// The secret with which DMS signs in to an existing cluster.
    pub(crate) existing_secret: Option<Secret>,
}

/// How large the instances are.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Capacity {
    /// All of one class.
    Provisioned { class: String },
    /// As large as their load asks for, within bounds in Aurora capacity units (2 GiB each).
    Serverless { least: f64, most: f64 },
}

impl Capacity {
    /// What RDS calls the class of an instance.
    pub(crate) fn class(&self) -> &str {
        match self {
            Self::Provisioned { class } => class,
            Self::Serverless { .. } => "db.serverless",
        }
    }
}

impl Declaration for manifest::Aurora {
    type Node = Aurora;
    const NOUN: &'static str = "an Aurora cluster";
    const ATTRIBUTE: &'static str = "#[derive(Aurora)]";

    fn of(kind: &Kind) -> Option<&Self> {
        if let Kind::Aurora(aurora) = kind { Some(aurora) } else { None }
    }
}

/// What a stage may say of a cluster that is made.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Created {
    instances: Option<Spanned<u32>>,
    instance_class: Option<Spanned<String>>,
    serverless: Option<Spanned<Serverless>>,
    engine_version: Option<Spanned<String>>,
    backup_retention_days: Option<Spanned<u32>>,
    clients: Option<Vec<Spanned<String>>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Serverless {
    min_acu: f64,
    max_acu: f64,
}

impl Aurora {
    pub(crate) fn logical(name: &str) -> Logical {
        Logical::resource(name, "Cluster")
    }

    /// Adds a cluster and its security group.
    pub(crate) fn add(
        entry: Entry<'_, manifest::Aurora>,
        index: &Index<'_>,
        stage: &Stage,
        graph: &mut Graph,
    ) -> Result<()> {
        let Entry { item, declared } = entry;
        let vpc = index.resolve(&index.vpcs, &declared.vpc, entry.place())?;
        let part = |kind, name: &str| {
            let logical = Logical::part(item.name(), kind);
            let node = Node::new(item, &declared.name, logical, stage);
            Node { name: identifier::identifier(&format!("{}{name}", node.name)), ..node }
        };
        let cluster = Node { logical: Self::logical(item.name()), ..part("Cluster", "") };
        let mut aurora = Self {
            vpc,
            group: graph.groups.next(),
            database: declared.database.to_string(),
            subnets: part("SubnetGroup", ""),
            parameters: part("ParameterGroup", ""),
            instances: Vec::new(),
            capacity: Capacity::Provisioned { class: "db.r6g.large".into() },
            engine_version: None,
            backup_retention_days: BACKUP_DAYS,
            kms_key: index.key(declared.kms_key.as_deref(), entry.place())?,
            port: PORT,
            existing_secret: None,
            node: cluster,
        };
        let mut group = part("SecurityGroup", "-database");
        let mut clients = Vec::new();
        if declared.existing {
            let there = existing::Existing::new(entry, stage)?;
            aurora.node.existing = Some(aurora.node.name.clone());
            aurora.existing_secret = Some(there.secret);
            aurora.port = there.port;
            group.existing = Some(there.group);
        } else {
            let count;
            (count, clients) = aurora.size(entry, stage)?;
            aurora.instances = (1..=count)
                .map(|number| {
                    let node = part("Instance", &format!("-{number}"));
                    Node { logical: node.logical.numbered(number), ..node }
                })
                .collect();
            for node in aurora.instances.iter().chain([&aurora.node]) {
                if let Some(why) = identifier::refused(&node.name, 63) {
                    return Err(Diagnostic::new(why)
                        .at(entry.place(), "")
                        .help("give the cluster another `name`, of letters a-z, digits and single hyphens; the stage's naming pattern counts too")
                        .into());
                }
            }
        }
        graph.groups.push(Group {
            node: group,
            vpc,
            description: format!("The database {}", aurora.node.name),
        });
        clients.into_iter().for_each(|id| aurora.let_in(id, graph));
        graph.auroras.push(aurora);
        Ok(())
    }

    /// Opens the database to the members of a group of others.
    fn let_in(&self, id: String, graph: &mut Graph) {
        let node = self.node.part(&format!("client_{id}"), "SecurityGroup");
        let node = Node { name: id.clone(), existing: Some(id), ..node };
        let description = "Clients of the database".into();
        let from = graph.groups.push(Group { node, vpc: self.vpc, description });
        let to = Peer::Group(self.group);
        graph.openings.push(Opening { from, to, port: PORT, purpose: "SQL".into() });
    }

    pub(crate) fn subnets_description(&self) -> String {
        format!("Private subnets of {}", self.node.name)
    }

    pub(crate) fn parameters_description(&self) -> String {
        format!("Binlog and audit log of {}", self.node.name)
    }

    /// Takes the sizes of the stage, and returns how many instances there are, and the security
    /// groups that are let in.
    fn size(
        &mut self,
        entry: Entry<'_, manifest::Aurora>,
        stage: &Stage,
    ) -> Result<(u32, Vec<String>)> {
        let settings: Settings<Created> = stage.settings(entry.item)?;
        let Created { instances, engine_version, backup_retention_days, clients, .. } =
            &settings.values;
        let days = backup_retention_days.as_ref();
        // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html
        let days = settings.number("backup_retention_days", days, 1..=35, entry.place())?;
        self.backup_retention_days = days.unwrap_or(self.backup_retention_days);
        self.engine_version =
            engine_version.as_ref().map(|version| check_version(version, &settings)).transpose()?;
        self.capacity = capacity(&settings)?;
        let count = settings.number("instances", instances.as_ref(), INSTANCES, entry.place())?;
        let clients = clients
            .iter()
            .flatten()
            .map(|client| stage::existing::id(&settings, client, "sg-", entry.place()));
        // One that is listed twice is let in once.
        let clients = clients.collect::<Result<BTreeSet<_>, _>>()?.into_iter().collect();
        Ok((count.unwrap_or(entry.declared.instances), clients))
    }
}

/// RDS takes the parameters of one version of MySQL for no other.
fn check_version(
    version: &Spanned<String>,
    settings: &Settings<Created>,
) -> Result<String, Diagnostic> {
    let text = version.get_ref();
    let rest = text.strip_prefix(MYSQL);
    if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.')) {
        return Ok(text.clone());
    }
    Err(settings
        .mistake(format!("`{text}` is no version of Aurora MySQL {MYSQL}"), version.span())
        .help(format!("write for instance \"{MYSQL}.mysql_aurora.3.08.0\", or leave it to AWS")))
}

fn capacity(settings: &Settings<Created>) -> Result<Capacity, Diagnostic> {
    match (&settings.values.instance_class, &settings.values.serverless) {
        (Some(class), Some(_)) => Err(settings
            .mistake("a cluster has an `instance_class` or is `serverless`, not both", class.span())
            .help("leave one of them out")),
        (Some(class), None) if !class.get_ref().starts_with("db.") => Err(settings
            .mistake(format!("`{}` is no instance class", class.get_ref()), class.span())
            .help("write for instance \"db.r6g.large\"")),
        (Some(class), None) => Ok(Capacity::Provisioned { class: class.get_ref().clone() }),
        (None, None) => Ok(Capacity::Provisioned { class: "db.r6g.large".into() }),
        (None, Some(serverless)) => {
            // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html
            let Serverless { min_acu, max_acu } = *serverless.get_ref();
            let whole = |acu: f64| (acu * 2.0).fract() == 0.0;
            if whole(min_acu)
                && whole(max_acu)
                && 0.5 <= min_acu
                && min_acu <= max_acu
                && (1.0..=256.0).contains(&max_acu)
            {
                return Ok(Capacity::Serverless { least: min_acu, most: max_acu });
            }
            Err(settings
                .mistake(format!("a capacity of {min_acu} to {max_acu} is not possible"), serverless.span())
                .help("`min_acu` is 0.5 or more, `max_acu` 1 to 256 and not less, both in steps of 0.5"))
        }
    }
}

#[cfg(test)]
mod tests;
