//! The stage file of a generated application.

use super::names::{Names, Part};
use super::options::Options;

const PLACE: &str = "us-east-1:123456789012";

/// The whole of `esteira.toml`.
pub(super) fn text(options: &Options, names: &Names) -> String {
    let (dev, prod) = (settings("dev", &[]), settings("prod", &stage(options)));
    let mut text = dev + &existing(options, names, "dev");
    text += &prod;
    text += &existing(options, names, "prod");
    for (part, lines) in sizes(options) {
        text += &resource("prod", names, part, &lines);
    }
    text
}

fn settings(stage: &str, lines: &[&str]) -> String {
    let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
    format!("[stage.{stage}]\n{lines}\n")
}

fn resource(stage: &str, names: &Names, part: Part, lines: &[String]) -> String {
    let name = names.shown(part);
    let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
    format!("[stage.{stage}.resources.{name:?}]\n{lines}\n")
}

/// What holds for a whole stage.
fn stage(options: &Options) -> Vec<&'static str> {
    let mut lines = vec!["log_retention_days = 365", "failure_retention_days = 30"];
    if options.is("pattern", "prefixed") {
        lines.push("names = \"loja-{stage}-{name}\"");
    }
    if options.is("backend", "s3") {
        lines.push(
            "terraform_backend = { s3 = { bucket = \"states\", key = \"a/b\", region = \"us-east-1\" } }",
        );
    }
    if options.is("place", "pinned") {
        lines.push("account = \"123456789012\"\nregion = \"us-east-1\"");
    }
    match options.value("removal") {
        "retain" => lines.push("removal_policy = \"retain\"\ndeletion_protection = true"),
        _ => lines.push("removal_policy = \"destroy\"\ndeletion_protection = false"),
    }
    if options.is("tags", "two") {
        lines.push("tags = { team = \"vendas e ação\", \"cost:centre\" = \"42\" }");
    }
    lines
}

/// Which ones those are that others made.
fn existing(options: &Options, names: &Names, stage: &str) -> String {
    let arn = |arn: &str| vec![format!("arn = \"arn:aws:{arn}\"")];
    let mut all = Vec::new();
    for (parameter, part, name) in [
        ("stream", Part::Stream, format!("kinesis:{PLACE}:stream/theirs-{stage}")),
        ("bus", Part::Bus, format!("events:{PLACE}:event-bus/theirs-{stage}")),
        ("table", Part::Table, format!("dynamodb:{PLACE}:table/theirs-{stage}")),
        ("topic", Part::Topic, format!("sns:{PLACE}:theirs-{stage}")),
        ("key", Part::Key, format!("kms:{PLACE}:key/1234abcd-12ab-34cd-56ef-1234567890ab")),
    ] {
        let there = part != Part::Key || options.uses_key();
        if there && options.is(parameter, "existing") {
            all.push((part, arn(&name)));
        }
    }
    // A VPC of its own: two applications in one would have to share its endpoints.
    let vpc = format!("vpc_id = \"{}\"", names.id("vpc"));
    let tables = format!("route_tables = [\"{}\"]", names.id("rtb"));
    match options.value("vpc") {
        "existing" => {
            let subnets =
                "private_subnets = [\"subnet-0123456789abcdef0\", \"subnet-0123456789abcdef1\"]";
            let endpoints = "endpoints = [\"events\", \"dynamodb\"]\n\
                             endpoints_security_group = \"sg-0123456789abcdef1\"";
            let lines = vec![vpc, subnets.to_owned(), tables, endpoints.to_owned()];
            all.push((Part::Network, lines));
        }
        "existing_cidr" => all.push((Part::Network, vec![vpc])),
        _ => {}
    }
    if options.is("aurora", "existing") {
        let secret = "secret:theirs-AbCdEf";
        let lines = vec![
            format!("secret_arn = \"arn:aws:secretsmanager:{PLACE}:{secret}\""),
            format!("secret_kms_key_arn = \"arn:aws:kms:{PLACE}:key/mrk-0123456789abcdef\""),
            "security_group = \"sg-0123456789abcdef0\"\nport = 3307".into(),
        ];
        all.push((Part::Store, lines));
    }
    all.iter().map(|(part, lines)| resource(stage, names, *part, lines)).collect()
}

/// Sizes that `prod` has and `dev` has not.
fn sizes(options: &Options) -> Vec<(Part, Vec<String>)> {
    let mut all: Vec<(Part, Vec<String>)> = Vec::new();
    if options.is("stream", "provisioned") {
        all.push((Part::Stream, vec!["shards = 4".into()]));
    }
    if options.is("vpc", "nat") {
        all.push((Part::Network, vec!["nat_gateways = 1".into()]));
    }
    match options.value("aurora") {
        "provisioned" => {
            let class = "instance_class = \"db.r6g.xlarge\"\nbackup_retention_days = 14";
            all.push((Part::Store, vec![class.into()]));
        }
        "serverless" => {
            let serverless = "serverless = { min_acu = 0.5, max_acu = 8 }";
            all.push((Part::Store, vec![serverless.into()]));
        }
        _ => {}
    }
    let certificate = options.is("certificate", "given").then(|| {
        format!("certificate_arn = \"arn:aws:dms:{PLACE}:cert:ABCDEFGHIJKLMNOPQRSTUVWXYZ\"")
    });
    let capture = match options.value("capture") {
        "instance" => Some("instance_class = \"dms.r6i.large\"\nstorage_gb = 100\nmulti_az = true"),
        "serverless" => Some("serverless = { min_dcu = 1, max_dcu = 4 }"),
        _ => None,
    };
    let lines: Vec<String> = capture.map(str::to_owned).into_iter().chain(certificate).collect();
    if !lines.is_empty() {
        all.push((Part::Capture, lines));
    }
    if options.is("emails", "two") {
        let emails = "emails = [\"a@example.com\", \"b+c@example.com\"]";
        all.push((Part::Topic, vec![emails.into()]));
    }
    if options.is("concurrency", "reserved") {
        all.push((Part::Reader, vec!["memory = 512\nreserved_concurrency = 2".into()]));
    }
    all
}
