use esteira_manifest::Kind;

use super::*;
use crate::{diagnostic::Failure, fixture};

fn aurora(existing: bool, stage: &str) -> Result<Graph> {
    let mut manifest = fixture::capture::manifest();
    for item in &mut manifest.items {
        if let Kind::Aurora(aurora) = &mut item.kind {
            aurora.existing = existing;
        }
    }
    Graph::new(&manifest, &Stage::parse("dev", "esteira.toml", stage)?)
}

fn mistake(existing: bool, stage: &str) -> String {
    let Failure(mistakes) = aurora(existing, stage).expect_err(stage);
    mistakes[0].to_string()
}

#[test]
fn an_engine_version_has_the_parameters_that_are_set() {
    let of = |version: &str| format!("[stage.dev.resources.Banco]\nengine_version = '{version}'");
    for version in ["8.0", "8.0.mysql_aurora.3.08.0"] {
        let graph = aurora(false, &of(version)).expect(version);
        let engine_version = &graph.auroras.iter().next().expect("one").engine_version;
        assert_eq!(engine_version.as_deref(), Some(version));
    }
    for version in ["5.7.mysql_aurora.2.11.1", "8.4", "8.01", "3.08.0"] {
        let found = mistake(false, &of(version));
        let start = format!(
            "error: `{version}` is no version of Aurora MySQL 8.0\n  --> esteira.toml:2:18"
        );
        assert!(found.starts_with(&start), "{found}");
    }
}

const THERE: &str = "[stage.dev]
region = 'sa-east-1'
[stage.dev.resources.Banco]
secret_arn = 'arn:aws:secretsmanager:sa-east-1:123456789012:secret:loja-AbCdEf'
security_group = 'sg-0123456789abcdef0'
";

#[test]
fn an_existing_cluster_is_reached_at_its_port() {
    let graph = |more: &str| aurora(true, &(THERE.to_owned() + more)).expect("correct");
    let ports = |graph: &Graph| -> Vec<u16> {
        let capture = graph.captures.iter().next().expect("one");
        let to = super::super::Peer::Group(graph.auroras[capture.from].group);
        graph.openings.iter().filter(|o| o.to == to).map(|o| o.port).collect()
    };
    assert_eq!(ports(&graph("")), [3306]);
    let other = graph("port = 3307");
    assert_eq!(ports(&other), [3307]);
    let title = "TCP port 3307 (binlog)";
    assert!(other.steps.iter().any(|step| step.title.ends_with(title)), "{:#?}", other.steps);
    let found = mistake(true, &(THERE.to_owned() + "port = 80"));
    assert!(
        found.starts_with("error: `port = 80` is out of range\n  --> esteira.toml:6:8"),
        "{found}"
    );
    // One that is created listens where MySQL does.
    let created = mistake(false, "[stage.dev.resources.Banco]\nport = 3307");
    assert!(created.contains("unknown field `port`"), "{created}");
}

#[test]
fn what_is_not_of_an_existing_cluster_is_refused_where_it_is_written() {
    for (from, to, message, line) in [
        ("secret:loja-AbCdEf", "secret:loja", "is no ARN of a secret", 4),
        ("secretsmanager", "rds", "is no ARN of a secret", 4),
        ("sa-east-1:", "us-east-1:", "is in region us-east-1, and stage `dev` in sa-east-1", 4),
        ("sg-0123456789abcdef0", "sg-1", "`sg-1` is no id of this kind", 5),
    ] {
        let found = mistake(true, &THERE.replace(from, to));
        assert!(found.contains(message), "{found}");
        assert!(found.contains(&format!("\n  --> esteira.toml:{line}:")), "{found}");
    }
    let key = "secret_kms_key_arn = 'arn:aws:kms:sa-east-1:123456789012:alias/x'";
    let found = mistake(true, &(THERE.to_owned() + key));
    assert!(found.contains("is no ARN of a KMS key\n  --> esteira.toml:6:22"), "{found}");
}
