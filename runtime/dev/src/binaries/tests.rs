use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::Mutex,
    time::Instant,
};

use esteira::engine::Named;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;

/// A function that does what its event tells it to.
const FUNCTION: &str = r#"#!/usr/bin/env -S python3 -I -S
import http.client, json, os, signal, sys, time
from socket import create_connection

api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])

def call(method, path, body=None):
    api.request(method, path, json.dumps(body) if method == "POST" else None)
    answer = api.getresponse()
    return answer.status, answer.headers, answer.read()

if os.environ.get("START") == "error":
    call("POST", "/2018-06-01/runtime/init/error",
         {"errorType": "NoTable", "errorMessage": "there is no table"})
    sys.exit(1)
if os.environ.get("START") == "exit":
    sys.exit(3)
print("started", flush=True)
signal.signal(signal.SIGTERM, lambda *_: (print("told to end", flush=True), sys.exit(0)))
while True:
    _, headers, event = call("GET", "/2018-06-01/runtime/invocation/next")
    event, id = json.loads(event), headers["Lambda-Runtime-Aws-Request-Id"]
    time.sleep(event.get("sleep", 0))
    if "exit" in event:
        os._exit(event["exit"])
    if "kill" in event:
        os.kill(os.getpid(), signal.SIGKILL)
    path = f"/2018-06-01/runtime/invocation/{id}/"
    if "error" in event:
        call("POST", path + "error", {"errorType": "Sad", "errorMessage": event["error"]})
        continue
    if event.get("wrong"):
        status, _, _ = call("POST", "/2018-06-01/runtime/invocation/other/response", {})
        event["wrong"] = status
    answer = {"process": os.getpid(), "event": event, "environment": dict(os.environ),
              "headers": dict(headers.items()), "now": time.time()}
    call("POST", path + "response", answer)
    if "after" in event:
        os._exit(event["after"])
"#;

struct Bench {
    _folder: TempDir,
    program: PathBuf,
    lines: Arc<Mutex<Vec<(&'static str, String)>>>,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("bootstrap");
        fs::write(&program, FUNCTION).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        Self { _folder: folder, program, lines: Arc::default() }
    }

    fn settings(&self, most: usize, environment: &[(&str, &str)]) -> Settings {
        let environment = environment.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
        let binary = Binary { program: self.program.clone(), environment };
        let lines = self.lines.clone();
        Settings {
            programs: [("one".to_owned(), binary.clone()), ("two".to_owned(), binary)].into(),
            endpoint: "http://127.0.0.1:1".into(),
            region: "eu-west-1".into(),
            most: Some(most),
            idle: Duration::from_secs(60),
            sink: Arc::new(move |handler, line| lines.lock().unwrap().push((handler, line))),
        }
    }

    fn binaries(&self, most: usize) -> Binaries {
        Binaries::new(self.settings(most, &[("OWN", "value")])).unwrap()
    }

    fn said(&self, line: &str) -> usize {
        self.lines.lock().unwrap().iter().filter(|(_, it)| it == line).count()
    }
}

fn invocation(handler: &'static str, event: &Value) -> Invocation {
    Invocation {
        handler,
        named: Named {
            id: "app::one",
            name: format!("dev-{handler}"),
            arn: format!("arn:aws:lambda:eu-west-1:000000000000:function:dev-{handler}").into(),
        },
        memory: 256,
        timeout: Duration::from_secs(20),
        payload: event.to_string().into(),
        trace: Some("Root=1-0-a;Sampled=1".into()),
    }
}

async fn invoke(binaries: &Binaries, event: Value) -> Result<Value, Failure> {
    let answer = binaries.invoke(invocation("one", &event)).await?;
    Ok(serde_json::from_slice(&answer).unwrap())
}

fn lives(process: u32) -> bool {
    // A zombie has no memory, and is as good as gone.
    fs::read_to_string(format!("/proc/{process}/status")).is_ok_and(|it| it.contains("VmSize"))
}

