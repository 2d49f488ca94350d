use esteira_manifest::{Capture, Kind, Manifest};
use serde_json::{Value, json};

use super::*;
use crate::{
    fixture::{self, item},
    graph::Peer,
};

fn graph(settings: &str) -> Result<Graph> {
    edited(settings, |_| {})
}

fn edited(settings: &str, edit: impl FnOnce(&mut Manifest)) -> Result<Graph> {
    let mut manifest = fixture::capture::manifest();
    edit(&mut manifest);
    let text = format!("[stage.dev.resources]\n{settings}");
    Graph::new(&manifest, &Stage::parse("dev", "esteira.toml", &text)?)
}

fn only(graph: &Graph) -> &super::Capture {
    graph.captures.iter().next().expect("a capture")
}

#[test]
fn the_tables_of_a_capture_are_its_rows() {
    let graph = graph("").expect("correct");
    let table = |name: &str| json!({"schema-name": "ecommerce", "table-name": name});
    let number = |id: u32, column: &str| {
        let mut locator = table("pedidos");
        locator["column-name"] = column.into();
        json!({
            "rule-type": "transformation",
            "rule-id": id.to_string(),
            "rule-name": id.to_string(),
            "rule-action": "change-data-type",
            "rule-target": "column",
            "object-locator": locator,
            "data-type": {"type": "string", "length": 67},
        })
    };
    let whole = |id: u32, name: &str| {
        let (first, second) = (id.to_string(), (id + 1).to_string());
        [
            json!({
                "rule-type": "selection",
                "rule-id": first,
                "rule-name": first,
                "rule-action": "include",
                "object-locator": table(name),
            }),
            json!({
                "rule-type": "object-mapping",
                "rule-id": second,
                "rule-name": second,
                "rule-action": "map-record-to-record",
                "object-locator": table(name),
                "mapping-parameters": {"partition-key-type": "primary-key"},
            }),
        ]
    };
    // Neither small integers, nor texts, nor documents.
    let mut rules = whole(1, "pedidos").to_vec();
    rules.extend([number(3, "id"), number(4, "protocolo"), number(5, "total")]);
    rules.extend(whole(6, "itens_pedido"));
    assert_eq!(Value::from(&only(&graph).rules), json!({"rules": rules}));
}

#[test]
fn a_row_may_name_another_schema_of_the_cluster() {
    let graph = edited("", |manifest| {
        for item in &mut manifest.items {
            if let Kind::Row(row) = &mut item.kind {
                row.table = format!("arquivo.{}", row.table).into();
            }
        }
    });
    let graph = graph.expect("correct");
    let rules = Value::from(&only(&graph).rules);
    for rule in rules["rules"].as_array().expect("rules") {
        assert_eq!(rule["object-locator"]["schema-name"], "arquivo", "{rule}");
    }
    assert_eq!(rules["rules"][0]["object-locator"]["table-name"], "pedidos");
    let grant = "GRANT SELECT ON \\`arquivo\\`.\\`pedidos\\` TO 'dms_captura'@'%';";
    assert!(graph.steps.iter().any(|step| step.text.contains(grant)), "{:#?}", graph.steps);
}

/// What is written as a string of the table of orders.
fn strings(graph: &Graph) -> Vec<String> {
    let rules = Value::from(&only(graph).rules);
    let rules = rules["rules"].as_array().expect("rules").iter();
    let rules = rules.filter(|rule| rule["rule-action"] == "change-data-type");
    let name = |rule: &Value| rule["object-locator"]["column-name"].as_str().map(str::to_owned);
    rules.map(|rule| name(rule).expect("a column")).collect()
}

#[test]
fn the_sql_decides_which_columns_are_strings() {
    let schemas = Schemas::default()
        .with("loja::infra::Pedido", vec!["status".into(), "detalhes".into()])
        .with("loja::infra::Item", vec!["preco".into()]);
    let stage = Stage::new("dev");
    let graph = Graph::with_schemas(&fixture::capture::manifest(), &schemas, &stage);
    let graph = graph.expect("correct");
    assert_eq!(strings(&graph), ["status", "detalhes", "preco"]);
    assert_eq!(graph.warnings, []);
}

