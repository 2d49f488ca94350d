//! Terraform as it is read by a library.

use std::{collections::HashMap, str::FromStr};

use hcl::{
    Block, Body, Expression,
    expr::{ObjectKey, TemplateExpr, Traversal, TraversalOperator},
    template::{Element, Template},
};
use serde_json::{Map, Value, json};

use super::{Normal, database, named, network, text};

/// What a stage may want to keep.
const KEEPS_DATA: [&str; 7] = [
    "aws_kinesis_stream",
    "aws_dynamodb_table",
    "aws_kms_key",
    "aws_s3_bucket",
    "aws_rds_cluster",
    "aws_sqs_queue",
    "aws_cloudwatch_event_archive",
];

/// Reads all files of a configuration.
pub(crate) fn read(files: &[(String, String)]) -> Normal {
    let blocks: Vec<Block> = files
        .iter()
        .flat_map(|(name, text)| {
            let body: Body = hcl::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            body.into_blocks()
        })
        .collect();
    let mut reader = Reader::default();
    for block in of(&blocks, "resource") {
        let [kind, name] = labels(block);
        let attribute = match kind.as_str() {
            "aws_lambda_function" => "function_name",
            "aws_kms_key" => "description",
            "aws_s3_bucket" => "bucket",
            other => network::kind(other).and_then(|kind| kind.name_in(0)).unwrap_or("name"),
        };
        if attribute == ".Name" {
            let tags = block.body().attributes().find(|attribute| attribute.key() == "tags");
            let tags = reader.value(tags.expect("tags").expr());
            let shown = network::tagged(&tags).expect("a name").to_owned();
            reader.names.insert((kind, name), shown);
            continue;
        }
        let names = plain(block).get(attribute).and_then(Value::as_str).map(str::to_owned);
        reader.names.insert((kind, name), names.unwrap_or_default());
    }
    let mut normal = Normal::default();
    for block in of(&blocks, "resource") {
        reader.resource(block, &mut normal);
    }
    for block in of(&blocks, "output") {
        let name = block.labels()[0].as_str().to_owned();
        normal.outputs.insert(name, reader.body(block.body())["value"].clone());
    }
    for block in of(&blocks, "provider") {
        let provider = reader.body(block.body());
        normal.outputs.insert("(tags)".into(), provider["default_tags"]["tags"].clone());
        if let Some(region) = provider.get("region") {
            normal.outputs.insert("(region)".into(), region.clone());
        }
        if let Some(accounts) = provider.get("allowed_account_ids") {
            let [account] = accounts.as_array().expect("accounts").as_slice() else {
                panic!("{accounts}")
            };
            normal.outputs.insert("(account)".into(), account.clone());
        }
    }
    normal
}

fn of<'a>(blocks: &'a [Block], kind: &'static str) -> impl Iterator<Item = &'a Block> {
    blocks.iter().filter(move |block| block.identifier() == kind)
}

fn labels(block: &Block) -> [String; 2] {
    let labels: Vec<_> = block.labels().iter().map(|label| label.as_str().to_owned()).collect();
    labels.try_into().expect("a type and a name")
}

/// What a replication waits for.
fn awaited(depends_on: &Value) -> Value {
    let addresses = depends_on.as_array().into_iter().flatten().map(text);
    let mut awaited: Vec<_> = addresses
        .filter_map(|address| {
            let (kind, logical) = address.split_once('.')?;
            let network =
                || network::awaited(network::kind(kind).expect("a part of a network"), logical);
            Some(database::awaited(kind, logical).unwrap_or_else(network))
        })
        .collect();
    awaited.sort();
    awaited.into()
}

/// The attributes of a block that refer to nothing.
fn plain(block: &Block) -> Map<String, Value> {
    let strings = block.body().attributes().filter_map(|attribute| match attribute.expr() {
        Expression::String(text) => Some((attribute.key().to_owned(), text.clone().into())),
        // The account and the region may be part of a bucket's name.
        expression
            if attribute.key() == "bucket" && block.labels()[0].as_str() == "aws_s3_bucket" =>
        {
            Some((attribute.key().to_owned(), Reader::default().value(expression)))
        }
        _ => None,
    });
    strings.collect()
}

