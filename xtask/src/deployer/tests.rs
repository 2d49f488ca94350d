use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

use super::*;
use crate::{cloudformation as template, deploy::Kind, fixture, terraform as configuration};

/// Graphs that together have every type there is.
fn graphs(stage: &Stage) -> Vec<Graph> {
    use esteira_manifest::Egress;
    let nat = esteira_manifest::Vpc { egress: Egress::Nat, ..fixture::network::vpc() };
    let manifests = [
        fixture::manifest(),
        fixture::network::manifest(nat),
        fixture::network::manifest(fixture::network::vpc()),
        fixture::capture::manifest(),
    ];
    let graph = |manifest| Graph::new(manifest, stage).expect("a correct manifest");
    manifests.iter().map(graph).collect()
}

fn stage() -> Stage {
    let text = "[stage.prod]\nnames = 'shop-{stage}-{name}'\naccount = '123456789012'\n\
                region = 'sa-east-1'\n\
                terraform_backend = { s3 = { bucket = 'state', key = 'shop/prod' } }\n\
                [stage.prod.resources]\nAvisos = { emails = ['a@example.com'] }\n";
    Stage::parse("prod", "esteira.toml", text).expect("a correct stage file")
}

/// The words between two texts, in some text.
fn between<'t>(text: &'t str, before: &str, after: char) -> BTreeSet<&'t str> {
    text.split(before).skip(1).filter_map(|rest| rest.split(after).next()).collect()
}

/// The types in the source of an emitter.
fn types_in(folder: &str) -> BTreeSet<String> {
    let mut types = BTreeSet::new();
    let mut todo = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder)];
    while let Some(path) = todo.pop() {
        if path.is_dir() {
            todo.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = fs::read_to_string(path).unwrap();
        let written = text.split('"').filter(|word| {
            let words = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
            let is_type = word.starts_with("aws_") || word.matches("::").count() == 2;
            is_type && word.chars().all(words)
        });
        types.extend(written.map(str::to_owned));
    }
    types
}

fn entries() -> impl Iterator<Item = &'static Entry> {
    KINDS.into_iter().flatten().chain(terraform::ENTRIES).chain(cloudformation::ENTRIES)
}

#[test]
fn every_type_that_is_written_is_one_that_may_be_managed() {
    let known: BTreeSet<_> = entries().flat_map(|entry| entry.types).copied().collect();
    for (folder, one) in [("terraform", "aws_vpc"), ("cloudformation", "AWS::EC2::VPC")] {
        let written = types_in(folder);
        assert!(written.contains(one), "{written:?}");
        for one in written {
            assert!(known.contains(&*one), "no entry below src/deployer/ is about {one}");
        }
    }
}

#[test]
fn every_type_of_a_stage_is_allowed_in_it() {
    let stage = stage();
    let mut seen = BTreeSet::new();
    for graph in graphs(&stage) {
        let scope = Scope::new(&graph, &stage);
        let allowed: BTreeSet<_> = entries()
            .filter(|entry| !(entry.on)(&scope).is_empty())
            .flat_map(|entry| entry.types)
            .copied()
            .collect();
        let files: String =
            configuration::files(&graph).into_iter().map(|(_, text)| text).collect();
        let template = template::templates(&graph, &template::Limits::AWS).unwrap();
        let template = template[0].text();
        let resources = between(&files, "\nresource \"", '"');
        let data = between(&files, "\ndata \"", '"');
        let types = between(template, "Type: ", '\n').into_iter().filter(|it| it.contains("::"));
        for one in resources.into_iter().chain(data).chain(types) {
            assert!(allowed.contains(one), "{one}");
            seen.insert(one.to_owned());
        }
    }
    for one in ["aws_nat_gateway", "aws_dms_replication_task", "AWS::Events::Archive"] {
        assert!(seen.contains(one), "{seen:?}");
    }
}

