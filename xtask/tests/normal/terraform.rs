//! Terraform as it is read by a library.

use std::{collections::HashMap, str::FromStr};

use hcl::{
    Block, Body, Expression,
    expr::{ObjectKey, TemplateExpr, Traversal, TraversalOperator},
    template::{Element, Template},
};
use serde_json::{Map, Value, json};

use super::{Normal, text};

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
        let attribute = if kind == "aws_lambda_function" { "function_name" } else { "name" };
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
        let tags = &reader.body(block.body())["default_tags"]["tags"];
        normal.outputs.insert("(tags)".into(), tags.clone());
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

/// The attributes of a block that refer to nothing.
fn plain(block: &Block) -> Map<String, Value> {
    let strings = block.body().attributes().filter_map(|attribute| match attribute.expr() {
        Expression::String(text) => Some((attribute.key().to_owned(), text.clone().into())),
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
        let name = &self.names[&(kind.clone(), logical)];
        match kind.as_str() {
            "aws_kinesis_stream" => normal.add("Stream", name, json!({
                "shards": at("shard_count"),
                "hours": at("retention_period"),
                "encryption": [at("encryption_type"), at("kms_key_id")],
            })),
            "aws_cloudwatch_event_bus" => normal.add("Bus", name, json!({})),
            "aws_sns_topic" => normal.add("Topic", name, json!({"key": at("kms_master_key_id")})),
            "aws_dynamodb_table" => normal.add("Table", name, json!({
                "billing": at("billing_mode"),
                "keys": [at("hash_key"), at("range_key")],
                "attributes": at("attribute"),
                "recovery": at("point_in_time_recovery")["enabled"],
            })),
            "aws_lambda_function" => normal.add("Function", name, json!({
                "role": at("role"),
                "runtime": at("runtime"),
                "handler": at("handler"),
                "architectures": at("architectures"),
                "memory": at("memory_size"),
                "timeout": at("timeout"),
                "environment": at("environment")["variables"],
                "tracing": at("tracing_config")["mode"],
                "logging": [at("logging_config")["log_format"], at("logging_config")["log_group"]],
            })),
            "aws_cloudwatch_log_group" => {
                normal.add("LogGroup", name, json!({"days": at("retention_in_days")}));
            }
            "aws_iam_role" => normal.add("Role", name, at("assume_role_policy")),
            "aws_iam_role_policy" => normal.add(
                "Policy",
                named(&at("role")),
                json!({"Name": name, "Document": at("policy")}),
            ),
            "aws_cloudwatch_event_rule" => normal.add("Rule", name, json!({
                "bus": at("event_bus_name"),
                "pattern": at("event_pattern"),
            })),
            "aws_cloudwatch_event_target" => normal.add("Target", named(&at("rule")), json!({
                "bus": at("event_bus_name"),
                "id": at("target_id"),
                "function": at("arn"),
            })),
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
                    "bisect": at("bisect_batch_on_function_error"),
                    "responses": at("function_response_types"),
                    "after": self.after(&at("depends_on")),
                }),
            ),
            other => panic!("unknown type {other}"),
        }
    }

    /// Rules with their targets, and permissions, by the name of the function.
    fn after(&self, depends_on: &Value) -> Value {
        let mut after: Vec<_> = depends_on
            .as_array()
            .into_iter()
            .flatten()
            .map(|dependency| {
                let (kind, logical) = text(dependency).split_once('.').expect("an address");
                let kind = match kind {
                    "aws_cloudwatch_event_target" => "Rule",
                    "aws_lambda_permission" => "Permission",
                    other => panic!("waits for {other}"),
                };
                let function = ("aws_lambda_function".to_owned(), logical.to_owned());
                format!("{kind} {}", self.names[&function])
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
            if block.identifier() == "attribute" {
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
            Expression::Traversal(traversal) => self.reference(traversal),
            Expression::FuncCall(call) if call.name.name.as_str() == "jsonencode" => {
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
                other => panic!("{other:?}"),
            })
            .collect();
        let kind = match (root, path.as_slice()) {
            ("var", [name]) => return format!("Parameter:{name}").into(),
            ("local" | "path", _) => return "(computed)".into(),
            // Only in `depends_on`.
            (root, [logical]) => return format!("{root}.{logical}").into(),
            ("aws_kinesis_stream", _) => "Stream",
            ("aws_cloudwatch_event_bus", _) => "Bus",
            ("aws_dynamodb_table", _) => "Table",
            ("aws_sns_topic", _) => "Topic",
            ("aws_lambda_function", _) => "Function",
            ("aws_cloudwatch_log_group", _) => "LogGroup",
            ("aws_iam_role", _) => "Role",
            ("aws_cloudwatch_event_rule", _) => "Rule",
            (other, _) => panic!("reference to {other}"),
        };
        let [logical, attribute] = path.as_slice() else { panic!("{path:?}") };
        let attribute = if *attribute == "arn" { "arn" } else { "name" };
        let name = &self.names[&(root.to_owned(), (*logical).to_owned())];
        format!("{kind}:{name}:{attribute}").into()
    }
}

/// The name within a reference.
fn named(reference: &Value) -> &str {
    text(reference).split(':').nth(1).expect("a reference")
}
