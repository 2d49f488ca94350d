//! CloudFormation as it is read by a library.

use std::collections::HashMap;

use heck::ToSnakeCase;
use serde_json::{Value, json};

use super::{Normal, database, named, network, text};

/// What has no data, but that something with data cannot stay without.
const BELOW_DATA: [&str; 7] =
    ["Bus", "Vpc", "Subnet", "SecurityGroup", "Instance", "DatabaseSubnets", "Parameters"];

/// Reads a template.
pub(crate) fn read(template: &str) -> Normal {
    let template: Value = serde_saphyr::from_str(template).expect("YAML");
    assert!(!has_null(&template), "CloudFormation allows no null");
    let resources = template["Resources"].as_object().expect("resources");
    let mut reader = Reader { kinds: HashMap::new() };
    for (id, resource) in resources {
        let (kind, name) = match text(&resource["Type"]) {
            "AWS::Kinesis::Stream" => ("Stream", "Name"),
            "AWS::Events::EventBus" => ("Bus", "Name"),
            "AWS::DynamoDB::Table" => ("Table", "TableName"),
            "AWS::SNS::Topic" => ("Topic", "TopicName"),
            "AWS::Lambda::Function" => ("Function", "FunctionName"),
            "AWS::Logs::LogGroup" => ("LogGroup", "LogGroupName"),
            "AWS::IAM::Role" => ("Role", "RoleName"),
            "AWS::Events::Rule" => ("Rule", "Name"),
            "AWS::Lambda::Permission" => ("Permission", ""),
            "AWS::Lambda::EventSourceMapping" => ("Mapping", ""),
            "AWS::Lambda::EventInvokeConfig" => ("Invocation", ""),
            "AWS::SQS::Queue" => ("Queue", "QueueName"),
            "AWS::SQS::QueuePolicy" => ("FailureQueuePolicy", ""),
            "AWS::S3::Bucket" => ("Bucket", "BucketName"),
            "AWS::S3::BucketPolicy" => ("BucketPolicy", ""),
            "AWS::KMS::Key" => ("Key", "Description"),
            "AWS::KMS::Alias" => ("Alias", "AliasName"),
            "AWS::Events::Archive" => ("Archive", "ArchiveName"),
            "AWS::SNS::Subscription" => ("Subscription", "Endpoint"),
            other => match network::kind(other) {
                Some(kind) => (kind.name, kind.name_in(1).unwrap_or_default()),
                None => panic!("unknown type {other}"),
            },
        };
        if name == ".Name" {
            let name = network::tagged(&resource["Properties"]["Tags"]).expect("a name");
            reader.kinds.insert(id, (kind, name.to_owned()));
            continue;
        }
        let name = resource["Properties"].get(name).map(|name| match name.get("Fn::Sub") {
            Some(name) => pseudo(text(name)),
            None => text(name).to_owned(),
        });
        reader.kinds.insert(id, (kind, name.unwrap_or_default()));
    }

    let mut normal = Normal::default();
    for (id, resource) in resources {
        reader.resource(id, resource, &mut normal);
    }
    let rules = template.get("Rules").and_then(Value::as_object);
    for (rule, content) in rules.into_iter().flatten() {
        let [assertion] = content["Assertions"].as_array().expect("assertions").as_slice() else {
            panic!("one assertion a rule")
        };
        let equals = &assertion["Assert"]["Fn::Equals"];
        let pinned = match text(&equals[0]["Ref"]) {
            "AWS::AccountId" => "(account)",
            "AWS::Region" => "(region)",
            other => panic!("{other}"),
        };
        assert!(text(&assertion["AssertDescription"]).contains(text(&equals[1])), "{rule}");
        normal.outputs.insert(pinned.into(), equals[1].clone());
    }
    for (name, output) in template["Outputs"].as_object().expect("outputs") {
        normal.outputs.insert(name.to_snake_case(), reader.value(&output["Value"]));
    }
    normal
}

struct Reader<'a> {
    /// Kinds and names in AWS by logical id.
    kinds: HashMap<&'a str, (&'static str, String)>,
}

