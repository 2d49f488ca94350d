//! What there is, and which operation does what with it.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::Object;
use super::collection::Collection;
use super::fault::Fault;
use super::input::{Result, text, texts};
use super::{endpoints, instances, replications, tasks};
use crate::emulator::{ACCOUNT, REGION};

/// Everything of one account in one region.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) groups: Collection,
    pub(super) instances: Collection,
    pub(super) endpoints: Collection,
    pub(super) tasks: Collection,
    pub(super) configurations: Collection,
    /// By the ARN of what has them.
    tags: BTreeMap<String, BTreeMap<String, String>>,
    /// How many things were created, which makes ARNs differ.
    created: u64,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            groups: instances::GROUPS,
            instances: instances::INSTANCES,
            endpoints: endpoints::ENDPOINTS,
            tasks: tasks::TASKS,
            configurations: replications::CONFIGURATIONS,
            tags: BTreeMap::new(),
            created: 0,
        }
    }
}

impl Account {
    pub(super) fn call(&mut self, operation: &str, input: &Object) -> Result<Value> {
        match operation {
            "CreateReplicationSubnetGroup" => instances::create_group(self, input),
            "ModifyReplicationSubnetGroup" => instances::modify_group(self, input),
            "DeleteReplicationSubnetGroup" => instances::delete_group(self, input),
            "DescribeReplicationSubnetGroups" => {
                Ok(json!({ "ReplicationSubnetGroups": self.groups.describe(input)? }))
            }
            "CreateReplicationInstance" => instances::create(self, input),
            "ModifyReplicationInstance" => instances::modify(self, input),
            "DeleteReplicationInstance" => instances::delete(self, input),
            "DescribeReplicationInstances" => {
                Ok(json!({ "ReplicationInstances": self.instances.describe(input)? }))
            }
            "CreateEndpoint" => endpoints::create(self, input),
            "ModifyEndpoint" => endpoints::modify(self, input),
            "DeleteEndpoint" => endpoints::delete(self, input),
            "DescribeEndpoints" => Ok(json!({ "Endpoints": self.endpoints.describe(input)? })),
            "TestConnection" => endpoints::test_connection(self, input),
            "CreateReplicationTask" => tasks::create(self, input),
            "ModifyReplicationTask" => tasks::modify(self, input),
            "StartReplicationTask" => tasks::start(self, input),
            "StopReplicationTask" => tasks::stop(self, input),
            "DeleteReplicationTask" => tasks::delete(self, input),
            "DescribeReplicationTasks" => {
                Ok(json!({ "ReplicationTasks": self.tasks.describe(input)? }))
            }
            "CreateReplicationConfig" => replications::create(self, input),
            "ModifyReplicationConfig" => replications::modify(self, input),
            "DeleteReplicationConfig" => replications::delete(self, input),
            "DescribeReplicationConfigs" => {
                Ok(json!({ "ReplicationConfigs": self.configurations.describe(input)? }))
            }
            "StartReplication" => replications::start(self, input),
            "StopReplication" => replications::stop(self, input),
            // Every configuration has one replication, whose members are among its own.
            "DescribeReplications" => {
                Ok(json!({ "Replications": self.configurations.describe(input)? }))
            }
            "AddTagsToResource" => self.add_tags(text(input, "ResourceArn")?.to_owned(), input),
            "RemoveTagsFromResource" => self.remove_tags(input),
            "ListTagsForResource" => self.list_tags(input),
            operation => Err(Fault::operation(operation)),
        }
    }

    /// The ARN of something new.
    pub(super) fn arn(&mut self, kind: &str) -> String {
        self.created += 1;
        arn(kind, &format!("ESTEIRA{:019}", self.created))
    }

    /// Keeps the tags that something is created with.
    pub(super) fn add_tags(&mut self, arn: String, input: &Object) -> Result<Value> {
        let tags = self.tags.entry(arn).or_default();
        for tag in input.get("Tags").and_then(Value::as_array).into_iter().flatten() {
            let text = |name: &str| tag[name].as_str().map(str::to_owned);
            let key = text("Key").ok_or_else(|| Fault::value("a tag has no Key"))?;
            tags.insert(key, text("Value").unwrap_or_default());
        }
        Ok(json!({}))
    }

    fn remove_tags(&mut self, input: &Object) -> Result<Value> {
        let keys = texts(input, "TagKeys")?;
        if let Some(tags) = self.tags.get_mut(text(input, "ResourceArn")?) {
            tags.retain(|key, _| !keys.contains(key));
        }
        Ok(json!({}))
    }

    fn list_tags(&self, input: &Object) -> Result<Value> {
        let arns = match input.contains_key("ResourceArnList") {
            true => texts(input, "ResourceArnList")?,
            false => vec![text(input, "ResourceArn")?.to_owned()],
        };
        let of =
            |arn: String| {
                self.tags.get(&arn).into_iter().flatten().map(
                    move |(key, value)| json!({ "Key": key, "Value": value, "ResourceArn": arn }),
                )
            };
        Ok(json!({ "TagList": arns.into_iter().flat_map(of).collect::<Vec<_>>() }))
    }

    pub(super) fn identifiers(&self) -> Vec<String> {
        let all =
            [&self.groups, &self.instances, &self.endpoints, &self.tasks, &self.configurations];
        all.into_iter().flat_map(Collection::identifiers).collect()
    }
}

/// <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Introduction.AWS.ARN.html>
pub(super) fn arn(kind: &str, name: &str) -> String {
    format!("arn:aws:dms:{REGION}:{ACCOUNT}:{kind}:{name}")
}
