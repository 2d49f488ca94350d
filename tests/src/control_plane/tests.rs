use std::time::Duration;

use super::*;

const ROLE: &str = "arn:aws:iam::123456789012:role/dms";
const MAPPINGS: &str = r#"{"rules":[{"rule-type":"selection","rule-id":"1","rule-name":"1",
    "object-locator":{"schema-name":"shop","table-name":"orders"},"rule-action":"include"}]}"#;

/// A client of a plane of its own.
struct Client {
    plane: ControlPlane,
    agent: ureq::Agent,
}

impl Client {
    fn new() -> Self {
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(Duration::from_secs(20)))
            .http_status_as_error(false)
            .proxy(None);
        Self { plane: ControlPlane::start().unwrap(), agent: config.build().new_agent() }
    }

    fn call(&self, operation: &str, input: &Value) -> Result<Value, String> {
        let target = format!("{TARGET}{operation}");
        let request = self.agent.post(self.plane.endpoint()).header("X-Amz-Target", target);
        let mut response = request.send(input.to_string()).unwrap();
        let answer: Value = response.body_mut().read_json().unwrap();
        match response.status().is_success() {
            true => Ok(answer),
            false => Err(answer["__type"].as_str().unwrap().to_owned()),
        }
    }

    fn made(&self, operation: &str, input: &Value, arn: &str) -> String {
        self.call(operation, input).unwrap().pointer(arn).unwrap().as_str().unwrap().to_owned()
    }

    fn refused(&self, operation: &str, input: &Value) -> String {
        self.call(operation, input).unwrap_err()
    }

    /// Both endpoints of a capture.
    fn ends(&self) -> (String, String) {
        let source = self.made("CreateEndpoint", &source(), "/Endpoint/EndpointArn");
        let target = self.made("CreateEndpoint", &target(), "/Endpoint/EndpointArn");
        (source, target)
    }

    /// The input of a task for which everything is there.
    fn task(&self) -> Value {
        let group = json!({
            "ReplicationSubnetGroupIdentifier": "Group",
            "ReplicationSubnetGroupDescription": "d",
            "SubnetIds": ["subnet-1", "subnet-2"],
        });
        self.call("CreateReplicationSubnetGroup", &group).unwrap();
        let instance = json!({
            "ReplicationInstanceIdentifier": "Instance",
            "ReplicationInstanceClass": "dms.t3.medium",
            "ReplicationSubnetGroupIdentifier": "Group",
            "VpcSecurityGroupIds": ["sg-1"],
        });
        let path = "/ReplicationInstance/ReplicationInstanceArn";
        let instance = self.made("CreateReplicationInstance", &instance, path);
        let (source, target) = self.ends();
        json!({
            "ReplicationTaskIdentifier": "Task",
            "SourceEndpointArn": source,
            "TargetEndpointArn": target,
            "ReplicationInstanceArn": instance,
            "MigrationType": "cdc",
            "TableMappings": MAPPINGS,
            "Tags": [{ "Key": "app", "Value": "shop" }],
        })
    }
}

fn source() -> Value {
    json!({
        "EndpointIdentifier": "Source",
        "EndpointType": "source",
        "EngineName": "aurora",
        "MySQLSettings": { "SecretsManagerSecretId": "arn:s", "SecretsManagerAccessRoleArn": ROLE },
    })
}

fn target() -> Value {
    json!({
        "EndpointIdentifier": "Target",
        "EndpointType": "target",
        "EngineName": "kinesis",
        "KinesisSettings": {
            "StreamArn": "arn:aws:kinesis:us-east-1:123456789012:stream/s",
            "ServiceAccessRoleArn": ROLE,
        },
    })
}

/// The object with some members replaced.
fn with(mut object: Value, members: Value) -> Value {
    if let (Some(object), Value::Object(members)) = (object.as_object_mut(), members) {
        object.extend(members);
    }
    object
}

