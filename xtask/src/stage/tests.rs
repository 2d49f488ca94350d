use serde::Deserialize;
use toml::Spanned;

use super::{existing::ArnShape, *};
use crate::{
    diagnostic::Failure,
    fixture,
    graph::{Logical, Node},
};

fn printed(Failure(mistakes): Failure) -> String {
    mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn read(stage: &str, text: &str) -> Result<Stage, String> {
    Stage::parse(stage, "esteira.toml", text).map_err(printed)
}

#[track_caller]
fn has(error: &str, expected: &[&str]) {
    for part in expected {
        assert!(error.contains(part), "{part:?} is not in:\n{error}");
    }
}

#[track_caller]
fn refused(text: &str, expected: &[&str]) {
    has(&read("dev", text).unwrap_err(), expected);
}

/// A line of the stage `dev`.
#[track_caller]
fn line_refused(line: &str, expected: &[&str]) {
    refused(&format!("[stage.dev]\n{line}\n"), expected);
}

#[test]
fn settings_are_optional() {
    assert_eq!(read("dev", "").unwrap(), Stage::new("dev"));
    let dev = read("dev", "[stage.dev]\n[stage.prod]\n").unwrap();
    assert_eq!(Stage { resources: Arc::default(), ..dev }, Stage::new("dev"));
}

#[test]
fn every_setting_is_read() {
    let text = r#"
        [stage.dev]
        [stage.prod]
        names = "{name}"
        log_retention_days = 365
        failure_retention_days = 3650
        account = "012345678901"
        region = "sa-east-1"
        tags = { team = "Loja: ação" }
        deletion_protection = false
        removal_policy = "destroy"
        create_dms_roles = true
        terraform_backend = { s3 = { bucket = "x", encrypt = true, retries = 3, role = { id = "y" } } }
    "#;
    let prod = read("prod", text).unwrap();
    assert_eq!(prod.physical_name("Fila"), "Fila");
    assert_eq!((prod.log_retention_days, prod.failure_retention_days), (365, 3650));
    assert_eq!(prod.account.as_deref(), Some("012345678901"));
    assert_eq!(prod.region.as_deref(), Some("sa-east-1"));
    assert_eq!(prod.tags, BTreeMap::from([("team".to_owned(), "Loja: ação".to_owned())]));
    assert!(!prod.deletion_protection);
    assert_eq!(prod.removal, Removal::Destroy);
    assert!(prod.create_dms_roles);
    let backend = prod.backend.unwrap();
    assert_eq!(backend.kind, "s3");
    assert_eq!(backend.arguments["role"]["id"].as_str(), Some("y"));
}

#[test]
fn a_stage_that_is_not_listed_is_refused_if_any_is() {
    let error = read("pord", "[stage.dev]\n[stage.prod]\n").unwrap_err();
    has(&error, &["did you mean `prod`?", "--> esteira.toml:1:"]);
}

#[test]
fn mistakes_name_line_and_column() {
    line_refused("name = 1", &["unknown field `name`", "esteira.toml:2:1", "mean `names`?"]);
    refused("[stages]\n", &["unknown field `stages`", "esteira.toml:1:2", "mean `stage`?"]);
    line_refused("names = 1", &["expected a string", "esteira.toml:2:9"]);
    refused("[stage]\ndev = 1\n", &["expected a table with the settings", "toml:2:7"]);
    refused("[stage.dev\n", &["esteira.toml:1:"]);
    line_refused("log_retention_days = -1", &["esteira.toml:2:22"]);
    line_refused("log_retention_days = 31", &["31 days", "write one of 1, 3, 5"]);
    line_refused("failure_retention_days = 0", &["0 days", "write 1 to 3650", "toml:2:26"]);
    line_refused("failure_retention_days = 3651", &["3651 days"]);
    line_refused("account = \"1234\"", &["`1234` is no AWS account", "12 digits", "toml:2:11"]);
    line_refused("region = \"brasil\"", &["`brasil` is no AWS region", "toml:2:10"]);
    line_refused("removal_policy = \"retian\"", &["`retian`", "did you mean `retain`?"]);
    line_refused("deletion_protection = 1", &["expected a boolean", "toml:2:23"]);
    line_refused("resources = { Fila = 1 }", &["invalid type", "toml:2:22"]);
    refused("[stage.Dev]\n", &["`Dev` is no name for a stage", "esteira.toml:1:8"]);
}

#[test]
fn tags_are_ones_that_aws_takes() {
    let long = "x".repeat(129);
    line_refused(&format!("tags = {{ {long} = '' }}"), &["key of a tag has 129 characters"]);
    line_refused("tags = { \"\" = \"\" }", &["key of a tag has 0 characters"]);
    let long = "x".repeat(257);
    line_refused(&format!("tags = {{ x = '{long}' }}"), &["value of a tag has 257 characters"]);
    line_refused("tags = { \"AWS:x\" = '' }", &["`AWS:x` of a tag belongs to AWS"]);
    line_refused("tags = { x = 'a&b' }", &["has the character '&'", "esteira.toml:2:14"]);
    line_refused("tags = { App = '' }", &["already is a tag `App`", "`app`, `stage`", "toml:2:10"]);
    line_refused("tags = { name = '' }", &["already is a tag `name`", "`managed-by`, `Name`"]);
    line_refused("tags = { x = '', X = '' }", &["there already is a tag `x`"]);
    line_refused("tags = { x = 1 }", &["expected a string", "esteira.toml:2:14"]);
    let tags = |n| {
        let tags: Vec<_> = (0..n).map(|n| format!("t{n} = ''")).collect();
        read("dev", &format!("[stage.dev]\ntags = {{ {} }}", tags.join(", ")))
    };
    assert_eq!(tags(46).unwrap().tags.len(), 46);
    has(&tags(47).unwrap_err(), &["AWS takes 50 tags", "write at most 46"]);
}

#[test]
fn a_stage_has_one_backend() {
    line_refused("terraform_backend = {}", &["has one Terraform backend, and this is 0"]);
    let two = "terraform_backend = { s3 = {}, gcs = {} }";
    line_refused(two, &["this is 2", "write for instance { s3 =", "esteira.toml:2:21"]);
    line_refused("terraform_backend = { \"s 3\" = {} }", &["`s 3` is no name", "toml:2:23"]);
    line_refused("terraform_backend = { s3 = { \"a.b\" = 1 } }", &["`a.b` is no name"]);
    line_refused("terraform_backend = { s3 = { a = [2026-01-01] } }", &["has no dates"]);
    line_refused("terraform_backend = { s3 = 1 }", &["expected a map", "esteira.toml:2:28"]);
}

#[test]
fn every_mistake_is_reported_at_once() {
    let text = "[stage.a]\nnames = \"x\"\nlog_retention_days = 2\naccount = \"\"\n";
    let error = read("a", text).unwrap_err();
    has(&error, &["lacks `{name}`", "2 days", "no AWS account"]);
}

#[test]
fn stages_with_the_same_names_are_refused_at_both() {
    let text = "[stage.a]\nnames = \"{name}\"\n[stage.b]\nnames = \"{name}\"\n";
    refused(text, &["`a` and `b` give", "esteira.toml:4:9", "esteira.toml:2"]);
    refused("[stage.dev]\n[stage.x]\nnames = \"dev-{name}\"\n", &["`dev` and `x` give"]);
    assert!(read("a", "[stage.a]\n[stage.b]\n").is_ok());
}

#[test]
fn stages_of_two_accounts_may_have_the_same_names() {
    let stage = |name: &str, account: &str| {
        format!("[stage.{name}]\nnames = \"{{name}}\"\naccount = \"{account}\"\n")
    };
    let (a, b) = (stage("a", "111111111111"), stage("b", "222222222222"));
    assert!(read("a", &(a.clone() + &b)).is_ok());
    refused(&(a + &b + &stage("c", "222222222222")), &["`b` and `c` give"]);
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, expecting = "a table with the settings of a stream")]
struct OfStream {
    shards: Option<Spanned<u32>>,
}

