//! What whoever operates a function sees of it: its log, its metrics, its traces, and why it does
//! not start.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, ensure};
use esteira::manifest::{Idempotent, Kind, Manifest, Role, environment_variable};
use esteira_tests::function::Function;
use esteira_tests::runtime_api::Invocation;
use esteira_tests::suite::{APPLICATIONS, Architecture, Suite};
use serde_json::{Value, json};

use crate::records::{self, PEDIDOS, Record, event_id, order, reading};
use crate::stage::{Stage, envelope};

const LEVELS: [&str; 5] = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"];

/// A batch with a record that is passed over, two that publish, one that cannot be read.
fn mixed() -> Vec<Record> {
    let mut other = PEDIDOS.insert(&order(1));
    other["metadata"]["table-name"] = json!("clientes");
    vec![Record::new(0, &other), Record::order(1), Record::order(2), Record::text(3, "poison")]
}

#[test]
fn every_line_is_json_with_a_level_and_a_time() -> anyhow::Result<()> {
    let changed = |command: &mut Command| {
        command.env("AWS_LAMBDA_LOG_LEVEL", "TRACE");
    };
    let Some(stage) = Stage::with("pipeline", "processar_pedido", changed)? else { return Ok(()) };
    assert_eq!(stage.deliver(&mixed())?, Some(3));
    let lines = stage.function.log();
    ensure!(lines.len() >= 2, "{lines:?}");
    for line in &lines {
        let level = line["level"].as_str().with_context(|| format!("no level: {line}"))?;
        ensure!(LEVELS.contains(&level), "{line}");
        let time = line["timestamp"].as_str().with_context(|| format!("no timestamp: {line}"))?;
        let time = humantime::parse_rfc3339(time).with_context(|| line.to_string())?;
        ensure!(time.elapsed()? < Duration::from_secs(600), "{line}");
    }
    assert_eq!(stage.function.stderr(), "");
    Ok(())
}

#[test]
fn a_line_names_its_request_and_its_record_at_every_level() -> anyhow::Result<()> {
    for level in ["INFO", "ERROR"] {
        let changed = |command: &mut Command| {
            command.env("AWS_LAMBDA_LOG_LEVEL", level);
        };
        let Some(stage) = Stage::with("pipeline", "processar_pedido", changed)? else {
            return Ok(());
        };
        for _ in 0..2 {
            let pending = stage.function.begin(&Invocation::new(&records::batch(&mixed())));
            stage.function.answer(&pending)?;
            let errors = stage.lines("ERROR");
            let line = errors.iter().rfind(|line| line.get("_aws").is_none());
            let line = line.context("the poison is not logged")?.to_string();
            ensure!(line.contains(&pending.id), "{level}: {} is not in {line}", pending.id);
            ensure!(line.contains(&event_id(3)), "{level}: the record is not in {line}");
        }
    }
    Ok(())
}

#[test]
fn the_level_is_lambdas_before_any_other() -> anyhow::Result<()> {
    let level = |lambda: Option<&str>, rust: Option<&str>| -> anyhow::Result<Option<Vec<String>>> {
        let changed = |command: &mut Command| {
            command.envs(lambda.map(|it| ("AWS_LAMBDA_LOG_LEVEL", it)));
            command.envs(rust.map(|it| ("RUST_LOG", it)));
        };
        let Some(stage) = Stage::with("pipeline", "processar_pedido", changed)? else {
            return Ok(None);
        };
        stage.deliver(&mixed())?;
        // Metrics are for CloudWatch, whatever people want to read.
        let lines = stage.function.log().into_iter().filter(|line| line.get("_aws").is_none());
        let mut levels: Vec<String> =
            lines.map(|line| line["level"].as_str().unwrap_or_default().to_owned()).collect();
        levels.sort();
        levels.dedup();
        Ok(Some(levels))
    };
    for (lambda, rust, expected) in [
        (Some("ERROR"), None, vec!["ERROR"]),
        (Some("ERROR"), Some("debug"), vec!["ERROR"]),
        (None, Some("esteira=debug"), vec!["DEBUG", "ERROR"]),
        (Some("INFO"), None, vec!["ERROR"]),
        (None, None, vec!["ERROR"]),
        // What cannot be read is told, and takes nothing else away.
        (None, Some("info,esteira=loud"), vec!["ERROR", "WARN"]),
    ] {
        let Some(found) = level(lambda, rust)? else { return Ok(()) };
        assert_eq!(found, expected, "AWS_LAMBDA_LOG_LEVEL={lambda:?} RUST_LOG={rust:?}");
    }
    Ok(())
}

