use std::collections::{BTreeMap, BTreeSet};

use esteira_manifest::{Egress, Manifest, Vpc};
use serde_json::{Value as Json, json};

use crate::{
    cloudformation::{Limits, Portion, Template, templates},
    commands::bench::application,
    fixture,
    graph::Graph,
    stage::Stage,
};

fn graph(manifest: &Manifest) -> Graph {
    let text = "[stage.dev.resources]\nBus0 = { rule_quota = 2000 }";
    let stage = match manifest.app.as_ref() {
        "bench" => Stage::parse("dev", "esteira.toml", text).expect("a correct file"),
        _ => Stage::new("dev"),
    };
    Graph::new(manifest, &stage).expect("a correct manifest")
}

/// Graphs that together have every type there is.
fn graphs() -> Vec<Graph> {
    let nat = Vpc { egress: Egress::Nat, ..fixture::network::vpc() };
    let manifests = [
        fixture::manifest(),
        fixture::network::manifest(nat),
        fixture::network::manifest(fixture::network::vpc()),
        fixture::capture::manifest(),
        application::manifest(33),
    ];
    manifests.iter().map(graph).collect()
}

/// The least that a graph can be split by: what its base, and a handler alone, fit into.
fn few(graph: &Graph) -> Limits {
    let limits = (6..).map(|resources| Limits { resources, ..Limits::AWS });
    let mut enough = limits.skip_while(|limits| templates(graph, limits).is_err());
    enough.next().expect("some limit is enough")
}

fn split(graph: &Graph, limits: Limits) -> Vec<(Portion, Json)> {
    let templates = templates(graph, &limits).expect("templates");
    templates.iter().map(|it| (it.portion(), it.data().expect("data"))).collect()
}

fn entries<'j>(template: &'j Json, section: &str) -> BTreeMap<&'j str, &'j Json> {
    let section = template[section].as_object();
    section.into_iter().flatten().map(|(name, value)| (name.as_str(), value)).collect()
}

/// What a value refers to: logical ids and parameters, each with its attribute.
fn referred(value: &Json, found: &mut BTreeSet<String>) {
    match value {
        Json::Array(elements) => elements.iter().for_each(|it| referred(it, found)),
        Json::Object(fields) => {
            if let Some(id) = value["Ref"].as_str() {
                found.insert(id.to_owned());
            }
            if let Some([id, attribute]) = value["Fn::GetAtt"].as_array().map(Vec::as_slice) {
                let text = |it: &Json| it.as_str().expect("a text").to_owned();
                found.insert(format!("{}.{}", text(id), text(attribute)));
            }
            for part in value["Fn::Sub"].as_str().iter().flat_map(|it| it.split("${").skip(1)) {
                let (name, _) = part.split_once('}').expect("an end");
                found.extend((!name.starts_with('!')).then(|| name.to_owned()));
            }
            fields.values().for_each(|it| referred(it, found));
        }
        _ => {}
    }
}

fn references(template: &Json) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for section in ["Conditions", "Resources", "Outputs"] {
        referred(&template[section], &mut found);
    }
    found.retain(|it| !it.starts_with("AWS::"));
    found
}

#[test]
fn everything_is_in_one_stack_and_a_handler_whole_in_one() {
    for graph in graphs() {
        let whole = &split(&graph, Limits::AWS)[0].1;
        let parts = split(&graph, few(&graph));
        assert!(parts.len() > 2, "{}", parts.len());
        for section in ["Resources", "Outputs"] {
            for name in entries(whole, section).keys() {
                let homes = parts.iter().filter(|(_, it)| it[section].get(name).is_some());
                assert_eq!(homes.count(), 1, "{name}");
            }
        }
        for function in graph.functions.iter() {
            let name = function.node.logical.camel.strip_suffix("Function").expect("a function");
            let own = |id: &&str| {
                let rest = id.strip_prefix(name).unwrap_or_default();
                ["Function", "Role", "LogGroup", "Rule", "Permission", "Mapping", "Invocation"]
                    .contains(&rest)
                    || rest.starts_with("FailureQueue")
                    || rest.starts_with("SecurityGroup")
            };
            let homes: Vec<_> = parts
                .iter()
                .filter(|(_, it)| entries(it, "Resources").keys().any(own))
                .map(|(portion, _)| *portion)
                .collect();
            assert_eq!(homes.len(), 1, "{name}: {homes:?}");
            assert_ne!(homes, [Portion::Base], "{name}");
        }
    }
}