fn settings(entry: &str) -> Result<Settings<OfStream>, String> {
    let stage = read("dev", &format!("[stage.dev.resources.{entry}\n"))?;
    let manifest = fixture::manifest();
    let item = manifest.items.iter().find(|item| item.name() == "Leituras").expect("is there");
    stage.settings(item).map_err(printed)
}

#[test]
fn a_resource_finds_its_settings_by_either_name() {
    let shards = |entry: &str| settings(entry).unwrap().values.shards.map(Spanned::into_inner);
    assert_eq!(shards("Leituras]\nshards = 4"), Some(4));
    assert_eq!(shards("\"loja::infra::Leituras\"]\nshards = 3"), Some(3));
    assert_eq!(shards("Other]\nshards = 3"), None);
    assert!(Stage::new("dev").entries().next().is_none());
}

#[test]
fn a_setting_that_is_wrong_is_shown_with_the_declaration() {
    let declared = "--> loja/src/infra.rs:8: declared here";
    let error = |entry| settings(entry).unwrap_err();
    let unknown = error("Leituras]\nshard = 4");
    has(&unknown, &["unknown field `shard`", "esteira.toml:2:1", declared, "mean `shards`?"]);
    let kind = error("Leituras]\nshards = \"4\"");
    has(&kind, &["expected u32", "esteira.toml:2:10", declared]);
    let found = settings("Leituras]\nshards = 4").unwrap();
    let span = found.values.shards.as_ref().unwrap().span();
    has(&found.mistake("too few", span).to_string(), &["error: too few", "esteira.toml:2:10"]);
}