#[test]
fn records_and_events_are_counted_for_cloudwatch() -> anyhow::Result<()> {
    let changed = |command: &mut Command| {
        command.env("AWS_LAMBDA_LOG_LEVEL", "ERROR");
    };
    let Some(stage) = Stage::with("pipeline", "processar_pedido", changed)? else { return Ok(()) };
    stage.deliver(&mixed())?;
    let log = stage.function.log();
    let lines: Vec<&Value> = log.iter().filter(|line| line.get("_aws").is_some()).collect();
    let [line] = lines.as_slice() else { panic!("not one line of metrics: {log:?}") };
    let counts = emf(line)?;
    for (name, count) in [
        ("RecordsReceived", 4),
        ("RecordsFailed", 1),
        ("RecordsSkipped", 1),
        ("EventsPublished", 2),
    ] {
        assert_eq!(counts.get(name), Some(&count), "{name} of {counts:?}");
    }
    Ok(())
}

/// The metrics of a line of CloudWatch's embedded metric format, by name.
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>
fn emf(line: &Value) -> anyhow::Result<BTreeMap<String, i64>> {
    let metadata = &line["_aws"];
    ensure!(metadata["Timestamp"].as_u64().is_some_and(|it| it > 1_700_000_000_000), "{line}");
    let mut metrics = BTreeMap::new();
    for directive in metadata["CloudWatchMetrics"].as_array().context("no CloudWatchMetrics")? {
        ensure!(directive["Namespace"].is_string(), "{line}");
        let sets = directive["Dimensions"].as_array().into_iter().flatten();
        for name in sets.flat_map(|set| set.as_array().into_iter().flatten()) {
            let value = name.as_str().and_then(|name| line.get(name));
            ensure!(value.is_some_and(Value::is_string), "no value for the dimension {name}");
        }
        for metric in directive["Metrics"].as_array().context("no Metrics")? {
            let name = metric["Name"].as_str().context("a metric without a name")?;
            let value = line[name].as_i64().with_context(|| format!("no value of {name}"))?;
            metrics.insert(name.to_owned(), value);
        }
    }
    Ok(metrics)
}

const TRACE: &str = "Root=1-67b8c3d2-0123456789abcdef01234567;Parent=53995c3f42cd8ad8;Sampled=1";

#[test]
fn the_trace_goes_on_into_what_is_called() -> anyhow::Result<()> {
    let root = "Root=1-67b8c3d2-0123456789abcdef01234567";
    let batch = |records: &[Record]| Invocation::new(&records::batch(records)).traced(TRACE);
    let Some(stage) = Stage::start("sensors", "keep_reading")? else { return Ok(()) };
    stage.function.invoke(&batch(&[reading(1, 1, 95.0)]))?;
    // The next one is of another trace.
    stage.function.invoke(&Invocation::new(&records::batch(&[reading(2, 1, 20.0)])))?;
    let calls = stage.aws.calls();
    assert_eq!(calls.len(), 3);
    for call in &calls[..2] {
        let header = call.headers.get("x-amzn-trace-id").map(String::as_str).unwrap_or_default();
        assert!(header.contains(root), "{}: {header}", call.operation);
    }
    let other = calls[2].headers.get("x-amzn-trace-id");
    assert!(other.is_some_and(|it| !it.contains(root)), "{other:?}");
    Ok(())
}