#[test]
fn without_sql_it_is_said_what_may_be_rounded() {
    let graph = graph("").expect("correct");
    assert_eq!(strings(&graph), ["id", "protocolo", "total"]);
    let warnings: Vec<_> = graph.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        ["error: DMS may round numbers that `Pedido` does not read as such\n  \
          --> loja/src/infra.rs:11: may be DECIMAL or BIGINT: `status`, `detalhes`\n  \
          --> loja/src/infra.rs:18: captured here\n  \
          = help: name the SQL that defines the table, `#[row(…, schema = \"migrations/\")]`: such \
          columns are then written as strings"]
    );
}

#[test]
fn what_fails_stops_a_task() {
    let graph = graph("").expect("correct");
    let settings = Value::from(&only(&graph).settings);
    assert_eq!(
        settings["TargetMetadata"],
        json!({
            "SupportLobs": true,
            "FullLobMode": false,
            "LimitedSizeLobMode": true,
            "LobMaxSize": 64,
            "BatchApplyEnabled": false,
        })
    );
    assert_eq!(
        settings["BeforeImageSettings"],
        json!({"EnableBeforeImage": true, "FieldName": "before-image", "ColumnFilter": "all"})
    );
    for policy in ["DataErrorPolicy", "DataTruncationErrorPolicy", "TableErrorPolicy"] {
        assert_eq!(settings["ErrorBehavior"][policy], "STOP_TASK", "{policy}");
    }
    assert_eq!(settings["ErrorBehavior"]["RecoverableErrorCount"], -1);
    assert_eq!(settings["ErrorBehavior"]["RecoverableErrorStopRetryAfterThrottlingMax"], false);
    let logged = settings["Logging"]["LogComponents"].as_array().expect("components");
    assert!(logged.iter().all(|one| one["Severity"] == "LOGGER_SEVERITY_DEFAULT"));
    assert_eq!(logged.len(), 4);
}

#[test]
fn a_capture_reaches_its_database_and_two_services_and_nothing_else() {
    for (settings, required) in
        [("", false), ("Captura.serverless = { min_dcu = 1, max_dcu = 2 }", true)]
    {
        let graph = graph(settings).expect("correct");
        let capture = only(&graph);
        let database = graph.auroras[capture.from].group;
        let from = graph.openings.iter().filter(|opening| opening.from == capture.group);
        let reached: Vec<_> = from.map(|opening| (opening.to, opening.port)).collect();
        let endpoint = |service| {
            let endpoint = graph.endpoints.iter().find(|endpoint| endpoint.service == service);
            Peer::Group(endpoint.and_then(|endpoint| endpoint.group).expect("interfaces"))
        };
        assert_eq!(
            reached,
            [
                (Peer::Group(database), 3306),
                (endpoint(Service::KinesisStreams), 443),
                (endpoint(Service::SecretsManager), 443)
            ]
        );
        let calls: Vec<_> = graph.calls.iter().filter(|c| c.group == capture.group).collect();
        assert!(calls.iter().all(|call| call.required_endpoint == required));
        let services: Vec<_> = calls.iter().map(|call| call.service).collect();
        assert_eq!(services, [Service::KinesisStreams, Service::SecretsManager]);
    }
}

#[test]
fn settings_that_dms_does_not_take_are_errors_where_they_are_written() {
    for (settings, message, column) in [
        (
            "Captura.instance_class = 't3.medium'",
            "`t3.medium` is no replication instance class",
            26,
        ),
        ("Captura.storage_gb = 4", "`storage_gb = 4` is out of range", 22),
        (
            "Captura.serverless = { min_dcu = 1, max_dcu = 3 }",
            "a capacity of 1 to 3 is not possible",
            22,
        ),
        (
            "Captura = { serverless = { min_dcu = 1, max_dcu = 2 }, storage_gb = 50 }",
            "a `serverless` capture has no `storage_gb`",
            69,
        ),
        (
            "Captura.certificate_arn = 'arn:aws:acm:sa-east-1:123456789012:certificate/a'",
            "`arn:aws:acm:sa-east-1:123456789012:certificate/a` is no ARN of a certificate in DMS",
            27,
        ),
        ("Captura.shards = 4", "unknown field `shards`", 1),
    ] {
        let failure = graph(settings).expect_err(settings);
        let mistake = &failure.0[0];
        assert!(mistake.message.starts_with(message), "{settings}: {mistake}");
        let (place, _) = &mistake.places[0];
        assert_eq!((place.file.as_str(), place.line), ("esteira.toml", 2), "{mistake}");
        if column > 1 {
            assert_eq!(place.column, Some(column), "{mistake}");
        }
    }
}