impl Reader<'_> {
    fn resource(&self, id: &str, resource: &Value, normal: &mut Normal) {
        assert!(text(&resource["Metadata"]["Esteira"]["Source"]).contains(".rs:"), "{id}");
        let (kind, name) = &self.kinds[id];
        let properties = self.value(&resource["Properties"]);
        let at = |name: &str| properties.get(name).cloned().unwrap_or(Value::Null);
        const UNTAGGED: [&str; 7] = [
            "Permission",
            "Invocation",
            "FailureQueuePolicy",
            "BucketPolicy",
            "Alias",
            "Archive",
            "Subscription",
        ];
        let network = network::kind(kind);
        if network.map_or(!UNTAGGED.contains(kind), network::Kind::is_tagged) {
            let tags = at("Tags");
            let tags: serde_json::Map<_, _> = tags
                .as_array()
                .unwrap_or_else(|| panic!("{id} has no tags"))
                .iter()
                .filter(|tag| tag["Key"] != "Name")
                .map(|tag| (text(&tag["Key"]).to_owned(), tag["Value"].clone()))
                .collect();
            let tags = Value::Object(tags);
            let before = normal.outputs.insert("(tags)".into(), tags.clone());
            assert!(before.is_none_or(|before| before == tags), "{id} has tags of its own");
        }
        let policies = ["DeletionPolicy", "UpdateReplacePolicy"];
        match policies.map(|policy| resource.get(policy).map(text)) {
            // Terraform refuses to destroy anything as long as it may not destroy what is above.
            [Some("RetainExceptOnCreate"), Some("Retain")] if BELOW_DATA.contains(kind) => {}
            [Some("RetainExceptOnCreate"), Some("Retain")] => normal.removal(name, "retain"),
            [Some("Delete"), Some("Delete")] => normal.removal(name, "destroy"),
            other => assert_eq!(other, [None; 2], "{id}"),
        }
        if let (Some(kind), Value::Object(properties)) = (network, &properties) {
            let mut properties = properties.clone();
            if let Some(generated) = properties.remove("GenerateSecretString") {
                normal.add("SignIn", name, database::generated(&generated));
            }
            if ["Task", "Replication"].contains(&kind.name) {
                properties.insert("after".into(), self.awaited(&resource["DependsOn"]));
            }
            return kind.add_cloudformation(name, properties, normal);
        }
        match *kind {
            "Stream" => normal.add(
                kind,
                name,
                json!({
                    "shards": at("ShardCount"),
                    "hours": at("RetentionPeriodHours"),
                    "encryption": [
                        at("StreamEncryption")["EncryptionType"],
                        at("StreamEncryption")["KeyId"],
                    ],
                }),
            ),
            "Bus" => normal.add(kind, name, json!({})),
            "Archive" => {
                normal.add(kind, name, json!({"source": at("SourceArn"), "days": at("RetentionDays")}));
            }
            "Subscription" => normal.add(
                kind,
                name,
                json!({"topic": at("TopicArn"), "protocol": at("Protocol")}),
            ),
            "Key" => normal.add(
                kind,
                name,
                json!({
                    "rotation": at("EnableKeyRotation"),
                    "window": at("PendingWindowInDays"),
                    "policy": at("KeyPolicy"),
                }),
            ),
            "Alias" => normal.add(kind, name, json!({"key": at("TargetKeyId")})),
            "Bucket" => {
                let access = &at("PublicAccessBlockConfiguration");
                let block = |name: &str| access[name].clone();
                let lifecycle = at("LifecycleConfiguration");
                let [rule] = lifecycle["Rules"].as_array().expect("rules").as_slice() else {
                    panic!("one rule")
                };
                let encryption = &at("BucketEncryption")["ServerSideEncryptionConfiguration"][0];
                normal.add(kind, name, json!({}));
                normal.add("BucketAccess", name, json!([
                    block("BlockPublicAcls"),
                    block("BlockPublicPolicy"),
                    block("IgnorePublicAcls"),
                    block("RestrictPublicBuckets"),
                ]));
                normal.add("BucketOwnership", name, at("OwnershipControls")["Rules"][0]["ObjectOwnership"].clone());
                normal.add("BucketEncryption", name, encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"].clone());
                normal.add("BucketLifecycle", name, json!([
                    rule["Id"],
                    rule["Status"],
                    rule["ExpirationInDays"],
                    rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"],
                ]));
            }
            "BucketPolicy" => normal.add(kind, named(&at("Bucket")), at("PolicyDocument")),
            "Queue" => normal.add(
                kind,
                name,
                json!({"retention": at("MessageRetentionPeriod"), "encrypted": at("SqsManagedSseEnabled")}),
            ),
            "FailureQueuePolicy" => {
                normal.add(kind, named(&at("Queues")[0]), at("PolicyDocument"));
            }
            "Invocation" => {
                assert_eq!(at("Qualifier"), "$LATEST");
                normal.add(
                    kind,
                    self.function(resource),
                    json!({
                        "retries": at("MaximumRetryAttempts"),
                        "age": at("MaximumEventAgeInSeconds"),
                        "failures": at("DestinationConfig")["OnFailure"]["Destination"],
                    }),
                );
            }
            "Topic" => normal.add(
                kind,
                name,
                json!({
                    "key": at("KmsMasterKeyId"),
                    "fifo": at("FifoTopic"),
                    "deduplication": at("ContentBasedDeduplication"),
                }),
            ),
            "Table" => {
                let key = |role: &str| {
                    let schema = at("KeySchema");
                    let key = schema.as_array()?.iter().find(|key| key["KeyType"] == role);
                    key.map(|key| key["AttributeName"].clone())
                };
                let pair = |a: &Value| json!([a["AttributeName"], a["AttributeType"]]);
                let attributes = at("AttributeDefinitions");
                let attributes = attributes.as_array().expect("attributes").iter().map(pair);
                normal.add(
                    kind,
                    name,
                    json!({
                        "billing": at("BillingMode"),
                        "protected": at("DeletionProtectionEnabled"),
                        "keys": [key("HASH"), key("RANGE")],
                        "attributes": attributes.collect::<Vec<_>>(),
                        "ttl": [
                            at("TimeToLiveSpecification")["AttributeName"],
                            at("TimeToLiveSpecification")["Enabled"],
                        ],
                        "encryption": [
                            at("SSESpecification")["SSEEnabled"],
                            at("SSESpecification")["KMSMasterKeyId"],
                        ],
                        "recovery":
                            at("PointInTimeRecoverySpecification")["PointInTimeRecoveryEnabled"],
                    }),
                );
            }
            "Function" => normal.add(
                kind,
                name,
                json!({
                    "role": at("Role"),
                    "runtime": at("Runtime"),
                    "handler": at("Handler"),
                    "architectures": at("Architectures"),
                    "memory": at("MemorySize"),
                    "timeout": at("Timeout"),
                    "reserved": at("ReservedConcurrentExecutions"),
                    "environment": at("Environment")["Variables"],
                    "tracing": at("TracingConfig")["Mode"],
                    "logging": [at("LoggingConfig")["LogFormat"], at("LoggingConfig")["LogGroup"]],
                    "subnets": at("VpcConfig")["SubnetIds"],
                    "groups": at("VpcConfig")["SecurityGroupIds"],
                    "after": self.after(&resource["DependsOn"]),
                }),
            ),
            "LogGroup" => normal.add(kind, name, json!({"days": at("RetentionInDays")})),
            "Role" => {
                normal.add(kind, name, at("AssumeRolePolicyDocument"));
                if let Value::Array(managed) = at("ManagedPolicyArns") {
                    let [policy] = managed.as_slice() else { panic!("one policy a role") };
                    normal.add("AttachedPolicy", name, policy.clone());
                    assert_eq!(resource["Condition"], "DmsRolesAreCreated");
                    normal.add("Switched", name, Value::Null);
                    return;
                }
                let policies = at("Policies");
                let [policy] = policies.as_array().expect("policies").as_slice() else {
                    panic!("one policy a role")
                };
                let document = &policy["PolicyDocument"];
                let policy = json!({"Name": policy["PolicyName"], "Document": document});
                normal.add("Policy", name, policy);
            }
            "Rule" => {
                let (bus, targets) = (at("EventBusName"), at("Targets"));
                let [target] = targets.as_array().expect("targets").as_slice() else {
                    panic!("one target a rule")
                };
                let target = json!({
                    "bus": bus,
                    "id": target["Id"],
                    "function": target["Arn"],
                    "retries": target["RetryPolicy"]["MaximumRetryAttempts"],
                    "age": target["RetryPolicy"]["MaximumEventAgeInSeconds"],
                    "failures": target["DeadLetterConfig"]["Arn"],
                });
                normal.add("Target", name, target);
                // A pattern holds no references, however it looks.
                let pattern = &resource["Properties"]["EventPattern"];
                let pattern = match pattern {
                    Value::String(text) => serde_json::from_str(text).expect("JSON"),
                    other => other.clone(),
                };
                normal.add(kind, name, json!({"bus": bus, "pattern": pattern}));
            }
            "Permission" => normal.add(
                kind,
                self.function(resource),
                json!({
                    "action": at("Action"),
                    "principal": at("Principal"),
                    "source": at("SourceArn"),
                }),
            ),
            "Mapping" => {
                normal.add(
                    kind,
                    self.function(resource),
                    json!({
                        "stream": at("EventSourceArn"),
                        "function": at("FunctionName"),
                        "position": at("StartingPosition"),
                        "batch": at("BatchSize"),
                        "window": at("MaximumBatchingWindowInSeconds"),
                        "parallel": at("ParallelizationFactor"),
                        "retries": at("MaximumRetryAttempts"),
                        "age": at("MaximumRecordAgeInSeconds"),
                        "failures": at("DestinationConfig")["OnFailure"]["Destination"],
                        "bisect": at("BisectBatchOnFunctionError"),
                        "responses": at("FunctionResponseTypes"),
                        "after": self.after(&resource["DependsOn"]),
                    }),
                );
            }
            other => panic!("unknown kind {other}"),
        }
    }

    /// The name of the function that a resource is about.
    fn function(&self, resource: &Value) -> &str {
        let function = &resource["Properties"]["FunctionName"];
        let id = function.get("Ref").unwrap_or_else(|| &function["Fn::GetAtt"][0]);
        &self.kinds[text(id)].1
    }

    /// What a replication waits for.
    fn awaited(&self, depends_on: &Value) -> Value {
        let ids = depends_on.as_array().into_iter().flatten().map(text);
        let mut awaited: Vec<_> = ids
            .map(|id| {
                let kind = self.kinds[id].0;
                let network =
                    || network::awaited(network::kind(kind).expect("a part of a network"), id);
                database::awaited(kind, id).unwrap_or_else(network)
            })
            .collect();
        awaited.sort();
        awaited.into()
    }

    /// What a mapping or a function waits for: a rule and what comes with it by the name of its
    /// function, with which its id begins.
    fn after(&self, depends_on: &Value) -> Value {
        let ids = depends_on.as_array().into_iter().flatten().map(text);
        let mut after: Vec<_> = ids
            .map(|id| {
                let (kind, name) = &self.kinds[id];
                if let Some(part) = network::kind(kind) {
                    return network::awaited(part, id);
                }
                if *kind == "Archive" {
                    return format!("Archive {name}");
                }
                let handler = id.strip_suffix(kind).expect("an id with its kind");
                format!("{kind} {}", self.kinds[format!("{handler}Function").as_str()].1)
            })
            .collect();
        after.sort();
        after.into()
    }

    fn value(&self, value: &Value) -> Value {
        match value {
            Value::Array(elements) => elements.iter().map(|e| self.value(e)).collect(),
            Value::Object(entries) => {
                if let Some(id) = entries.get("Ref") {
                    self.reference(text(id), None)
                } else if let Some(pair) = entries.get("Fn::GetAtt") {
                    self.reference(text(&pair[0]), Some(text(&pair[1])))
                } else if let Some(select) = entries.get("Fn::Select") {
                    assert_eq!(select[1], json!({"Fn::GetAZs": ""}));
                    network::zone(&select[0])
                } else if let Some(choice) = entries.get("Fn::If") {
                    // Without the roles that the account has.
                    self.value(&choice[2])
                } else if let Some(join) = entries.get("Fn::Join") {
                    // An output is no list.
                    assert_eq!(join[0], ",");
                    self.value(&join[1])
                } else if let Some(template) = entries.get("Fn::Sub") {
                    self.substituted(text(template)).into()
                } else {
                    entries.iter().map(|(key, value)| (key.clone(), self.value(value))).collect()
                }
            }
            other => other.clone(),
        }
    }

    /// A text with the references in it, of which there are those to ARNs.
    fn substituted(&self, template: &str) -> String {
        let template = pseudo(template);
        let Some((before, rest)) = template.split_once("${") else { return template };
        let (reference, after) = rest.split_once('}').expect("an end");
        let (id, attribute) = reference.split_once('.').expect("an attribute");
        let arn = self.reference(id, Some(attribute));
        format!("{before}{}{}", text(&arn), self.substituted(after))
    }

    fn reference(&self, id: &str, attribute: Option<&str>) -> Value {
        if id.starts_with("AWS::") {
            return pseudo(&format!("${{{id}}}")).into();
        }
        let Some((kind, name)) = self.kinds.get(id) else {
            return format!("Parameter:{}", id.to_snake_case()).into();
        };
        // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-template-resource-type-ref.html
        let attribute = match (*kind, attribute) {
            ("Topic" | "Secret" | "Replication", None) => "arn",
            (_, None) => "name",
            ("LogGroup", Some("Arn")) => "streams",
            (_, Some("Arn")) => "arn",
            ("SecurityGroup", Some("GroupId")) | ("Address", Some("AllocationId")) => "name",
            (kind, Some(other)) => {
                let [_, name] = database::ATTRIBUTES
                    .into_iter()
                    .find(|[attribute, _]| *attribute == other)
                    .unwrap_or_else(|| panic!("{kind} {other}"));
                name
            }
        };
        format!("{kind}:{name}:{attribute}").into()
    }
}

/// A text with what AWS knows.
fn pseudo(text: &str) -> String {
    text.replace("${AWS::AccountId}", "{account}")
        .replace("${AWS::Region}", "{region}")
        .replace("${AWS::Partition}", "{partition}")
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Array(elements) => elements.iter().any(has_null),
        Value::Object(entries) => entries.values().any(has_null),
        other => other.is_null(),
    }
}