#[derive(Default)]
struct Reader {
    /// Names in AWS by resource type and name.
    names: HashMap<(String, String), String>,
}

impl Reader {
    fn resource(&self, block: &Block, normal: &mut Normal) {
        let [kind, logical] = labels(block);
        let body = self.body(block.body());
        let at = |name: &str| body.get(name).cloned().unwrap_or(Value::Null);
        let name = &self.names[&(kind.clone(), logical.clone())];
        if KEEPS_DATA.contains(&kind.as_str()) {
            let retained = at("lifecycle")["prevent_destroy"] == true;
            normal.removal(name, if retained { "retain" } else { "destroy" });
        } else if at("lifecycle").get("prevent_destroy").is_some() {
            // What is the account's stays, whatever the stage says.
            assert!(body.contains_key("count"), "{kind} {name}");
            if kind == "aws_iam_role" {
                normal.removal(name, "retain");
            }
        }
        if let Some(kind) = network::kind(&kind) {
            let mut body = body;
            if ["Task", "Replication"].contains(&kind.name) {
                let after = awaited(&body["depends_on"]);
                body.insert("after".into(), after);
            }
            return kind.add_terraform(name, body, normal);
        }
        if kind == "aws_iam_role" && body.contains_key("count") {
            normal.add("Switched", name, Value::Null);
        }
        match kind.as_str() {
            "aws_kinesis_stream" => normal.add("Stream", name, json!({
                "shards": at("shard_count"),
                "hours": at("retention_period"),
                "encryption": [at("encryption_type"), at("kms_key_id")],
            })),
            "aws_cloudwatch_event_bus" => normal.add("Bus", name, json!({})),
            "aws_cloudwatch_event_archive" => normal.add("Archive", name, json!({
                "source": at("event_source_arn"),
                "days": at("retention_days"),
            })),
            "aws_sns_topic_subscription" => {
                assert_eq!(at("endpoint"), "{each}");
                for address in at("for_each").as_array().expect("addresses") {
                    normal.add("Subscription", text(address), json!({
                        "topic": at("topic_arn"),
                        "protocol": at("protocol"),
                    }));
                }
            }
            "aws_kms_key" => normal.add("Key", name, json!({
                "rotation": at("enable_key_rotation"),
                "window": at("deletion_window_in_days"),
                "policy": at("policy"),
            })),
            "aws_kms_alias" => normal.add("Alias", name, json!({"key": at("target_key_id")})),
            "aws_s3_bucket" => normal.add("Bucket", name, json!({})),
            "aws_s3_bucket_public_access_block" => normal.add("BucketAccess", named(&at("bucket")), json!([
                at("block_public_acls"),
                at("block_public_policy"),
                at("ignore_public_acls"),
                at("restrict_public_buckets"),
            ])),
            "aws_s3_bucket_ownership_controls" => {
                let ownership = at("rule")["object_ownership"].clone();
                normal.add("BucketOwnership", named(&at("bucket")), ownership);
            }
            "aws_s3_bucket_server_side_encryption_configuration" => {
                let default = &at("rule")["apply_server_side_encryption_by_default"];
                normal.add("BucketEncryption", named(&at("bucket")), default["sse_algorithm"].clone());
            }
            "aws_s3_bucket_lifecycle_configuration" => {
                let rule = at("rule");
                assert_eq!(rule["filter"], json!({}), "every object");
                normal.add("BucketLifecycle", named(&at("bucket")), json!([
                    rule["id"],
                    rule["status"],
                    rule["expiration"]["days"],
                    rule["abort_incomplete_multipart_upload"]["days_after_initiation"],
                ]));
            }
            "aws_s3_bucket_policy" => {
                normal.add("BucketPolicy", named(&at("bucket")), at("policy"));
            }
            "aws_sqs_queue" => normal.add("Queue", name, json!({
                "retention": at("message_retention_seconds"),
                "encrypted": at("sqs_managed_sse_enabled"),
            })),
            "aws_sqs_queue_policy" => {
                normal.add("FailureQueuePolicy", named(&at("queue_url")), at("policy"));
            }
            "aws_lambda_function_event_invoke_config" => normal.add(
                "Invocation",
                named(&at("function_name")),
                json!({
                    "retries": at("maximum_retry_attempts"),
                    "age": at("maximum_event_age_in_seconds"),
                    "failures": at("destination_config")["on_failure"]["destination"],
                }),
            ),
            "aws_sns_topic" => normal.add("Topic", name, json!({
                "key": at("kms_master_key_id"),
                "fifo": at("fifo_topic"),
                "deduplication": at("content_based_deduplication"),
            })),
            "aws_dynamodb_table" => normal.add("Table", name, json!({
                "billing": at("billing_mode"),
                "protected": at("deletion_protection_enabled"),
                "keys": [at("hash_key"), at("range_key")],
                "attributes": at("attribute"),
                "ttl": [at("ttl")["attribute_name"], at("ttl")["enabled"]],
                "encryption": [
                    at("server_side_encryption")["enabled"],
                    at("server_side_encryption")["kms_key_arn"],
                ],
                "recovery": at("point_in_time_recovery")["enabled"],
            })),
            "aws_lambda_function" => normal.add("Function", name, json!({
                "role": at("role"),
                "runtime": at("runtime"),
                "handler": at("handler"),
                "architectures": at("architectures"),
                "memory": at("memory_size"),
                "timeout": at("timeout"),
                "reserved": at("reserved_concurrent_executions"),
                "environment": at("environment")["variables"],
                "tracing": at("tracing_config")["mode"],
                "logging": [at("logging_config")["log_format"], at("logging_config")["log_group"]],
                "subnets": at("vpc_config")["subnet_ids"],
                "groups": at("vpc_config")["security_group_ids"],
                "after": self.after(&at("depends_on")),
            })),
            "aws_cloudwatch_log_group" => {
                normal.add("LogGroup", name, json!({"days": at("retention_in_days")}));
            }
            "aws_iam_role" => normal.add("Role", name, at("assume_role_policy")),
            "aws_iam_role_policy_attachment" => {
                assert!(body.contains_key("count"));
                assert_eq!(at("lifecycle")["prevent_destroy"], true);
                normal.add("AttachedPolicy", named(&at("role")), at("policy_arn"));
            }
            "aws_secretsmanager_secret_version" => {
                assert_eq!(at("lifecycle")["ignore_changes"], json!(["secret_string"]));
                let host = &at("lifecycle")["replace_triggered_by"][0];
                assert!(text(host).ends_with(":endpoint"), "{host}");
                normal.add("SignIn", named(&at("secret_id")), at("secret_string"));
            }
            "aws_iam_role_policy" => normal.add(
                "Policy",
                named(&at("role")),
                json!({"Name": name, "Document": at("policy")}),
            ),
            "aws_cloudwatch_event_rule" => normal.add("Rule", name, json!({
                "bus": at("event_bus_name"),
                "pattern": at("event_pattern"),
            })),
            "aws_cloudwatch_event_target" => {
                // A rule of CloudFormation has its target in it, and cannot wait.
                assert_eq!(at("depends_on"), json!([
                    format!("aws_lambda_permission.{logical}"),
                    format!("aws_lambda_function_event_invoke_config.{logical}"),
                    format!("aws_sqs_queue_policy.{logical}"),
                ]));
                normal.add("Target", named(&at("rule")), json!({
                "bus": at("event_bus_name"),
                "id": at("target_id"),
                "function": at("arn"),
                "retries": at("retry_policy")["maximum_retry_attempts"],
                "age": at("retry_policy")["maximum_event_age_in_seconds"],
                "failures": at("dead_letter_config")["arn"],
                }));
            }
            "aws_lambda_permission" => normal.add(
                "Permission",
                named(&at("function_name")),
                json!({
                    "action": at("action"),
                    "principal": at("principal"),
                    "source": at("source_arn"),
                }),
            ),
            "aws_lambda_event_source_mapping" => normal.add(
                "Mapping",
                named(&at("function_name")),
                json!({
                    "stream": at("event_source_arn"),
                    "function": at("function_name"),
                    "position": at("starting_position"),
                    "batch": at("batch_size"),
                    "window": at("maximum_batching_window_in_seconds"),
                    "parallel": at("parallelization_factor"),
                    "retries": at("maximum_retry_attempts"),
                    "age": at("maximum_record_age_in_seconds"),
                    "failures": at("destination_config")["on_failure"]["destination_arn"],
                    "bisect": at("bisect_batch_on_function_error"),
                    "responses": at("function_response_types"),
                    "after": self.after(&at("depends_on")),
                }),
            ),
            other => panic!("unknown type {other}"),
        }
    }