#[test]
fn names_that_cannot_be_told_apart_or_that_dms_refuses_are_errors() {
    let named = |name: &'static str| {
        edited("", |manifest| {
            for item in &mut manifest.items {
                if let Kind::Capture(capture) = &mut item.kind {
                    capture.name = name.into();
                }
            }
        })
    };
    assert!(named("Captura_De_Pedidos").is_ok());
    for (name, why) in [("a--b", "two hyphens"), ("notificação", "'ç'"), (LONG, "characters")] {
        let failure = named(name).expect_err(name);
        assert!(failure.0[0].message.contains(why), "{}", failure.0[0]);
    }
    let alike = edited("", |manifest| {
        for (id, name) in [
            ("loja::infra::CapturaDeMuitosPedidosDaLojaA", "A"),
            ("loja::infra::CapturaDeMuitosPedidosDaLojaB", "B"),
        ] {
            let into = if name == "A" { "Leituras" } else { "Outro" };
            let capture = Capture {
                name: name.into(),
                into: format!("loja::infra::{into}").into(),
                ..fixture::capture::capture()
            };
            manifest.items.push(item(id, 30, Kind::Capture(capture)));
        }
        let leituras = manifest.items.iter().find(|item| item.name() == "Leituras").cloned();
        let mut outro = leituras.expect("a stream");
        outro.id = "loja::infra::Outro".into();
        if let Kind::Stream(stream) = &mut outro.kind {
            stream.name = "Outro".into();
        }
        manifest.items.push(outro);
    });
    let failure = alike.expect_err("one user");
    assert_eq!(
        failure.0[0].message,
        "two captures would sign in to one database as `dms_captura_de_muitos_pedidos_da`"
    );
}

const LONG: &str = "uma-captura-com-um-nome-que-e-mais-longo-do-que-o-dms-aceita";

fn titles(graph: &Graph) -> Vec<&str> {
    graph.steps.iter().map(|step| step.title.as_str()).collect()
}

#[track_caller]
fn text<'a>(graph: &'a Graph, title: &str) -> &'a str {
    let step = graph.steps.iter().find(|step| step.title.starts_with(title));
    &step.unwrap_or_else(|| panic!("{title}: {:#?}", titles(graph))).text
}

#[track_caller]
fn says(text: &str, parts: &[&str]) {
    let mut rest = text;
    for part in parts {
        let at = rest.find(part).unwrap_or_else(|| panic!("{part:?} comes not next in:\n{text}"));
        rest = &rest[at + part.len()..];
    }
}

#[test]
fn a_person_is_told_what_only_a_person_can_do() {
    let created = graph("").expect("correct");
    assert_eq!(
        titles(&created),
        [
            "find out whether the account has the two roles that DMS needs in it",
            "deploy for the first time without starting to capture, as the database is not ready",
            "let a machine with the client mysql into dev-banco-loja",
            "keep the binlog of dev-banco-loja for DMS to read",
            "create the user of dev-captura, by its secret, once the tables exist",
            "close dev-banco-loja again",
            "have the instance of dev-captura reach the database and the stream",
            "start to capture",
            "stop what a CloudFormation deploy changes of a capture, and let it go on where it was",
        ]
    );
    says(
        text(&created, "create the user"),
        &["GRANT SELECT ON \\`ecommerce\\`.\\`itens_pedido\\` TO 'dms_captura'@'%';"],
    );
}

#[test]
fn the_database_is_open_to_the_machine_with_mysql_while_that_works() {
    let created = graph("").expect("correct");
    // Nothing of AWS is called from the machine in the VPC.
    for step in ["keep the binlog", "create the user"] {
        let calls = text(&created, step).lines().filter(|line| line.starts_with("aws "));
        assert_eq!(calls.count(), 0, "{step}");
    }
    says(
        text(&created, "let a machine"),
        &[
            "client=sg-…",
            "group=$(aws ec2 describe-security-groups --filters Name=group-name,Values=dev-banco-loja-database",
            "aws ec2 authorize-security-group-ingress --group-id \"$group\"",
            "--port 3306 --source-group \"$client\"",
            "aws rds describe-db-clusters --db-cluster-identifier dev-banco-loja",
            "--query 'DBClusters[0].Endpoint'",
            "--secret-id \"$master\"",
            "--secret-id dev-captura-source",
        ],
    );
    says(
        text(&created, "close"),
        &["aws ec2 revoke-security-group-ingress --group-id \"$group\"", "\"$client\""],
    );
    says(
        text(&created, "keep the binlog"),
        &[
            "CALL mysql.rds_set_configuration('binlog retention hours', 24);",
            "SELECT @@log_bin, @@binlog_format, @@binlog_checksum, @@binlog_row_image;",
            "1, ROW, NONE, FULL",
            "DBClusterMembers[?IsClusterWriter].DBInstanceIdentifier | [0]",
        ],
    );
}