#[test]
fn an_event_carries_the_trace_to_who_receives_it() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("pipeline", "processar_pedido")? else { return Ok(()) };
    let invocation = Invocation::new(&records::batch(&[Record::order(1)])).traced(TRACE);
    stage.function.invoke(&invocation)?;
    assert_eq!(stage.aws.inputs("PutEvents")[0]["Entries"][0]["TraceHeader"], TRACE);
    Ok(())
}

#[test]
fn calls_are_signed_with_the_credentials_of_the_function() -> anyhow::Result<()> {
    let Some(stage) = Stage::start("pipeline", "notificar_cliente")? else { return Ok(()) };
    let pedido = json!({
        "PedidoID": 7, "ProdutoID": "TV-55", "Quantidade": 2, "ClienteNome": "Ana", "Email": "a@b",
    });
    stage.function.invoke(&Invocation::new(&envelope(&pedido)))?;
    let calls = stage.aws.calls();
    let sent = calls.iter().find(|call| call.operation == "Publish");
    let headers = &sent.context("nothing was sent")?.headers;
    let signed = headers.get("authorization").map(String::as_str).unwrap_or_default();
    assert!(signed.contains("Credential=test/") && signed.contains("/us-east-1/sns/"), "{signed}");
    assert_eq!(headers.get("x-amz-security-token").map(String::as_str), Some("test"));
    Ok(())
}

/// The resources that handlers hold, and so the variables that they need.
fn needed(manifest: &Manifest) -> Vec<(String, Vec<String>)> {
    let bus = |id: &str| {
        let item = manifest.items.iter().find(|item| item.id == id);
        match item.map(|item| &item.kind) {
            Some(Kind::Event(event)) => event.bus.to_string(),
            _ => id.to_owned(),
        }
    };
    let handlers = manifest.items.iter().filter_map(|item| match &item.kind {
        Kind::Handler(handler) => Some((item.name().to_owned(), handler)),
        _ => None,
    });
    handlers
        .map(|(name, handler)| {
            let roles = handler.parameters.iter().map(|parameter| &parameter.role);
            let variables = roles.filter_map(|role| match role {
                Role::Handle(grant) => Some(environment_variable(&bus(&grant.resource))),
                _ => None,
            });
            let memory = handler.idempotent.map(|_| environment_variable(Idempotent::TABLE));
            (name, variables.chain(memory).collect())
        })
        .collect()
}

#[test]
fn a_missing_variable_is_named_and_nothing_starts() -> anyhow::Result<()> {
    let Some(suite) = Suite::prepared() else { return Ok(()) };
    let mut checked = 0;
    for application in APPLICATIONS {
        let output = suite.output(application, Architecture::X86_64);
        for (handler, variables) in needed(&output.manifest()?) {
            for variable in variables {
                let mut command = output.function(&handler)?;
                let function = Function::start(command.env_remove(&variable))?;
                let status = function.ended(Duration::from_secs(10))?;
                ensure!(!status.success(), "{handler} without {variable}: {status}");
                ensure!(function.api().ready().is_none(), "{handler} without {variable} started");
                let log = function.log();
                let found = log.iter().any(|line| {
                    line["level"] == "ERROR" && line.to_string().contains(variable.as_str())
                });
                ensure!(found, "{handler}: {variable} is not named in {log:?}");
                checked += 1;
            }
        }
    }
    ensure!(checked >= 10, "only {checked} were checked");
    Ok(())
}

#[test]
fn nothing_is_asked_of_lambda_that_it_does_not_have() -> anyhow::Result<()> {
    let Some(suite) = Suite::prepared() else { return Ok(()) };
    for application in APPLICATIONS {
        let output = suite.output(application, Architecture::X86_64);
        for (handler, _) in needed(&output.manifest()?) {
            let function = Function::start(&mut output.function(&handler)?)?;
            function.ready(Duration::from_secs(10)).with_context(|| handler.clone())?;
            let unknown = function.api().unknown();
            ensure!(unknown.is_empty(), "{handler}: {unknown:?}");
            ensure!(function.log().is_empty(), "{handler} starts with {:?}", function.log());
        }
    }
    Ok(())
}