/// The stream `Leituras` as an existing one of which the stage `dev` says this.
fn existing(text: &str) -> Result<Node, String> {
    let stage = read("dev", text)?;
    let manifest = fixture::manifest();
    let item = manifest.items.iter().find(|item| item.name() == "Leituras").expect("is there");
    let node = Node::new(item, "Leituras", Logical::resource("Leituras", "Stream"), &stage);
    let shape = ArnShape { noun: "a stream", service: "kinesis", before: "stream/", signs: "_.-" };
    super::existing::by_arn(node, item, true, &shape, &stage).map_err(printed)
}

#[test]
fn an_existing_resource_has_the_name_in_its_arn() {
    let arn = "arn:aws:kinesis:sa-east-1:123456789012:stream/de-outros";
    let node = existing(&format!("[stage.dev.resources.Leituras]\narn = \"{arn}\"")).unwrap();
    assert_eq!((node.name.as_str(), node.existing.as_deref()), ("de-outros", Some(arn)));
}

#[test]
fn an_existing_resource_is_named_by_the_stage() {
    let error = existing("").unwrap_err();
    let expected = ["`Leituras` is `existing`, and stage `dev` does not", "loja/src/infra.rs:8"];
    has(&error, &expected);
    has(&error, &["[stage.dev.resources.Leituras] arn = \"arn:aws:kinesis:…\""]);
    let entry = |arn: &str| {
        let text = "[stage.dev]\naccount = \"123456789012\"\nregion = \"sa-east-1\"\n";
        existing(&format!("{text}[stage.dev.resources.Leituras]\narn = \"{arn}\"")).unwrap_err()
    };
    let place = "kinesis:sa-east-1:123456789012";
    for arn in [
        "",
        "x",
        "arn:aws:sns:sa-east-1:123456789012:stream/x",
        "arn:aws:kinesis:::stream/x",
        "arn:aws:kinesis:sa-east-1:12345678901x:stream/x",
        "arn:aws:kinesis:brasil:123456789012:stream/x",
        "arn:awsx:kinesis:sa-east-1:123456789012:stream/x",
        &format!("arn:aws:{place}:x"),
        &format!("arn:aws:{place}:stream/"),
        &format!("arn:aws:{place}:stream/x/consumer/y:1"),
        &format!("arn:aws:{place}:stream/x y"),
    ] {
        has(&entry(arn), &["is no ARN of a stream", "esteira.toml:5:7", "infra.rs:8: for this"]);
        has(&entry(arn), &["\"arn:aws:kinesis:REGION:ACCOUNT:stream/NAME\""]);
    }
    let account = entry("arn:aws:kinesis:sa-east-1:210987654321:stream/x");
    has(&account, &["in account 210987654321", "`dev` in 123456789012", "esteira.toml:5:7"]);
    let region = entry("arn:aws:kinesis:us-east-1:123456789012:stream/x");
    has(&region, &["in region us-east-1", "`dev` in sa-east-1", "infra.rs:8: for this"]);
}