#[test]
fn a_capture_is_started_once_and_from_then_on_resumed() {
    for (settings, stop, start) in [
        (
            "",
            "aws dms stop-replication-task --replication-task-arn \"$task\"",
            "--start-replication-task-type",
        ),
        (
            "Captura.serverless = { min_dcu = 1, max_dcu = 2 }",
            "aws dms stop-replication --replication-config-arn \"$configuration\"",
            "--start-replication-type",
        ),
    ] {
        let graph = graph(settings).expect("correct");
        says(text(&graph, "start to capture"), &[&format!("{start} start-replication")]);
        let resume = format!("{start} resume-processing");
        says(text(&graph, "stop what"), &[stop, "# Deploy the stack; then:", &resume]);
    }
}

#[test]
fn a_stage_with_the_roles_of_the_account_is_not_told_to_look_for_them() {
    let stage = "[stage.dev]\ncreate_dms_roles = true";
    let stage = Stage::parse("dev", "esteira.toml", stage).expect("a correct file");
    let graph = Graph::new(&fixture::capture::manifest(), &stage).expect("correct");
    assert!(!titles(&graph).iter().any(|title| title.starts_with("find out")));
    says(
        text(&graph, "leave the roles of DMS to the account"),
        &[
            "terraform state rm",
            "aws_iam_role.dms_vpc_role",
            "aws_iam_role_policy_attachment.dms_vpc_role",
            "aws_iam_role.dms_cloudwatch_logs_role",
            "aws_iam_role_policy_attachment.dms_cloudwatch_logs_role",
        ],
    );
}

#[test]
fn outside_of_dev_it_is_said_that_a_database_is_read_without_tls() {
    let of = |name: &str, settings: &str| {
        let text = format!("[stage.{name}]\nregion = 'sa-east-1'\n{settings}");
        let stage = Stage::parse(name, "esteira.toml", &text).expect("a correct file");
        Graph::new(&fixture::capture::manifest(), &stage).expect("correct")
    };
    let tls = "have prod-captura read its database over TLS";
    says(
        text(&of("prod", ""), tls),
        &[
            "region=sa-east-1",
            "https://truststore.pki.rds.amazonaws.com/$region/$region-bundle.pem",
            "aws dms import-certificate",
            "[stage.prod.resources.Captura]",
            "certificate_arn = ",
        ],
    );
    let certificate = "[stage.prod.resources.Captura]\n\
                       certificate_arn = 'arn:aws:dms:sa-east-1:123456789012:cert:RDS'";
    for graph in [of("dev", ""), of("prod", certificate)] {
        assert!(!titles(&graph).iter().any(|title| title.contains("TLS")), "{:?}", titles(&graph));
    }
}

#[test]
fn the_owner_of_a_database_is_told_what_dms_needs_of_it() {
    let secret = "arn:aws:secretsmanager:sa-east-1:123456789012:secret:loja-AbCdEf";
    let settings = format!("Banco = {{ secret_arn = '{secret}', security_group = 'sg-10000000' }}");
    let existing = edited(&settings, |manifest| {
        for item in &mut manifest.items {
            if let Kind::Aurora(aurora) = &mut item.kind {
                aurora.existing = true;
            }
        }
    });
    let existing = existing.expect("correct");
    assert_eq!(
        titles(&existing)[2..5],
        [
            "let dev-captura-replication into sg-10000000, which others own, at TCP port 3306 (binlog)",
            "keep the binlog of the existing cluster Banco for DMS to read",
            "let the user of dev-captura read the binlog and the tables",
        ]
    );
    says(
        text(&existing, "keep the binlog"),
        &[
            "SELECT @@log_bin, @@binlog_format, @@binlog_checksum, @@binlog_row_image;",
            "binlog_format to ROW, binlog_checksum to NONE, binlog_row_image to FULL",
        ],
    );
}