#[test]
fn a_task_lives_as_in_aws() {
    let client = Client::new();
    let input = client.task();
    let arn = client.made("CreateReplicationTask", &input, "/ReplicationTask/ReplicationTaskArn");
    assert_eq!(client.refused("CreateReplicationTask", &input), "ResourceAlreadyExistsFault");

    let task = json!({ "ReplicationTaskArn": arn });
    let start = |kind: &str| with(task.clone(), json!({ "StartReplicationTaskType": kind }));
    let resume = client.refused("StartReplicationTask", &start("resume-processing"));
    assert_eq!(resume, "InvalidParameterCombinationException", "it was never started");
    client.call("StartReplicationTask", &start("start-replication")).unwrap();
    assert_eq!(client.plane.tasks()[0]["Status"], "running");

    let running = "InvalidResourceStateFault";
    assert_eq!(client.refused("ModifyReplicationTask", &task), running);
    assert_eq!(client.refused("DeleteReplicationTask", &task), running);
    assert_eq!(client.refused("StartReplicationTask", &start("resume-processing")), running);
    let end = json!({ "EndpointArn": input["SourceEndpointArn"] });
    assert_eq!(client.refused("ModifyEndpoint", &end), running);

    client.call("StopReplicationTask", &task).unwrap();
    let again = client.refused("StartReplicationTask", &start("start-replication"));
    assert_eq!(again, "InvalidParameterCombinationException", "it would begin at now");
    assert_eq!(client.refused("DeleteEndpoint", &end), running, "the task is still there");
    let instance = json!({ "ReplicationInstanceArn": input["ReplicationInstanceArn"] });
    assert_eq!(client.refused("DeleteReplicationInstance", &instance), running);
    let group = json!({ "ReplicationSubnetGroupIdentifier": "group" });
    assert_eq!(client.refused("DeleteReplicationSubnetGroup", &group), running);

    client.call("DeleteReplicationTask", &task).unwrap();
    client.call("DeleteReplicationInstance", &instance).unwrap();
    client.call("DeleteReplicationSubnetGroup", &group).unwrap();
    client.call("DeleteEndpoint", &end).unwrap();
    client.call("DeleteEndpoint", &json!({ "EndpointArn": input["TargetEndpointArn"] })).unwrap();
    assert!(client.plane.identifiers().is_empty());

    let calls = client.plane.calls();
    let started = |it: &&Call| it.operation == "StartReplicationTask" && it.refusal.is_none();
    assert_eq!(calls.iter().filter(started).count(), 1);
}

#[test]
fn a_serverless_replication_lives_as_in_aws() {
    let client = Client::new();
    let (source, target) = client.ends();
    let input = json!({
        "ReplicationConfigIdentifier": "Replication",
        "SourceEndpointArn": source,
        "TargetEndpointArn": target,
        "ReplicationType": "cdc",
        "TableMappings": MAPPINGS,
        "ComputeConfig": { "MaxCapacityUnits": 4 },
    });
    for (compute, refusal) in [
        (json!({}), "InvalidParameterValueException"),
        (json!({ "MaxCapacityUnits": 3 }), "InvalidParameterValueException"),
        (
            json!({ "MaxCapacityUnits": 1, "MinCapacityUnits": 2 }),
            "InvalidParameterCombinationException",
        ),
        (
            json!({ "MaxCapacityUnits": 1, "ReplicationSubnetGroupId": "none" }),
            "ResourceNotFoundFault",
        ),
    ] {
        let input = with(input.clone(), json!({ "ComputeConfig": compute }));
        assert_eq!(client.refused("CreateReplicationConfig", &input), refusal, "{input}");
    }
    let path = "/ReplicationConfig/ReplicationConfigArn";
    let arn = client.made("CreateReplicationConfig", &input, path);
    let one = json!({ "ReplicationConfigArn": arn });
    let start = with(one.clone(), json!({ "StartReplicationType": "start-replication" }));
    client.call("StartReplication", &start).unwrap();
    let found = client.call("DescribeReplications", &json!({})).unwrap();
    assert_eq!(found["Replications"][0]["Status"], "running");
    assert_eq!(client.refused("DeleteReplicationConfig", &one), "InvalidResourceStateFault");
    client.call("StopReplication", &one).unwrap();
    client.call("DeleteReplicationConfig", &one).unwrap();
    assert!(client.plane.replications().is_empty());
}

