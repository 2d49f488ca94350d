//! The commands for a stage that is deployed, on an emulator: what they say of functions that work,
//! of functions that fail, and of what is not there.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, ensure};
use esteira::manifest::{Idempotent, environment_variable};
use esteira_tests::emulator::{ACCOUNT, Emulator, REGION};
use esteira_tests::suite::{Architecture, Output, Suite, resources};
use esteira_tests::tool;
use esteira_tests::wait;
use esteira_xtask::tools::{self, process};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The handlers that are deployed, with their functions; the others of the application are not.
const DEPLOYED: [(&str, &str); 2] =
    [("processar_pedido", "dev-ProcessarPedido"), ("notificar_cliente", "dev-NotificarCliente")];

/// Where handlers remember what they have done.
const IDEMPOTENCY: &str = "dev-PipelineIdempotency";

/// The names lead with `system`, by which the ordinary test run leaves these tests out.
mod system {
    use super::*;

    #[test]
    fn a_stage_is_looked_at_called_and_listened_to() -> anyhow::Result<()> {
        let Some(suite) = Suite::prepared() else { return Ok(()) };
        let (Some(python), Some(aws)) =
            (suite.tool(&tools::MINISTACK), suite.tool(&tools::AWS_CLI))
        else {
            return Ok(());
        };
        let output = suite.output("pipeline", Architecture::X86_64);
        let emulator = Emulator::start(&python)?;
        let stage = Stage { emulator: &emulator, aws, folder: TempDir::new()? };
        nothing_is_there_yet(&stage)?;
        stage.deploy(&output)?;
        stage.is_told_part_by_part().context("status")?;
        stage.takes_samples().context("invoke")?;
        stage.says_what_failed().context("invoke")?;
        stage.is_listened_to().context("logs")?;
        stage.is_followed().context("logs --follow")?;
        stage.sends_again_what_was_given_up().context("redrive")?;
        stage.is_not_reached_without_credentials().context("no credentials")
    }
}

fn nothing_is_there_yet(stage: &Stage<'_>) -> anyhow::Result<()> {
    for arguments in [
        &["status"][..],
        &["logs"],
        &["invoke", "notificar_cliente", "--event", "sample"],
        &["redrive"],
    ] {
        let said = stage.run(arguments)?;
        ensure!(said.code == Some(1), "{arguments:?} ended with {:?}", said.code);
        ensure!(said.err.contains("cargo xtask deploy --app pipeline --stage dev"), "{}", said.err);
    }
    Ok(())
}

/// A stage of the pipeline of which only a part is deployed.
struct Stage<'a> {
    emulator: &'a Emulator,
    aws: PathBuf,
    folder: TempDir,
}

/// What a command said.
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Said {
    fn json(&self) -> anyhow::Result<Value> {
        serde_json::from_str(&self.out).with_context(|| format!("{}\n{}", self.out, self.err))
    }
}