#[test]
fn every_reference_leads_to_what_is_in_the_stack_or_a_parameter_that_is_filled() {
    let mut filled = BTreeSet::new();
    for graph in graphs() {
        let parts = split(&graph, few(&graph));
        let base = entries(&parts[0].1, "Outputs");
        for (portion, part) in &parts {
            let (resources, parameters) = (entries(part, "Resources"), entries(part, "Parameters"));
            let references = references(part);
            for reference in &references {
                let id = reference.split('.').next().expect("an id");
                let is_parameter = !reference.contains('.') && parameters.contains_key(id);
                assert!(resources.contains_key(id) || is_parameter, "{portion:?}: {reference}");
            }
            for (id, resource) in &resources {
                for other in resource["DependsOn"].as_array().into_iter().flatten() {
                    assert!(
                        resources.contains_key(other.as_str().expect("an id")),
                        "{id}: {other}"
                    );
                }
            }
            for (name, parameter) in parameters {
                assert!(references.contains(name), "{portion:?}: nothing takes {name}");
                let general = ["Architecture", "CodeBucket", "CreateDmsRoles"].contains(&name)
                    || name == "DynamoDbPrefixListId"
                    || name.ends_with("CodeKey");
                if !general {
                    assert!(base.contains_key(name), "the base has no output {name}");
                    let said = format!("The output {name} of the base stack.");
                    assert_eq!(parameter["Description"], said);
                    filled.insert(name.to_owned());
                }
            }
        }
    }
    // One of each kind of which AWS alone knows the id.
    for kind in ["KeyArn", "SubnetId", "SecurityGroupId"] {
        assert!(filled.iter().any(|it| it.ends_with(kind)), "{kind} is not in {filled:?}");
    }
}

/// What a template comes to where its references are known.
struct Evaluation<'j> {
    resources: BTreeMap<&'j str, &'j Json>,
    parameters: BTreeMap<String, Json>,
}

impl<'j> Evaluation<'j> {
    fn of(template: &'j Json, parameters: BTreeMap<String, Json>) -> Self {
        Self { resources: entries(template, "Resources"), parameters }
    }

    fn value(&self, value: &Json) -> Json {
        if let Some(id) = value["Ref"].as_str() {
            return self.reference(id);
        }
        if let Some([id, attribute]) = value["Fn::GetAtt"].as_array().map(Vec::as_slice) {
            return self.attribute(id.as_str().expect("an id"), attribute.as_str().expect("one"));
        }
        if let Some(pattern) = value["Fn::Sub"].as_str() {
            let mut parts = pattern.split("${");
            let mut text = parts.next().unwrap_or_default().to_owned();
            for part in parts {
                let (name, after) = part.split_once('}').expect("an end");
                let filled = match name.split_once('.') {
                    _ if name.starts_with('!') => format!("${{{}}}", &name[1..]).into(),
                    Some((id, attribute)) => self.attribute(id, attribute),
                    None => self.reference(name),
                };
                text += filled.as_str().expect("a text");
                text += after;
            }
            return text.into();
        }
        match value {
            Json::Array(elements) => elements.iter().map(|it| self.value(it)).collect(),
            Json::Object(fields) => {
                fields.iter().map(|(name, it)| (name.clone(), self.value(it))).collect()
            }
            other => other.clone(),
        }
    }

    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html>
    fn reference(&self, id: &str) -> Json {
        if let Some(value) = self.parameters.get(id) {
            return value.clone();
        }
        let Some(resource) = self.resources.get(id) else { return format!("<{id}>").into() };
        let name = |property: &str| self.value(&resource["Properties"][property]);
        match resource["Type"].as_str().expect("a type") {
            "AWS::Kinesis::Stream" | "AWS::Events::EventBus" => name("Name"),
            "AWS::DynamoDB::Table" => name("TableName"),
            "AWS::S3::Bucket" => name("BucketName"),
            "AWS::SNS::Topic" => {
                let name = name("TopicName");
                format!(
                    "arn:<AWS::Partition>:sns:<AWS::Region>:<AWS::AccountId>:{}",
                    as_text(&name)
                )
                .into()
            }
            _ => format!("<{id}>").into(),
        }
    }