#[test]
fn what_aws_refuses_is_refused() {
    let client = Client::new();
    let refused = |operation: &str, input: Value, refusal: &str| {
        assert_eq!(client.refused(operation, &input), refusal, "{input}");
    };
    let (value, combination) =
        ("InvalidParameterValueException", "InvalidParameterCombinationException");
    let task = client.task();
    for (members, refusal) in [
        (json!({ "MigrationType": "cdc-only" }), value),
        (json!({ "MigrationType": null }), value),
        (json!({ "ReplicationTaskIdentifier": "a--b" }), value),
        (json!({ "TableMappings": "{" }), value),
        (json!({ "TableMappings": r#"{"rules":[]}"# }), value),
        (json!({ "TableMappings": MAPPINGS.replace("selection", "select") }), value),
        (json!({ "TableMappings": MAPPINGS.replace("include", "exclude") }), value),
        (json!({ "ReplicationTaskSettings": "no" }), value),
        (json!({ "ReplicationTaskSettings": r#"{"Errors":{}}"# }), value),
        (
            json!({ "ReplicationTaskSettings": r#"{"ErrorBehavior":{"DataErrorPolicy":"STOP"}}"# }),
            value,
        ),
        (json!({ "ReplicationTaskSettings": r#"{"TargetMetadata":{"LobMaxSize":"32"}}"# }), value),
        (json!({ "SourceEndpointArn": task["TargetEndpointArn"] }), combination),
        (json!({ "SourceEndpointArn": "arn:nothing" }), "ResourceNotFoundFault"),
    ] {
        refused("CreateReplicationTask", with(task.clone(), members), refusal);
    }
    for (end, members, refusal) in [
        (source(), json!({ "EndpointType": "SOURCE" }), value),
        (source(), json!({ "SslMode": "require" }), value),
        (source(), json!({ "SslMode": "verify-ca" }), combination),
        (source(), json!({ "MySQLSettings": null }), combination),
        (source(), json!({ "Username": "dms" }), combination),
        (source(), json!({ "EngineName": "kinesis" }), value),
        (target(), json!({ "KinesisSettings": null }), value),
        (target(), json!({ "KinesisSettings": { "MessageFormat": "csv" } }), value),
    ] {
        let end = with(end, json!({ "EndpointIdentifier": "other" }));
        refused("CreateEndpoint", with(end, members), refusal);
    }
    let group = json!({
        "ReplicationSubnetGroupIdentifier": "one",
        "ReplicationSubnetGroupDescription": "d",
        "SubnetIds": ["subnet-1"],
    });
    let zones = "ReplicationSubnetGroupDoesNotCoverEnoughAZs";
    refused("CreateReplicationSubnetGroup", group, zones);
    refused("MoveReplicationTask", json!({}), "UnknownOperationException");
    let absent = json!({ "Filters": [{ "Name": "endpoint-id", "Values": ["absent"] }] });
    refused("DescribeEndpoints", absent, "ResourceNotFoundFault");
}

#[test]
fn settings_are_laid_over_the_defaults() {
    let client = Client::new();
    let settings = r#"{"TargetMetadata":{"LobMaxSize":64},"BeforeImageSettings":
        {"EnableBeforeImage":true,"FieldName":"before-image","ColumnFilter":"all"}}"#;
    let task = with(client.task(), json!({ "ReplicationTaskSettings": settings }));
    client.call("CreateReplicationTask", &task).unwrap();
    let told = client.plane.tasks()[0]["ReplicationTaskSettings"].as_str().unwrap().to_owned();
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["TargetMetadata"]["LobMaxSize"], 64);
    assert_eq!(told["TargetMetadata"]["SupportLobs"], true);
    assert_eq!(told["BeforeImageSettings"]["ColumnFilter"], "all");
}

#[test]
fn tags_are_kept() {
    let client = Client::new();
    let task = client.task();
    let arn = client.made("CreateReplicationTask", &task, "/ReplicationTask/ReplicationTaskArn");
    let tags = || {
        let answer = client.call("ListTagsForResource", &json!({ "ResourceArn": arn })).unwrap();
        answer["TagList"].as_array().unwrap().iter().map(|it| it["Key"].clone()).collect::<Vec<_>>()
    };
    let stage = json!({ "ResourceArn": arn, "Tags": [{ "Key": "stage", "Value": "dev" }] });
    client.call("AddTagsToResource", &stage).unwrap();
    assert_eq!(tags(), ["app", "stage"]);
    let app = json!({ "ResourceArn": arn, "TagKeys": ["app"] });
    client.call("RemoveTagsFromResource", &app).unwrap();
    assert_eq!(tags(), ["stage"]);
}