impl Stage<'_> {
    /// Calls the command line of AWS as a user would.
    fn aws(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        let mut command = Command::new(&self.aws);
        self.credentials(&mut command);
        // Version 1 of it overlooks the environment's for SQS.
        command.args(["--output", "json", "--endpoint-url", self.emulator.endpoint()]);
        let output = command.args(arguments).output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{arguments:?}: {said}");
        Ok(serde_json::from_slice(&output.stdout).unwrap_or_default())
    }

    fn credentials(&self, command: &mut Command) {
        command.env("AWS_ENDPOINT_URL", self.emulator.endpoint());
        command.env("AWS_ENDPOINT_URL_DATABASE_MIGRATION_SERVICE", self.emulator.dms().endpoint());
        command.env("AWS_ACCESS_KEY_ID", "test").env("AWS_SECRET_ACCESS_KEY", "test");
        command.env("AWS_REGION", REGION).env("AWS_DEFAULT_REGION", REGION);
        // Nothing of whoever runs this test.
        command.env_remove("AWS_PROFILE").env_remove("AWS_SESSION_TOKEN");
        command.env("AWS_CONFIG_FILE", "/dev/null");
        command.env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
        command.env("AWS_EC2_METADATA_DISABLED", "true");
    }

    /// This project's own tool.
    fn esteira(&self, arguments: &[&str]) -> anyhow::Result<Command> {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("has a parent")?;
        let mut command = Command::new(tool::build()?);
        command.args(arguments);
        command.args(["--app", "pipeline", "--no-color"]).current_dir(repository);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = self.aws.parent().map(Path::to_owned).into_iter();
        command.env("PATH", std::env::join_paths(folders.chain(std::env::split_paths(&path)))?);
        self.credentials(&mut command);
        Ok(command)
    }

    fn run(&self, arguments: &[&str]) -> anyhow::Result<Said> {
        finish(self.esteira(arguments)?)
    }

    /// Creates two of the functions, as Terraform would, and what they need.
    fn deploy(&self, output: &Output) -> anyhow::Result<()> {
        self.aws(&["kinesis", "create-stream", "--stream-name", "dev-PedidosStream"])?;
        self.aws(&["events", "create-event-bus", "--name", "dev-EcommerceEventBus"])?;
        self.aws(&["sns", "create-topic", "--name", "dev-ClienteNotificacao"])?;
        let remembers = [
            "dynamodb",
            "create-table",
            "--table-name",
            IDEMPOTENCY,
            "--attribute-definitions",
            "AttributeName=key,AttributeType=S",
            "--key-schema",
            "AttributeName=key,KeyType=HASH",
            "--billing-mode",
            "PAY_PER_REQUEST",
        ];
        self.aws(&remembers)?;
        let queue = ["sqs", "create-queue", "--queue-name", "dev-NotificarCliente-failures"];
        self.aws(&queue)?;
        let trust = document(
            "sts:AssumeRole",
            json!({ "Principal": { "Service": "lambda.amazonaws.com" } }),
        );
        let role =
            ["iam", "create-role", "--role-name", "r", "--assume-role-policy-document", &trust];
        let role = self.aws(&role)?["Role"]["Arn"].as_str().context("no Arn")?.to_owned();
        let policy = document("*", json!({ "Resource": "*" }));
        let put = ["iam", "put-role-policy", "--role-name", "r", "--policy-name", "p"];
        self.aws(&[&put[..], &["--policy-document", &policy]].concat())?;
        let mut environment: BTreeMap<_, _> = resources(&output.manifest()?)
            .map(|(name, value)| match value.rsplit_once(':') {
                Some((before, value)) => (name, format!("{before}:dev-{value}")),
                None => (name, format!("dev-{value}")),
            })
            .collect();
        environment.insert(environment_variable(Idempotent::TABLE), IDEMPOTENCY.to_owned());
        let environment = json!({ "Variables": environment }).to_string();
        for (handler, function) in DEPLOYED {
            let zip =
                format!("fileb://{}", output.lambda().join(format!("{handler}.zip")).display());
            let group = format!("/aws/lambda/{function}");
            self.aws(&["logs", "create-log-group", "--log-group-name", &group])?;
            let logging = format!("LogFormat=JSON,LogGroup={group}");
            let create = ["lambda", "create-function", "--function-name", function];
            let code =
                ["--runtime", "provided.al2023", "--handler", "bootstrap", "--zip-file", &zip];
            let settings = ["--role", &role, "--timeout", "30", "--architectures", "x86_64"];
            let told = ["--logging-config", &logging, "--environment", &environment];
            self.aws(&[&create[..], &code, &settings, &told].concat())?;
        }
        Ok(())
    }

    fn is_told_part_by_part(&self) -> anyhow::Result<()> {
        let said = self.run(&["status", "--json"])?;
        // Other parts are not there.
        ensure!(said.code == Some(1), "ended with {:?}: {}", said.code, said.err);
        let status = said.json()?;
        ensure!(status["account"] == ACCOUNT && status["region"] == REGION, "{status}");
        let health = |kind: &str, name: &str| {
            let parts = status["parts"].as_array().into_iter().flatten();
            let part = parts.into_iter().find(|part| part["kind"] == kind && part["name"] == name);
            part.map(|part| (part["health"].clone(), part["notes"].clone()))
        };
        for (kind, name) in [
            ("stream", "PedidosStream"),
            ("function", "processar_pedido"),
            ("function", "notificar_cliente"),
            ("topic", "ClienteNotificacao"),
            ("table", "Idempotency"),
            ("failure queue", "notificar_cliente"),
        ] {
            let found = health(kind, name);
            ensure!(found.as_ref().is_some_and(|it| it.0 == "healthy"), "{kind} {name}: {found:?}");
        }
        for (kind, name) in [
            ("function", "atualizar_estoque"),
            ("mapping", "processar_pedido"),
            ("rule", "notificar_cliente"),
            ("table", "Inventario"),
            ("failure queue", "estornar_estoque"),
            ("failure bucket", "failures"),
            ("cluster", "Loja"),
            ("capture", "CapturaDePedidos"),
        ] {
            let found = health(kind, name).with_context(|| format!("no {kind} {name}"))?;
            ensure!(found.0 == "failing", "{kind} {name}: {found:?}");
            ensure!(found.1.to_string().contains("is not there"), "{kind} {name}: {found:?}");
        }
        Ok(())
    }

    fn takes_samples(&self) -> anyhow::Result<()> {
        let queue = self.emulator.aws().listen("dev-ClienteNotificacao", "notifications")?;
        for (handler, _) in DEPLOYED {
            let said = self.run(&["invoke", handler, "--event", "sample", "--json"])?;
            ensure!(said.code == Some(0), "{handler}: {}\n{}", said.out, said.err);
            let invocation = said.json()?;
            ensure!(invocation["failed"] == false, "{invocation}");
        }
        let notified = wait::until("a notification", || {
            let notified = self.emulator.aws().notifications(&queue)?;
            Ok((!notified.is_empty()).then_some(notified))
        })?;
        ensure!(notified[0].to_string().contains("Olá ClienteNome"), "{notified:?}");
        Ok(())
    }

    fn says_what_failed(&self) -> anyhow::Result<()> {
        let file = self.folder.path().join("records.json");
        std::fs::write(&file, r#"[{ "no": "change" }]"#)?;
        let file = file.display().to_string();
        let said = self.run(&["invoke", "processar_pedido", "--event", &file])?;
        ensure!(said.code == Some(1), "ended with {:?}", said.code);
        ensure!(said.err.contains("nothing is complete"), "{}", said.err);
        // A sample, edited so that the function does not take it.
        let printed = self.run(&["invoke", "notificar_cliente", "--event", "sample", "--print"])?;
        let mut event = printed.json()?;
        event["detail"] = json!({ "ProdutoID": 7 });
        std::fs::write(&file, event.to_string())?;
        let said = self.run(&["invoke", "notificar_cliente", "--event", &file, "--json"])?;
        ensure!(said.code == Some(1), "ended with {:?}", said.code);
        let error = said.json()?["error"].clone();
        ensure!(error.to_string().contains("is not what the handler takes"), "{error}");
        Ok(())
    }

    fn is_listened_to(&self) -> anyhow::Result<()> {
        let said = self.run(&["logs", "processar_pedido", "notificar_cliente", "--json"])?;
        ensure!(said.code == Some(0), "{}", said.err);
        let lines: Vec<Value> =
            said.out.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
        let times: Vec<_> = lines.iter().map(|line| line["time"].to_string()).collect();
        ensure!(times.is_sorted(), "{times:?}");
        for (handler, _) in DEPLOYED {
            ensure!(lines.iter().any(|line| line["handler"] == handler), "{handler}: {}", said.out);
        }
        let failed = ["logs", "notificar_cliente", "--filter", "event failed"];
        let said = self.run(&failed)?;
        let (line, others) = said.out.split_once('\n').context("no line")?;
        ensure!(line.contains("notificar_cliente ERROR") && others.is_empty(), "{}", said.out);
        // What was never deployed has not logged anything, which does not hide the others.
        let said = self.run(&["logs"])?;
        ensure!(said.code == Some(0) && !said.out.is_empty(), "{}", said.err);
        ensure!(said.err.contains("warning: log group `/aws/lambda/dev-Atualizar"), "{}", said.err);
        Ok(())
    }

    fn is_followed(&self) -> anyhow::Result<()> {
        let mut command =
            self.esteira(&["logs", "notificar_cliente", "--follow", "--since", "1s"])?;
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut follower = process::Guard(command.spawn()?);
        let out = follower.0.stdout.take().context("no stdout")?;
        let (sender, lines) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let said = self.run(&["invoke", "notificar_cliente", "--event", "sample", "--json"])?;
        ensure!(said.code == Some(0), "{}", said.err);
        let line = lines.recv_timeout(Duration::from_secs(30)).context("no line came")?;
        ensure!(line.contains("notificar_cliente"), "{line}");
        Ok(())
    }

    fn sends_again_what_was_given_up(&self) -> anyhow::Result<()> {
        let nothing = self.run(&["redrive", "--dry-run"])?;
        ensure!(nothing.code == Some(0), "{}", nothing.err);
        ensure!(nothing.out.trim() == "nothing was given up", "{}", nothing.out);
        ensure!(nothing.err.contains("what `processar_pedido` gives up"), "{}", nothing.err);
        let bucket = format!("dev-pipeline-failures-{ACCOUNT}-{REGION}");
        self.aws(&["s3api", "create-bucket", "--bucket", &bucket])?;
        let key = "aws/lambda/m/shardId-000000000000/2026/01/01/2026-01-01T00.00.00-a";
        let object = self.folder.path().join("object.json");
        std::fs::write(&object, failure().to_string())?;
        let object = object.display().to_string();
        let put = ["s3api", "put-object", "--bucket", &bucket, "--key", key, "--body", &object];
        self.aws(&put)?;
        let event = self.run(&["invoke", "notificar_cliente", "--event", "sample", "--print"])?;
        let queue = ["--queue-name", "dev-NotificarCliente-failures"];
        let url = self.aws(&[&["sqs", "get-queue-url"][..], &queue].concat())?;
        let url = url["QueueUrl"].as_str().context("no QueueUrl")?.to_owned();
        self.aws(&["sqs", "send-message", "--queue-url", &url, "--message-body", &event.out])?;

        let unasked = self.run(&["redrive"])?;
        ensure!(unasked.code == Some(1) && unasked.err.contains("`-y`"), "{}", unasked.err);
        let said = self.run(&["redrive", "-y", "--json"])?;
        // What is no change of a row fails again, and stays.
        ensure!(said.code == Some(1), "ended with {:?}: {}", said.code, said.err);
        let of = |said: &Value, handler: &str| {
            let all = said["handlers"].as_array().into_iter().flatten();
            all.into_iter().find(|it| it["handler"] == handler).cloned().unwrap_or_default()
        };
        let answer = said.json()?;
        let records = of(&answer, "processar_pedido");
        ensure!(records["sent"] == 0 && records["kept"][0]["id"] == key, "{answer}");
        ensure!(records["kept"][0]["why"].to_string().contains("failed at record 7"), "{answer}");
        ensure!(of(&answer, "notificar_cliente")["sent"] == 1, "{answer}");
        let left = self.run(&["redrive", "--dry-run", "--json"])?.json()?;
        ensure!(of(&left, "processar_pedido")["found"] == 1, "{left}");
        ensure!(of(&left, "notificar_cliente")["found"] == 0, "{left}");
        Ok(())
    }

    fn is_not_reached_without_credentials(&self) -> anyhow::Result<()> {
        let mut command = self.esteira(&["status"])?;
        command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
        let said = finish(command)?;
        ensure!(said.code == Some(1), "ended with {:?}", said.code);
        ensure!(said.err.contains("error: there are no AWS credentials"), "{}", said.err);
        let mut command = self.esteira(&["status"])?;
        command.env("AWS_ENDPOINT_URL", "http://127.0.0.1:9").env("AWS_MAX_ATTEMPTS", "1");
        let said = finish(command)?;
        ensure!(said.err.contains("error: AWS cannot be reached"), "{}", said.err);
        Ok(())
    }
}

/// What a mapping writes of a record that `processar_pedido` does not take.
fn failure() -> Value {
    let record = json!({
        "kinesis": {
            "kinesisSchemaVersion": "1.0", "partitionKey": "k", "sequenceNumber": "7",
            "data": "e30=", "approximateArrivalTimestamp": 1_767_225_600.0,
        },
        "eventSource": "aws:kinesis", "eventVersion": "1.0",
        "eventID": "shardId-000000000000:7", "eventName": "aws:kinesis:record",
        "awsRegion": REGION,
        "eventSourceARN": format!("arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/dev-PedidosStream"),
    });
    json!({
        "requestContext": {
            "functionArn": format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:dev-ProcessarPedido"),
            "condition": "RetryAttemptsExhausted",
        },
        "payload": json!({ "Records": [record] }).to_string(),
    })
}

fn finish(mut command: Command) -> anyhow::Result<Said> {
    let output = command.stdin(Stdio::null()).output()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Said { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) })
}

/// A policy that allows one action.
fn document(action: &str, mut statement: Value) -> String {
    statement["Effect"] = "Allow".into();
    statement["Action"] = action.into();
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}
