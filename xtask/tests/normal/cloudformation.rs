//! CloudFormation as it is read by a library.

use std::collections::HashMap;

use heck::ToSnakeCase;
use serde_json::{Value, json};

use super::{Normal, text};

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
            other => panic!("unknown type {other}"),
        };
        let name = resource["Properties"].get(name).map(|name| text(name).to_owned());
        reader.kinds.insert(id, (kind, name.unwrap_or_default()));
    }

    let mut normal = Normal::default();
    for (id, resource) in resources {
        reader.resource(id, resource, &mut normal);
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
        if *kind != "Permission" {
            let tags = at("Tags");
            let tags: serde_json::Map<_, _> = tags
                .as_array()
                .unwrap_or_else(|| panic!("{id} has no tags"))
                .iter()
                .map(|tag| (text(&tag["Key"]).to_owned(), tag["Value"].clone()))
                .collect();
            let tags = Value::Object(tags);
            let before = normal.outputs.insert("(tags)".into(), tags.clone());
            assert!(before.is_none_or(|before| before == tags), "{id} has tags of its own");
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
            "Topic" => normal.add(kind, name, json!({"key": at("KmsMasterKeyId")})),
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
                        "keys": [key("HASH"), key("RANGE")],
                        "attributes": attributes.collect::<Vec<_>>(),
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
                    "environment": at("Environment")["Variables"],
                    "tracing": at("TracingConfig")["Mode"],
                    "logging": [at("LoggingConfig")["LogFormat"], at("LoggingConfig")["LogGroup"]],
                }),
            ),
            "LogGroup" => normal.add(kind, name, json!({"days": at("RetentionInDays")})),
            "Role" => {
                normal.add(kind, name, at("AssumeRolePolicyDocument"));
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
                let target = json!({"bus": bus, "id": target["Id"], "function": target["Arn"]});
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
                let mut after: Vec<_> = resource
                    .get("DependsOn")
                    .and_then(Value::as_array)
                    .into_iter()
                    .flatten()
                    .map(|id| self.after(text(id)))
                    .collect();
                after.sort();
                normal.add(
                    kind,
                    self.function(resource),
                    json!({
                        "stream": at("EventSourceArn"),
                        "function": at("FunctionName"),
                        "position": at("StartingPosition"),
                        "batch": at("BatchSize"),
                        "bisect": at("BisectBatchOnFunctionError"),
                        "responses": at("FunctionResponseTypes"),
                        "after": after,
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

    /// A rule or a permission by the name of its function; the ids share their beginning.
    fn after(&self, id: &str) -> String {
        let kind = self.kinds[id].0;
        let function = format!("{}Function", id.strip_suffix(kind).expect("an id with its kind"));
        format!("{kind} {}", self.kinds[function.as_str()].1)
    }

    fn value(&self, value: &Value) -> Value {
        match value {
            Value::Array(elements) => elements.iter().map(|e| self.value(e)).collect(),
            Value::Object(entries) => {
                if let Some(id) = entries.get("Ref") {
                    self.reference(text(id), None)
                } else if let Some(pair) = entries.get("Fn::GetAtt") {
                    self.reference(text(&pair[0]), Some(text(&pair[1])))
                } else {
                    entries.iter().map(|(key, value)| (key.clone(), self.value(value))).collect()
                }
            }
            other => other.clone(),
        }
    }

    fn reference(&self, id: &str, attribute: Option<&str>) -> Value {
        let Some((kind, name)) = self.kinds.get(id) else {
            return format!("Parameter:{}", id.to_snake_case()).into();
        };
        // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-template-resource-type-ref.html
        let attribute = match (*kind, attribute) {
            ("Topic", None) => "arn",
            (_, None) => "name",
            ("LogGroup", Some("Arn")) => "streams",
            (_, Some("Arn")) => "arn",
            (kind, Some(other)) => panic!("{kind} {other}"),
        };
        format!("{kind}:{name}:{attribute}").into()
    }
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Array(elements) => elements.iter().any(has_null),
        Value::Object(entries) => entries.values().any(has_null),
        other => other.is_null(),
    }
}