/// Every statement of every graph, for both ways to deploy.
fn statements(stage: &Stage) -> Vec<Value> {
    let of = |graph: &Graph| {
        [Kind::Terraform, Kind::Cloudformation].map(|with| documents(graph, stage, with))
    };
    let documents: Vec<_> = graphs(stage).iter().flat_map(of).flatten().collect();
    assert!(documents.iter().all(|document| document.characters() <= MOST));
    let statements = |document: &Document| document.json()["Statement"].as_array().cloned();
    documents.iter().filter_map(statements).flatten().collect()
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

#[test]
fn nothing_is_deleted_and_no_role_passed_without_a_bound() {
    for statement in statements(&stage()) {
        let everywhere = texts(&statement["Resource"]).contains(&"*");
        let unbound = statement.get("Condition").is_none();
        for action in texts(&statement["Action"]) {
            // An interface that Lambda leaves behind bears no tag.
            let deletes = action.contains(":Delete") && action != "ec2:DeleteNetworkInterface";
            assert!(!(deletes && everywhere && unbound), "{statement:#}");
            assert!(!(action == "iam:PassRole" && (everywhere || unbound)), "{statement:#}");
            let (service, name) = action.split_once(':').unwrap();
            assert!(!service.contains('*') && name.len() > 4, "{action}");
        }
    }
}

#[test]
fn a_policy_is_limited_to_the_names_the_account_and_the_region_of_its_stage() {
    let resources = |stage: &Stage| {
        let statements = statements(stage);
        let resources = statements.iter().flat_map(|it| texts(&it["Resource"]));
        resources.map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let pinned = resources(&stage());
    for arn in [
        "arn:aws:lambda:sa-east-1:123456789012:function:shop-prod-*",
        "arn:aws:iam::123456789012:role/shop-prod-*",
        "arn:aws:logs:sa-east-1:123456789012:log-group:/aws/lambda/shop-prod-*",
        "arn:aws:events:sa-east-1:123456789012:rule/*/shop-prod-*",
        "arn:aws:s3:::shop-prod-*",
        "arn:aws:rds:sa-east-1:123456789012:cluster:shop-prod-*",
        "arn:aws:s3:::state/shop/prod*",
        "arn:aws:cloudformation:sa-east-1:123456789012:stack/loja-prod/*",
    ] {
        assert!(pinned.contains(arn), "{arn} is not in {pinned:#?}");
    }
    let bare = Stage { names: "{name}".into(), ..Stage::new("dev") };
    let bare = resources(&bare);
    assert!(bare.contains("arn:aws:dynamodb:*:*:table/Inventario"), "{bare:#?}");
    assert!(!bare.contains("arn:aws:dynamodb:*:*:table/*"), "{bare:#?}");
}

#[test]
fn whatever_terraform_was_seen_to_call_is_allowed() {
    let manifest = include_str!("../../../tests/goldens/pipeline/dev/manifest.json");
    let manifest = serde_json::from_str(manifest).unwrap();
    let stage = Stage::new("dev");
    let graph = Graph::new(&manifest, &stage).unwrap();
    let documents = documents(&graph, &stage, Kind::Terraform);
    let documents: Vec<_> = documents.iter().map(Document::json).collect();
    let statements = documents.iter().flat_map(|it| it["Statement"].as_array().unwrap());
    let allowed: BTreeSet<_> = statements.flat_map(|it| texts(&it["Action"])).collect();
    let allows = |action: &str| {
        allowed.iter().any(|one| match one.split_once('*') {
            Some((before, after)) => action.starts_with(before) && action.ends_with(after),
            None => *one == action,
        })
    };
    let mut service = "";
    let mut count = 0;
    let lines = include_str!("calls.txt").lines().filter(|line| !line.starts_with('#'));
    for word in lines.flat_map(str::split_whitespace) {
        if let Some(name) = word.strip_suffix(':') {
            service = name;
            continue;
        }
        let action = format!("{service}:{word}");
        assert!(allows(&action), "{action}");
        count += 1;
    }
    assert!(count > 150);
}
