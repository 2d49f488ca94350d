use esteira::manifest::{Capture, Kind, Manifest};
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

#[test]
fn a_person_is_told_what_only_sql_can_say() {
    let titles = |graph: &Graph| -> Vec<String> {
        graph.steps.iter().map(|step| step.title.clone()).collect()
    };
    let created = graph("").expect("correct");
    assert_eq!(
        titles(&created),
        [
            "find out whether the account has the two roles that DMS needs in it",
            "deploy for the first time without starting to capture, as the database is not ready",
            "keep the binlog of dev-banco-loja for DMS to read",
            "create the user of dev-captura, by its secret, once the tables exist",
            "have the instance of dev-captura reach the database and the stream",
            "start to capture",
        ]
    );
    let text = |title: &str| {
        &created.steps.iter().find(|step| step.title.starts_with(title)).expect(title).text
    };
    let grant = "GRANT SELECT ON \\`ecommerce\\`.\\`itens_pedido\\` TO 'dms_captura'@'%';";
    assert!(text("create the user").contains(grant), "{}", text("create the user"));
    let call = "CALL mysql.rds_set_configuration('binlog retention hours', 24);";
    assert!(text("keep the binlog").contains(call), "{}", text("keep the binlog"));

    let secret = "arn:aws:secretsmanager:sa-east-1:123456789012:secret:loja-AbCdEf";
    let settings = format!("Banco = {{ secret_arn = '{secret}', security_group = 'sg-1' }}");
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
            "let dev-captura-replication into sg-1, which others own, at TCP port 3306 (binlog)",
            "keep the binlog of the existing cluster Banco for DMS to read",
            "let the user of dev-captura read the binlog and the tables",
        ]
    );
}