    fn attribute(&self, id: &str, attribute: &str) -> Json {
        let kind = self.resources.get(id).map_or("", |it| it["Type"].as_str().expect("a type"));
        let (service, before) = match (kind, attribute) {
            ("AWS::Kinesis::Stream", "Arn") => ("kinesis", "stream/"),
            ("AWS::Events::EventBus", "Arn") => ("events", "event-bus/"),
            ("AWS::DynamoDB::Table", "Arn") => ("dynamodb", "table/"),
            ("AWS::S3::Bucket", "Arn") => {
                let name = self.reference(id);
                return format!("arn:<AWS::Partition>:s3:::{}", as_text(&name)).into();
            }
            ("AWS::SNS::Topic", "TopicName") => {
                return self.value(&self.resources[id]["Properties"]["TopicName"]);
            }
            _ => return format!("<{id}.{attribute}>").into(),
        };
        let name = self.reference(id);
        let place = "<AWS::Region>:<AWS::AccountId>";
        format!("arn:<AWS::Partition>:{service}:{place}:{before}{}", as_text(&name)).into()
    }
}

fn as_text(value: &Json) -> &str {
    value.as_str().expect("a text")
}

/// Each resource and output, but for what it waits for, by its logical id.
fn evaluated(templates: &[(Portion, Json)]) -> BTreeMap<String, Json> {
    let base = Evaluation::of(&templates[0].1, BTreeMap::new());
    let outputs = entries(&templates[0].1, "Outputs").into_iter();
    let outputs: BTreeMap<_, _> =
        outputs.map(|(name, it)| (name.to_owned(), base.value(&it["Value"]))).collect();
    let mut all = BTreeMap::new();
    for (_, template) in templates {
        let parameters = entries(template, "Parameters").into_keys();
        let taken =
            parameters.filter_map(|name| Some((name.to_owned(), outputs.get(name)?.clone())));
        let evaluation = Evaluation::of(template, taken.collect());
        for (id, resource) in entries(template, "Resources") {
            let mut resource = evaluation.value(resource);
            resource.as_object_mut().expect("a resource").remove("DependsOn");
            all.insert(id.to_owned(), resource);
        }
    }
    all
}

#[test]
fn several_stacks_make_the_same_as_one() {
    for graph in graphs() {
        let one = evaluated(&split(&graph, Limits::AWS));
        let several = evaluated(&split(&graph, few(&graph)));
        assert_eq!(one.keys().collect::<Vec<_>>(), several.keys().collect::<Vec<_>>());
        for (id, resource) in one {
            assert_eq!(resource, several[&id], "{id}");
        }
    }
}

#[test]
fn splitting_twice_gives_the_same_bytes() {
    let graph = graph(&application::manifest(150));
    let texts = || -> Vec<_> {
        let templates = templates(&graph, &Limits::AWS).expect("templates");
        templates.iter().map(|it| it.text().to_owned()).collect()
    };
    assert!(texts().len() > 3);
    assert_eq!(texts(), texts());
}

#[test]
fn no_stack_passes_any_limit() {
    let graph = graph(&application::manifest(150));
    let cases = [
        Limits::AWS,
        Limits { resources: 90, ..Limits::AWS },
        Limits { parameters: 20, ..Limits::AWS },
        Limits { outputs: 16, ..Limits::AWS },
        Limits { bytes: 80_000, ..Limits::AWS },
    ];
    for limits in cases {
        let templates = templates(&graph, &limits).expect("templates");
        for template in &templates {
            let data = template.data().expect("data");
            let count = |section| entries(&data, section).len();
            assert!(count("Resources") <= limits.resources, "{}", template.file());
            assert!(count("Parameters") <= limits.parameters, "{}", template.file());
            assert!(count("Outputs") <= limits.outputs, "{}", template.file());
            assert!(template.text().len() <= limits.bytes, "{}", template.file());
            assert!(data.to_string().len() <= limits.bytes, "{}", template.file());
        }
        let portions: Vec<_> = templates.iter().map(Template::portion).collect();
        assert!(portions.is_sorted() && portions[0] == Portion::Base, "{portions:?}");
    }
}

