//! What a function needs of the keys that its resources are encrypted with.
//!
//! DynamoDB, SNS and Kinesis ask KMS in the function's name, so its role must be allowed to use
//! the key; by the condition, through that service only.
//!
//! <https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service>

use std::collections::{BTreeMap, BTreeSet};

use super::{Condition, Effect, Origin, Resource, Statement};
use crate::graph::{Graph, Id, KmsKey, Part, Target, Text, Trigger};

/// A service that encrypts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Service {
    Kinesis,
    DynamoDb,
    Sns,
}

/// One statement for each key and service that the trigger and the grants of a function meet.
pub(super) fn uses(trigger: Trigger, grants: &[Statement], graph: &Graph) -> Vec<Statement> {
    let mut needed: BTreeMap<(Service, Id<KmsKey>), BTreeSet<&'static str>> = BTreeMap::new();
    let mut need = |service, key: Option<Id<KmsKey>>, actions: &[&'static str]| {
        if let Some(key) = key {
            needed.entry((service, key)).or_default().extend(actions);
        }
    };
    if let Trigger::Mapping(id) = trigger {
        let stream = graph.mappings[id].stream;
        // https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html
        need(Service::Kinesis, graph.streams[stream].kms_key, &["kms:Decrypt"]);
    }
    for grant in grants {
        let Resource::One(reference) = grant.resource else { continue };
        match reference.target {
            Target::Table(id) => {
                let reads = grant.actions.iter().all(|action| READS.contains(&action.as_ref()));
                let actions = if reads { TABLE_READ } else { TABLE_WRITE };
                need(Service::DynamoDb, graph.tables[id].kms_key, actions);
            }
            // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
            Target::Topic(id) if grant.actions.iter().any(|action| action == "sns:Publish") => {
                let actions = &["kms:Decrypt", "kms:GenerateDataKey"];
                need(Service::Sns, graph.topics[id].kms_key, actions);
            }
            // https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html
            Target::Stream(id) => {
                let mut need = |does: &[&str], may| {
                    if grant.actions.iter().any(|action| does.contains(&action.as_ref())) {
                        need(Service::Kinesis, graph.streams[id].kms_key, &[may]);
                    }
                };
                need(&["kinesis:PutRecord", "kinesis:PutRecords"], "kms:GenerateDataKey");
                need(&["kinesis:GetRecords", "kinesis:SubscribeToShard"], "kms:Decrypt");
            }
            _ => {}
        }
    }
    needed.into_iter().map(|((service, key), actions)| statement(service, key, actions)).collect()
}

// The actions that the page lists for principals that use a table; the grants are DynamoDB's own.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
const TABLE_READ: &[&str] = &["kms:Decrypt", "kms:DescribeKey"];
const TABLE_WRITE: &[&str] =
    &["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"];

/// The actions that only read a table.
const READS: &[&str] = &[
    "dynamodb:BatchGetItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DescribeTable",
    "dynamodb:GetItem",
    "dynamodb:PartiQLSelect",
    "dynamodb:Query",
    "dynamodb:Scan",
];

fn statement(service: Service, key: Id<KmsKey>, actions: BTreeSet<&'static str>) -> Statement {
    let (sid, name, purpose) = match service {
        Service::Kinesis => ("PlatformStreamKey", "kinesis", "a stream is encrypted with the key"),
        Service::DynamoDb => ("PlatformTableKey", "dynamodb", "a table is encrypted with the key"),
        Service::Sns => ("PlatformTopicKey", "sns", "a topic is encrypted with the key"),
    };
    let via = Text::new([name.into(), ".".into(), Part::Region, ".amazonaws.com".into()]);
    Statement {
        sid: sid.to_owned(),
        effect: Effect::Allow,
        actions: actions.into_iter().map(Into::into).collect(),
        resource: Resource::One(Target::KmsKey(key).arn()),
        condition: Condition::equals([("kms:ViaService", via)]),
        origin: Origin::Platform { purpose },
    }
}