    /// What a mapping or a function waits for: of a rule, the name of its function.
    fn after(&self, depends_on: &Value) -> Value {
        let mut after: Vec<_> = depends_on
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|dependency| {
                let (kind, logical) = text(dependency).split_once('.').expect("an address");
                let kind = match kind {
                    // CloudFormation has it within the role.
                    "aws_iam_role_policy" => return None,
                    "aws_cloudwatch_event_archive" => {
                        let archive = (kind.to_owned(), logical.to_owned());
                        return Some(format!("Archive {}", self.names[&archive]));
                    }
                    "aws_cloudwatch_event_target" => "Rule",
                    "aws_lambda_permission" => "Permission",
                    "aws_lambda_function_event_invoke_config" => "Invocation",
                    "aws_sqs_queue_policy" => "FailureQueuePolicy",
                    other => {
                        let part = network::kind(other).expect("a part of a network");
                        return Some(network::awaited(part, logical));
                    }
                };
                let function = ("aws_lambda_function".to_owned(), logical.to_owned());
                Some(format!("{kind} {}", self.names[&function]))
            })
            .collect();
        after.sort();
        after.into()
    }

    fn body(&self, body: &Body) -> Map<String, Value> {
        let mut read = Map::new();
        for attribute in body.attributes() {
            read.insert(attribute.key().to_owned(), self.value(attribute.expr()));
        }
        for block in body.blocks() {
            let value = Value::Object(self.body(block.body()));
            if block.identifier() == "parameter" {
                database::parameter(&mut read, &value);
            } else if block.identifier() == "attribute" {
                let list = read.entry("attribute").or_insert_with(|| json!([]));
                let pair = json!([value["name"], value["type"]]);
                list.as_array_mut().expect("a list").push(pair);
            } else {
                read.insert(block.identifier().to_owned(), value);
            }
        }
        read
    }

    fn value(&self, expression: &Expression) -> Value {
        match expression {
            Expression::Null => Value::Null,
            Expression::Bool(value) => (*value).into(),
            Expression::Number(number) => serde_json::to_value(number).expect("a number"),
            Expression::String(text) => text.clone().into(),
            Expression::Array(elements) => elements.iter().map(|e| self.value(e)).collect(),
            Expression::Object(entries) => entries
                .iter()
                .map(|(key, value)| {
                    let key = match key {
                        ObjectKey::Identifier(name) => name.as_str().to_owned(),
                        ObjectKey::Expression(key) => text(&self.value(key)).to_owned(),
                        other => panic!("key {other:?}"),
                    };
                    (key, self.value(value))
                })
                .collect(),
            Expression::TemplateExpr(template) => self.template(template),
            // Only in `ignore_changes`.
            Expression::Variable(name) => name.as_str().into(),
            Expression::Traversal(traversal) => self.reference(traversal),
            Expression::FuncCall(call)
                if ["jsonencode", "toset"].contains(&call.name.name.as_str()) =>
            {
                self.value(&call.args[0])
            }
            Expression::Operation(operation) => {
                let text = hcl::format::to_string(&**operation).expect("an operation");
                serde_json::from_str(&text).expect("a negative number")
            }
            Expression::FuncCall(_) | Expression::Conditional(_) => "(computed)".into(),
            other => panic!("unknown expression {other:?}"),
        }
    }

    fn template(&self, template: &TemplateExpr) -> Value {
        let TemplateExpr::QuotedString(source) = template else { panic!("{template:?}") };
        let template = Template::from_str(source).expect("a template");
        let parts = template.elements().iter().map(|element| match element {
            Element::Literal(text) => text.clone(),
            Element::Interpolation(part) => text(&self.value(&part.expr)).to_owned(),
            Element::Directive(directive) => panic!("{directive:?}"),
        });
        // A log group's streams.
        parts.collect::<String>().replace(":arn:*", ":streams").into()
    }

    fn reference(&self, traversal: &Traversal) -> Value {
        let Expression::Variable(root) = &traversal.expr else { panic!("{traversal:?}") };
        let root = root.as_str();
        let path: Vec<_> = traversal
            .operators
            .iter()
            .map(|operator| match operator {
                TraversalOperator::GetAttr(name) => name.as_str(),
                // Only a zone's place.
                TraversalOperator::Index(_) => "",
                other => panic!("{other:?}"),
            })
            .collect();
        let kind = match (root, path.as_slice()) {
            ("var", [name]) => return format!("Parameter:{name}").into(),
            ("each", _) => return "{each}".into(),
            ("data", ["aws_caller_identity", ..]) => return "{account}".into(),
            ("data", ["aws_availability_zones", ..]) => {
                let Some(TraversalOperator::Index(place)) = traversal.operators.last() else {
                    panic!("{traversal:?}")
                };
                return network::zone(&self.value(place));
            }
            ("data", ["aws_prefix_list", ..]) | ("aws_vpc_endpoint", [_, "prefix_list_id"]) => {
                return network::PREFIX_LIST.into();
            }
            ("data", ["aws_secretsmanager_random_password", ..]) => return "(generated)".into(),
            ("data", ["aws_region", ..]) => return "{region}".into(),
            ("data", ["aws_partition", ..]) => return "{partition}".into(),
            ("local" | "path", _) => return "(computed)".into(),
            // The secret, once it has a version.
            ("aws_secretsmanager_secret_version", [logical, "arn"]) => {
                let secret = ("aws_secretsmanager_secret".to_owned(), (*logical).to_owned());
                return format!("Secret:{}:arn", self.names[&secret]).into();
            }
            // Only in `depends_on`.
            (root, [logical]) => return format!("{root}.{logical}").into(),
            ("aws_kinesis_stream", _) => "Stream",
            ("aws_cloudwatch_event_bus", _) => "Bus",
            ("aws_dynamodb_table", _) => "Table",
            ("aws_sns_topic", _) => "Topic",
            ("aws_lambda_function", _) => "Function",
            ("aws_sqs_queue", _) => "Queue",
            ("aws_s3_bucket", _) => "Bucket",
            ("aws_kms_key", _) => "Key",
            ("aws_cloudwatch_log_group", _) => "LogGroup",
            ("aws_iam_role", _) => "Role",
            ("aws_cloudwatch_event_rule", _) => "Rule",
            (other, _) => match network::kind(other) {
                Some(kind) => kind.name,
                None => panic!("reference to {other}"),
            },
        };
        // What there is one of at most, or a list with one entry.
        let path: Vec<_> = path.into_iter().filter(|part| !part.is_empty()).collect();
        let [logical, attribute, ..] = path.as_slice() else { panic!("{path:?}") };
        let attribute = match (kind, *attribute) {
            (_, "arn") => "arn",
            ("Cluster", "endpoint" | "reader_endpoint" | "master_user_secret") => attribute,
            _ => "name",
        };
        let name = &self.names[&(root.to_owned(), (*logical).to_owned())];
        format!("{kind}:{name}:{attribute}").into()
    }
}