/// Which stack each handler is in.
fn homes(graph: &Graph, limits: Limits) -> BTreeMap<String, Portion> {
    let mut homes = BTreeMap::new();
    for (portion, template) in split(graph, limits) {
        let functions = entries(&template, "Resources").into_iter();
        let functions = functions.filter(|(_, it)| it["Type"] == "AWS::Lambda::Function");
        homes.extend(functions.map(|(id, _)| (id.to_owned(), portion)));
    }
    homes
}

#[test]
fn a_handler_stays_in_its_stack_when_others_come_but_for_half_of_one_that_gets_too_large() {
    let limits = Limits { resources: 40, ..Limits::AWS };
    let mut before = homes(&graph(&application::manifest(10)), limits);
    let (mut moved, mut grew) = (0, 0);
    for handlers in 11..=45 {
        let after = homes(&graph(&application::manifest(handlers)), limits);
        let stacks = |homes: &BTreeMap<String, Portion>| -> BTreeSet<_> {
            homes.values().copied().collect()
        };
        let new: BTreeSet<_> = stacks(&after).difference(&stacks(&before)).copied().collect();
        let moves: BTreeSet<_> = before
            .iter()
            .filter(|(id, home)| after[*id] != **home)
            .map(|(id, home)| (*home, after[id]))
            .collect();
        let parted: BTreeSet<_> = moves.iter().map(|(from, _)| from).collect();
        assert!(parted.len() <= 1, "{handlers}: {moves:?}");
        assert!(moves.iter().all(|(_, to)| new.contains(to)), "{handlers}: {moves:?}");
        moved += before.iter().filter(|(id, home)| after[*id] != **home).count();
        grew += new.len();
        before = after;
    }
    // Each handler moves about as often as its stack is parted.
    assert!(grew > 3 && moved < 45, "{grew} stacks more, {moved} handlers moved");
}

#[test]
fn who_reads_a_stream_comes_after_whoever_handles_its_events() {
    for graph in graphs() {
        let homes = homes(&graph, few(&graph));
        let of = |function: &str| homes[function];
        for mapping in graph.mappings.iter() {
            let reader = of(&graph.functions[mapping.function].node.logical.camel);
            for rule in &mapping.after {
                let handler = &graph.functions[graph.rules[*rule].function].node;
                assert!(of(&handler.logical.camel) < reader, "{}", handler.item());
            }
        }
    }
}

#[test]
fn outputs_that_the_stage_gives_are_told_where_the_base_has_no_room_for_them() {
    let graph = graph(&fixture::manifest());
    let all = split(&graph, few(&graph));
    let few = split(&graph, Limits { outputs: 3, ..few(&graph) });
    assert!(all[0].1["Outputs"].get("InventarioTableName").is_some());
    assert_eq!(entries(&few[0].1, "Outputs").into_keys().collect::<Vec<_>>(), ["ChaveKeyArn"]);
    let known = crate::cloudformation::known_outputs(&graph);
    let at: BTreeMap<_, _> = known
        .into_iter()
        .map(|(name, text)| (name, Json::from(text.at("123456789012", "sa-east-1", "aws"))))
        .collect();
    assert_eq!(at["InventarioTableName"], "dev-Inventario");
    assert_eq!(at["AvisosTopicArn"], "arn:aws:sns:sa-east-1:123456789012:dev-Avisos");
    for name in entries(&all[0].1, "Outputs").keys() {
        assert!(at.contains_key(*name) || few[0].1["Outputs"].get(name).is_some(), "{name}");
    }
    assert_eq!(few[0].1["Description"], json!("Application loja, stage dev."));
    assert_eq!(few[1].1["Description"], json!("Application loja, stage dev: handlers, 1."));
}
