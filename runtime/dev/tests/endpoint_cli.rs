//! The endpoint as the `aws` command line sees it: its own requests, and its own reading of the
//! answers.

#[path = "endpoint/stage.rs"]
#[allow(dead_code, reason = "the tests of the wire use more of it")]
mod stage;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use esteira_tests::suite::{TOOLS, skip};
use esteira_xtask::tools::AWS_CLI;
use serde_json::{Value, json};

use stage::{Stage, n, s};

/// The command line, if it is on this machine.
struct Aws {
    program: PathBuf,
    stage: Stage,
    folder: tempfile::TempDir,
}

impl Aws {
    /// None, and a skip, if there is no command line.
    fn new() -> Option<Self> {
        let program = program()?;
        let folder = tempfile::tempdir().expect("a folder");
        Some(Self { program, stage: Stage::new(), folder })
    }

    fn run_as(&self, access_key: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(&self.program);
        command
            .args(["--endpoint-url", &self.stage.url, "--output", "json"])
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("AWS_ACCESS_KEY_ID", access_key)
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_MAX_ATTEMPTS", "1");
        command.output().expect("the command line starts")
    }

    /// What a command prints.
    #[track_caller]
    fn ok(&self, arguments: &[&str]) -> Value {
        let output = self.run_as("AKIADEVELOPER", arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        if output.stdout.is_empty() {
            return Value::Null;
        }
        serde_json::from_slice(&output.stdout).expect("prints JSON")
    }

    /// What a command complains of.
    #[track_caller]
    fn error(&self, arguments: &[&str]) -> String {
        let output = self.run_as("AKIADEVELOPER", arguments);
        assert!(!output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    fn file(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }
}

/// That of the test suite, set up if need be, or for a test that somebody starts alone the one
/// that is there.
fn program() -> Option<PathBuf> {
    if let Some(tools) = std::env::var_os(TOOLS) {
        return match AWS_CLI.ensure(Path::new(&tools)) {
            Ok(program) => Some(program),
            Err(failure) => {
                let lines = failure.0.iter().map(ToString::to_string);
                skip(&lines.collect::<Vec<_>>().join("\n"));
                None
            }
        };
    }
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/esteira/tools");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = [tools.join("awscli/bin")]
        .into_iter()
        .chain(std::env::split_paths(&path))
        .map(|folder| folder.join("aws"))
        .find(|program| program.is_file());
    if found.is_none() {
        skip("there is no `aws` command line; `cargo xtask test` sets one up");
    }
    found
}

#[test]
fn items_by_the_command_line() {
    let Some(aws) = Aws::new() else { return };
    let table = ["--table-name", "Produtos"];
    let dynamodb = |operation: &str, more: &[&str]| -> Vec<String> {
        let all = ["dynamodb", operation].into_iter().chain(table).chain(more.iter().copied());
        all.map(str::to_owned).collect()
    };
    let run = |operation: &str, more: &[&str]| {
        let arguments = dynamodb(operation, more);
        aws.ok(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let fail = |operation: &str, more: &[&str]| {
        let arguments = dynamodb(operation, more);
        aws.error(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let item = json!({"id": s("p"), "q": n(5), "status": s("aberto")}).to_string();
    run("put-item", &["--item", &item]);
    let key = json!({"id": s("p")}).to_string();
    let take = |q: u32| {
        [
            "--key".to_owned(),
            key.clone(),
            "--update-expression".into(),
            "SET q = q - :q".into(),
            "--condition-expression".into(),
            "q >= :q AND #s = :s".into(),
            "--expression-attribute-names".into(),
            json!({"#s": "status"}).to_string(),
            "--expression-attribute-values".into(),
            json!({":q": n(q), ":s": s("aberto")}).to_string(),
            "--return-values".into(),
            "UPDATED_NEW".into(),
        ]
    };
    fn borrowed(it: &[String]) -> Vec<&str> {
        it.iter().map(String::as_str).collect()
    }
    let updated = run("update-item", &borrowed(&take(2)));
    assert_eq!(updated, json!({"Attributes": {"q": n(3)}}));
    let failed = fail("update-item", &borrowed(&take(9)));
    assert!(failed.contains("(ConditionalCheckFailedException)"), "{failed}");
    let queried = run(
        "query",
        &[
            "--key-condition-expression",
            "id = :id",
            "--expression-attribute-values",
            &json!({":id": s("p")}).to_string(),
        ],
    );
    assert_eq!(queried["Items"][0]["q"], n(3));
    let failed = fail("get-item", &["--key", "{\"x\": {\"S\": \"p\"}}"]);
    assert!(failed.contains("(ValidationException)"), "{failed}");
    run("delete-item", &["--key", &key]);
    assert_eq!(run("get-item", &["--key", &key]), Value::Null);
    assert_eq!(run("scan", &[])["Count"], 0);
}

#[test]
fn transactions_by_the_command_line() {
    let Some(aws) = Aws::new() else { return };
    let put = |id: &str| {
        json!({"Put": {
            "TableName": "Produtos", "Item": {"id": s(id)},
            "ConditionExpression": "attribute_not_exists(id)",
        }})
    };
    let write = ["dynamodb", "transact-write-items", "--transact-items"];
    let arguments = |items: &Value| items.to_string();
    let both = arguments(&json!([put("a"), put("b")]));
    aws.ok(&[&write[..], &[both.as_str()]].concat());
    let again = arguments(&json!([put("c"), put("b")]));
    let failed = aws.error(&[&write[..], &[again.as_str()]].concat());
    assert!(failed.contains("(TransactionCanceledException)"), "{failed}");
    assert!(failed.contains("[None, ConditionalCheckFailed]"), "{failed}");
    let get = |id: &str| json!({"Get": {"TableName": "Produtos", "Key": {"id": s(id)}}});
    let gets = arguments(&json!([get("a"), get("c")]));
    let got = aws.ok(&["dynamodb", "transact-get-items", "--transact-items", &gets]);
    assert_eq!(got["Responses"], json!([{"Item": {"id": s("a")}}, {}]));
}

#[test]
fn records_by_the_command_line() {
    let Some(aws) = Aws::new() else { return };
    let stream = ["--stream-name", "Pedidos"];
    let kinesis =
        |operation, more: &[&str]| aws.ok(&[&["kinesis", operation], &stream[..], more].concat());
    let put = kinesis(
        "put-records",
        &["--records", "Data=aGVsbG8=,PartitionKey=k", "Data=d29ybGQ=,PartitionKey=k"],
    );
    assert_eq!(put["FailedRecordCount"], 0);
    let shard = put["Records"][0]["ShardId"].as_str().expect("is text");
    let start = ["--shard-id", shard, "--shard-iterator-type", "TRIM_HORIZON"];
    let iterator = kinesis("get-shard-iterator", &start);
    let iterator = iterator["ShardIterator"].as_str().expect("is text");
    let got = aws.ok(&["kinesis", "get-records", "--shard-iterator", iterator]);
    // Version 1 of the command line shows data as it came, and sends it as it is written.
    let data: Vec<_> = got["Records"]
        .as_array()
        .expect("is a list")
        .iter()
        .map(|it| &it["PartitionKey"])
        .collect();
    assert_eq!(data, ["k", "k"]);
    let shards = kinesis("list-shards", &[]);
    assert_eq!(shards["Shards"].as_array().map(Vec::len), Some(2));
    let summary = kinesis("describe-stream-summary", &[]);
    assert_eq!(summary["StreamDescriptionSummary"]["StreamStatus"], "ACTIVE");
}

#[test]
fn events_by_the_command_line() {
    let Some(aws) = Aws::new() else { return };
    let entries = json!([{
        "EventBusName": "Loja", "Source": "loja", "DetailType": "Pedido", "Detail": "{\"id\": 1}",
        "Time": "2026-01-02T03:04:05Z",
    }]);
    let put = aws.ok(&["events", "put-events", "--entries", &entries.to_string()]);
    assert_eq!(put["FailedEntryCount"], 0);
    let events = aws.stage.local.events();
    let time = events[0].time.and_then(|it| it.duration_since(std::time::UNIX_EPOCH).ok());
    assert_eq!(time.map(|it| it.as_secs()), Some(1_767_323_045));
}

#[test]
fn messages_to_topics_by_the_command_line() {
    let Some(aws) = Aws::new() else { return };
    let topic = "arn:aws:sns:us-east-1:123456789012:Avisos";
    let attributes = "{\"uf\": {\"DataType\": \"String\", \"StringValue\": \"PE\"}}";
    let publish = ["sns", "publish", "--topic-arn", topic, "--message", "olá"];
    let sent = aws.ok(&[&publish[..], &["--message-attributes", attributes]].concat());
    assert_eq!(sent["MessageId"].as_str().map(str::len), Some(36));
    let published = aws.stage.local.published("Avisos");
    assert_eq!(published[0].message, "olá");
    assert!(published[0].attributes.contains_key("uf"));
    let denied = aws.run_as(stage::LIMITED, &publish);
    let denied = String::from_utf8_lossy(&denied.stderr).into_owned();
    assert!(denied.contains("(AuthorizationError)") && denied.contains("sns:Publish"), "{denied}");
}

#[test]
fn messages_to_queues_by_the_command_line() {
    let Some(aws) = Aws::new() else { return };
    let url = aws.ok(&["sqs", "get-queue-url", "--queue-name", "Falhas"]);
    let url = url["QueueUrl"].as_str().expect("is text");
    let queue = ["--queue-url", url];
    let sqs = |operation, more: &[&str]| aws.ok(&[&["sqs", operation], &queue[..], more].concat());
    // The command line compares the digests in the answers with its own.
    let attributes = "{\"uf\": {\"DataType\": \"String\", \"StringValue\": \"PE\"}}";
    sqs("send-message", &["--message-body", "olá", "--message-attributes", attributes]);
    let received =
        sqs("receive-message", &["--wait-time-seconds", "5", "--message-attribute-names", "All"]);
    let message = &received["Messages"][0];
    assert_eq!(message["Body"], "olá");
    assert_eq!(message["MessageAttributes"]["uf"]["StringValue"], "PE");
    let receipt = message["ReceiptHandle"].as_str().expect("is text");
    assert_eq!(sqs("delete-message", &["--receipt-handle", receipt]), Value::Null);
    let left = sqs("get-queue-attributes", &["--attribute-names", "All"]);
    assert_eq!(left["Attributes"]["ApproximateNumberOfMessages"], "0");
    let failed = aws.error(&["sqs", "purge-queue", "--queue-url", "http://127.0.0.1/1/Outra"]);
    assert!(failed.contains("NonExistentQueue"), "{failed}");
}

#[test]
fn objects_by_the_command_line() {
    let Some(aws) = Aws::new() else { return };
    let (from, to) = (aws.file("from"), aws.file("to"));
    std::fs::write(&from, "hello").expect("is written");
    let object = ["--bucket", "falhas", "--key", "2026/a b.json"];
    let s3 =
        |operation, more: &[&str]| aws.ok(&[&["s3api", operation], &object[..], more].concat());
    let put = s3("put-object", &["--body", &from, "--metadata", "origem=kinesis"]);
    assert_eq!(put["ETag"], "\"5d41402abc4b2a76b9719d911017c592\"");
    let got = s3("get-object", &[&to]);
    assert_eq!(got["Metadata"], json!({"origem": "kinesis"}));
    assert_eq!(std::fs::read_to_string(&to).expect("is there"), "hello");
    assert_eq!(s3("head-object", &[])["ContentLength"], 5);
    let listed = aws.ok(&["s3api", "list-objects-v2", "--bucket", "falhas", "--prefix", "2026/"]);
    assert_eq!(listed["Contents"][0]["Key"], "2026/a b.json");
    let failed = aws.error(&["s3api", "get-object", "--bucket", "falhas", "--key", "x", &to]);
    assert!(failed.contains("(NoSuchKey)"), "{failed}");
    s3("delete-object", &[]);
    let listed = aws.ok(&["s3api", "list-objects-v2", "--bucket", "falhas"]);
    assert_eq!(listed.get("Contents"), None);
}

#[test]
fn who_calls_by_the_command_line() {
    let Some(aws) = Aws::new() else { return };
    let output = aws.run_as(stage::LIMITED, &["sts", "get-caller-identity"]);
    let identity: Value = serde_json::from_slice(&output.stdout).expect("prints JSON");
    assert_eq!(identity["Arn"], stage::ROLE);
    let get = ["dynamodb", "scan", "--table-name", "Produtos"];
    let denied = aws.run_as(stage::LIMITED, &get);
    let denied = String::from_utf8_lossy(&denied.stderr).into_owned();
    assert!(denied.contains("(AccessDeniedException)"), "{denied}");
    assert!(denied.contains("dynamodb:Scan on resource: arn:aws:dynamodb:"), "{denied}");
}