async fn until(what: &str, mut is: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !is() {
        assert!(Instant::now() < end, "{what} does not come to be");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_function_is_invoked_as_on_lambda_and_knows_what_it_knows_there() {
    let bench = Bench::new();
    let binaries = bench.binaries(2);
    let answer = invoke(&binaries, json!({ "order": 7 })).await.unwrap();
    assert_eq!(answer["event"], json!({ "order": 7 }));
    let environment = &answer["environment"];
    for (name, value) in [
        ("AWS_ACCESS_KEY_ID", "ASIAONE000000000"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_FUNCTION_NAME", "dev-one"),
        ("AWS_LAMBDA_LOG_LEVEL", "INFO"),
        ("AWS_REGION", "eu-west-1"),
        ("OWN", "value"),
        ("_HANDLER", "one"),
    ] {
        assert_eq!(environment[name], value, "{name}");
    }
    assert_eq!(environment["HOME"], Value::Null, "what is not of Lambda is not passed on");
    let headers = &answer["headers"];
    assert_eq!(headers["lambda-runtime-trace-id"], "Root=1-0-a;Sampled=1");
    let arn = "arn:aws:lambda:eu-west-1:000000000000:function:dev-one";
    assert_eq!(headers["lambda-runtime-invoked-function-arn"], arn);
    let deadline: f64 =
        headers["lambda-runtime-deadline-ms"].as_str().unwrap().parse::<f64>().unwrap() / 1000.0;
    let left = deadline - answer["now"].as_f64().unwrap();
    assert!((15.0..=20.0).contains(&left), "{left} s are left");
    binaries.end().await;
}

#[tokio::test]
async fn an_instance_is_used_again_even_after_it_reported_an_error() {
    let bench = Bench::new();
    let binaries = bench.binaries(2);
    let first = invoke(&binaries, json!({})).await.unwrap();
    let failed = invoke(&binaries, json!({ "error": "no stock" })).await.unwrap_err();
    assert_eq!(failed, failure("Sad", "no stock"));
    let second = invoke(&binaries, json!({ "wrong": true })).await.unwrap();
    assert_eq!(first["process"], second["process"]);
    assert_eq!(second["event"]["wrong"], 400, "an answer to another invocation is refused");
    assert_eq!(bench.said("started"), 1);
    binaries.end().await;
}

#[tokio::test]
async fn a_process_that_ends_in_the_middle_fails_its_invocation_alone() {
    let bench = Bench::new();
    let binaries = bench.binaries(1);
    for (event, why) in [
        (json!({ "exit": 3 }), "Error: Runtime exited with error: exit status 3"),
        (json!({ "exit": 0 }), "Error: Runtime exited without providing a reason"),
        (json!({ "kill": true }), "Error: Runtime exited with error: signal: 9 (SIGKILL)"),
    ] {
        let failed = invoke(&binaries, event).await.unwrap_err();
        assert_eq!(failed.kind, "Runtime.ExitError");
        assert!(failed.message.ends_with(why), "{}", failed.message);
        assert!(failed.message.starts_with("RequestId: "), "{}", failed.message);
    }
    assert!(invoke(&binaries, json!({})).await.is_ok());
    binaries.end().await;
}

#[tokio::test]
async fn a_process_that_ends_after_its_answer_fails_nothing() {
    let bench = Bench::new();
    let binaries = bench.binaries(1);
    let first = invoke(&binaries, json!({ "after": 1 })).await.unwrap();
    let second = invoke(&binaries, json!({})).await.unwrap();
    assert_ne!(first["process"], second["process"]);
    binaries.end().await;
}

#[tokio::test]
async fn a_function_that_cannot_start_says_why() {
    let bench = Bench::new();
    let started = |how: &'static str| Binaries::new(bench.settings(1, &[("START", how)])).unwrap();
    let failed = invoke(&started("error"), json!({})).await.unwrap_err();
    assert_eq!(failed, failure("NoTable", "there is no table"));
    let failed = invoke(&started("exit"), json!({})).await.unwrap_err();
    assert_eq!(failed.kind, "Runtime.ExitError");
    assert_eq!(failed.message, "Error: Runtime exited with error: exit status 3");
}

#[tokio::test]
async fn a_function_that_takes_too_long_is_killed_and_the_next_invocation_has_a_new_process() {
    let bench = Bench::new();
    let binaries = bench.binaries(1);
    let first = invoke(&binaries, json!({})).await.unwrap();
    let process = first["process"].as_u64().unwrap() as u32;
    let mut late = invocation("one", &json!({ "sleep": 60 }));
    late.timeout = Duration::from_millis(300);
    let failed = binaries.invoke(late).await.unwrap_err();
    assert_eq!(failed, failure("Sandbox.Timedout", "Task timed out after 0.30 seconds"));
    let second = invoke(&binaries, json!({})).await.unwrap();
    assert_ne!(first["process"], second["process"]);
    until("the end of the process", || !lives(process)).await;
    assert_eq!(bench.said("told to end"), 0);
    binaries.end().await;
}

#[tokio::test]
async fn an_invocation_that_nobody_waits_for_ends_with_its_process() {
    let bench = Bench::new();
    let binaries = bench.binaries(1);
    let pending = binaries.invoke(invocation("one", &json!({ "sleep": 60 })));
    until("the process", || bench.said("started") == 1).await;
    let process = *binaries.processes().iter().next().unwrap();
    drop(pending);
    until("the end of the process", || !lives(process)).await;
    assert!(invoke(&binaries, json!({})).await.is_ok());
    binaries.end().await;
}

#[tokio::test]
async fn an_instance_serves_one_invocation_at_a_time_and_the_most_of_them_is_kept_to() {
    let bench = Bench::new();
    let binaries = bench.binaries(3);
    let began = Instant::now();
    let mut late = invocation("one", &json!({ "sleep": 0.4 }));
    // They would not have the time to wait for each other.
    late.timeout = Duration::from_millis(1_500);
    let calls: Vec<_> = (0..9)
        .map(|_| {
            binaries.invoke(Invocation {
                named: late.named.clone(),
                payload: late.payload.clone(),
                trace: None,
                ..late
            })
        })
        .collect();
    let mut processes = HashSet::new();
    for call in calls {
        let answer: Value = serde_json::from_slice(&call.await.unwrap()).unwrap();
        processes.insert(answer["process"].as_u64().unwrap());
        assert!(binaries.processes().len() <= 3);
    }
    assert_eq!(processes.len(), 3);
    assert!(began.elapsed() >= Duration::from_millis(1_200), "{:?}", began.elapsed());
    binaries.end().await;
}

#[tokio::test]
async fn an_idle_instance_makes_room_for_another_function() {
    let bench = Bench::new();
    let binaries = bench.binaries(1);
    invoke(&binaries, json!({})).await.unwrap();
    let calls = [json!({}), json!({})].map(|event| {
        let two = binaries.invoke(invocation("two", &event));
        let one = binaries.invoke(invocation("one", &event));
        (two, one)
    });
    for (two, one) in calls {
        assert!(two.await.is_ok());
        assert!(one.await.is_ok());
    }
    assert!(bench.said("told to end") >= 1);
    binaries.end().await;
}

#[tokio::test]
async fn an_instance_that_is_idle_for_long_is_told_to_end() {
    let bench = Bench::new();
    let idle = Duration::from_millis(100);
    let binaries = Binaries::new(Settings { idle, ..bench.settings(2, &[]) }).unwrap();
    invoke(&binaries, json!({})).await.unwrap();
    until("the end", || binaries.processes().is_empty()).await;
    assert_eq!(bench.said("told to end"), 1);
}

#[tokio::test]
async fn at_the_end_no_process_is_left() {
    let bench = Bench::new();
    let binaries = bench.binaries(2);
    invoke(&binaries, json!({})).await.unwrap();
    binaries.end().await;
    assert!(binaries.processes().is_empty());
    assert_eq!(invoke(&binaries, json!({})).await.unwrap_err().kind, "Runtime.Ended");

    let binaries = bench.binaries(2);
    let answer = invoke(&binaries, json!({})).await.unwrap();
    let process = answer["process"].as_u64().unwrap() as u32;
    drop(binaries);
    until("the end of the process", || !lives(process)).await;
}

#[test]
fn a_process_does_not_outlive_whoever_looks_after_it() {
    let bench = Bench::new();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let binaries = runtime.block_on(async { bench.binaries(1) });
    let pending = binaries.invoke(invocation("one", &json!({ "sleep": 60 })));
    runtime.block_on(until("the process", || bench.said("started") == 1));
    let processes = binaries.processes();
    // As if this process were killed: nobody ends anything, and the pipe to the keeper closes.
    binaries.shared.keeper.abandon();
    assert!(!processes.is_empty());
    runtime.block_on(until("their end", || !processes.iter().any(|it| lives(*it))));
    drop(pending);
}

#[tokio::test]
async fn a_program_that_is_missing_is_named() {
    let bench = Bench::new();
    let mut settings = bench.settings(1, &[]);
    settings.programs.get_mut("two").unwrap().program = Path::new("/no/such/program").into();
    let error = Binaries::new(settings).err().unwrap().to_string();
    assert!(error.contains("`two`") && error.contains("/no/such/program"), "{error}");
    assert!(error.contains("cargo xtask build"), "{error}");
}
