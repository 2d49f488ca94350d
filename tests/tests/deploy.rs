//! A small application from nothing to a running stage and back, by the tool's own commands, with
//! everything on the way that can go wrong.

use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, ensure};
use esteira_tests::emulator::Emulator;
use esteira_tests::project::{Credentials, Project};
use esteira_tests::suite::Suite;
use esteira_tests::wait;
use esteira_xtask::tools;
use serde_json::{Value, json};

#[path = "deploy/capturing.rs"]
mod capturing;
#[path = "deploy/faults.rs"]
mod faults;
#[path = "deploy/small.rs"]
mod small;

/// The names lead with `system`, by which the ordinary test run leaves these tests out.
mod system {
    use super::*;

    #[test]
    fn a_stage_is_deployed_changed_and_destroyed() -> anyhow::Result<()> {
        with_a_project(&FIRST, small::FIRST, &small::stages(), lifetime)
    }

    #[test]
    fn what_a_fault_has_stopped_is_finished_by_the_next_deploy() -> anyhow::Result<()> {
        with_a_project(&SECOND, small::FIRST, &small::stages(), faults::scenario)
    }

    #[test]
    fn a_capture_begins_when_it_is_told_and_leaves_the_roles_of_the_account() -> anyhow::Result<()>
    {
        with_a_project(&SECOND, capturing::SOURCE, "", capturing::lifetime)
    }
}

/// Where an application lies. What was compiled of one serves the next there, one at a time.
struct Folder {
    name: &'static str,
    taken: Mutex<()>,
}

static FIRST: Folder = Folder { name: "deploy", taken: Mutex::new(()) };
static SECOND: Folder = Folder { name: "deploy-capture", taken: Mutex::new(()) };

/// Runs a scenario on an application, with an emulator of its own. Skipped if a tool is missing.
fn with_a_project(
    folder: &Folder,
    source: &str,
    stages: &str,
    scenario: impl FnOnce(&Project<'_>, &Emulator) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let _alone = folder.taken.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(suite) = Suite::prepared() else { return Ok(()) };
    let (Some(terraform), Some(python), Some(aws)) =
        (suite.tool(&tools::TERRAFORM), suite.tool(&tools::MINISTACK), suite.tool(&tools::AWS_CLI))
    else {
        return Ok(());
    };
    let emulator = Emulator::start(&python)?;
    let programs = [aws.as_path(), terraform.as_path()];
    let project = Project::new(suite.workspace(folder.name), source, stages, &emulator, &programs)?;
    project.zip("keep", "first")?;
    scenario(&project, &emulator).inspect_err(|_| {
        eprintln!("--- log of the emulator ---\n{}\n--- end of the log ---", emulator.log());
    })
}

fn lifetime(project: &Project<'_>, emulator: &Emulator) -> anyhow::Result<()> {
    emulator.aws().create_bucket(small::STATES)?;
    whoever_may_not_is_refused_first(project, emulator).context("refusals")?;
    a_killed_deploy_is_finished_by_the_next(project, emulator).context("killed")?;
    a_second_deploy_changes_nothing(project).context("again")?;
    another_binary_changes_its_function_alone(project).context("another binary")?;
    a_new_handle_is_told_with_its_line(project).context("another handle")?;
    a_denial_says_what_is_missing(project, emulator).context("denied")?;
    what_somebody_else_changed_is_shown(project, emulator).context("drift")?;
    a_destroyed_stage_leaves_nothing(project, emulator).context("destroyed")
}

/// A plan takes Terraform seconds, and minutes if the machine is busy.
const PATIENCE: Duration = Duration::from_secs(600);

const DEPLOY: [&str; 5] = ["deploy", "--no-build", "--yes", "--quiet", "--json"];

fn whoever_may_not_is_refused_first(
    project: &Project<'_>,
    emulator: &Emulator,
) -> anyhow::Result<()> {
    let nobody = project.calling_as(Credentials::None).run(&DEPLOY)?;
    says(nobody.failure()?, &["credentials", "--profile"])?;
    let unknown = Credentials::Key("AKIAIOSFODNN7EXAMPLE".into(), "secret".into());
    says(
        project.calling_as(unknown).run(&DEPLOY)?.failure()?,
        &["does not know these credentials"],
    )?;
    let elsewhere = project.in_stage("prod").run(&DEPLOY)?;
    says(elsewhere.failure()?, &["210987654321", "123456789012"])?;
    let nobody_agrees = project.run(&["deploy", "--no-build", "--quiet"])?;
    says(nobody_agrees.failure()?, &["no terminal to ask on", "`-y`"])?;
    ensure!(emulator.aws().tables()?.is_empty(), "something was made");
    Ok(())
}

/// The stream is asked for, and is not there yet, when every process of the deploy is killed: the
/// state is locked, and knows nothing of the stream.
fn a_killed_deploy_is_finished_by_the_next(
    project: &Project<'_>,
    emulator: &Emulator,
) -> anyhow::Result<()> {
    let mut deploy = project.start(&DEPLOY)?;
    let made = wait::until_within(PATIENCE, "the stream", || {
        if let Some(status) = deploy.try_wait()? {
            anyhow::bail!("{status}: {}", project.started_log());
        }
        let streams = emulator.aws().streams()?;
        let roles = emulator.aws().roles()?;
        Ok((!streams.is_empty() && !roles.is_empty()).then_some(()))
    });
    let group = format!("-{}", deploy.id());
    let killed = Command::new("kill").args(["-KILL", "--", &group]).status()?;
    deploy.wait()?;
    made?;
    ensure!(killed.success(), "nothing was killed");
    let again = project.run(&["deploy", "--no-build", "--yes"])?;
    ensure!(again.code == Some(0), "{again:?}");
    says(&again.err, &["Unlocking", "Taking over aws_kinesis_stream.slow (dev-Slow)"])?;
    says(&again.out, &["order_table_name dev-Orders"])
}

fn a_second_deploy_changes_nothing(project: &Project<'_>) -> anyhow::Result<()> {
    let diff = project.run(&["diff", "--no-build", "--quiet", "--json"])?.json()?;
    ensure!(changes(&diff).is_empty(), "{diff:#}");
    ensure!(diff["plan"]["permissions"] == json!([]), "{diff:#}");
    Ok(())
}

fn another_binary_changes_its_function_alone(project: &Project<'_>) -> anyhow::Result<()> {
    project.zip("keep", "second")?;
    let deployed = project.run(&DEPLOY)?.json()?;
    ensure!(changes(&deployed) == ["change aws_lambda_function.keep"], "{deployed:#}");
    let all = deployed["plan"]["changes"].as_array().context("no changes")?;
    let function = all.iter().find(|it| it["type"] == "aws_lambda_function").context("none")?;
    ensure!(function["attributes"] == json!(["source_code_hash"]), "{function:#}");
    let mut done = deployed["applied"].as_array().context("nothing was applied")?.iter();
    let applied = done.find(|it| it["address"] == "aws_lambda_function.keep").context("not it")?;
    ensure!(applied["action"] == "changed" && applied["seconds"].is_f64(), "{deployed:#}");
    for part in ["check", "credentials", "synth", "plan", "apply", "outputs"] {
        ensure!(deployed["seconds"][part].is_f64(), "no time of {part}: {deployed:#}");
    }
    ensure!(deployed["outputs"]["keep_function_name"] == "dev-Keep", "{deployed:#}");
    let outputs = project.run(&["outputs", "--json", "--quiet"])?.json()?;
    ensure!(outputs == deployed["outputs"], "{outputs:#}");
    Ok(())
}

fn a_new_handle_is_told_with_its_line(project: &Project<'_>) -> anyhow::Result<()> {
    project.write(&small::with_a_handle())?;
    let differs = project.run(&["diff", "--no-build", "--detailed-exitcode", "--quiet"])?;
    ensure!(differs.code == Some(2), "{differs:?}");
    let line = format!("people: src/lib.rs:{}", small::HANDLE);
    says(&differs.out, &["  keep\n    + sns:Publish on dev-People", &line])?;
    let deployed = project.run(&DEPLOY)?.json()?;
    let permissions = &deployed["plan"]["permissions"];
    ensure!(permissions.as_array().is_some_and(|it| it.len() == 1), "{permissions:#}");
    ensure!(permissions[0]["source"] == format!("src/lib.rs:{}", small::HANDLE), "{permissions:#}");
    Ok(())
}

fn a_denial_says_what_is_missing(project: &Project<'_>, emulator: &Emulator) -> anyhow::Result<()> {
    let policy = r#"{ "Version": "2012-10-17", "Statement": [
        { "Effect": "Allow", "Action": "*", "Resource": "*" },
        { "Effect": "Deny", "Action": "dynamodb:CreateTable", "Resource": "*" }
    ] }"#;
    let (key, secret) = emulator.aws().user("deployer", policy)?;
    project.write(&small::with_a_table())?;
    let deployer = project.calling_as(Credentials::Key(key, secret));
    let denied = deployer.run(&["deploy", "--no-build", "--yes"])?;
    says(
        denied.failure()?,
        &[
            "AWS denies `dynamodb:CreateTable`",
            "aws_dynamodb_table.payment",
            "src/lib.rs:",
            "run this again",
        ],
    )?;
    says(&denied.err, &["changes were made, 1 were not"])?;
    let deployed = project.run(&DEPLOY)?.json()?;
    ensure!(
        changes(&deployed).contains(&"add aws_dynamodb_table.payment".to_owned()),
        "{deployed:#}"
    );
    Ok(())
}

fn what_somebody_else_changed_is_shown(
    project: &Project<'_>,
    emulator: &Emulator,
) -> anyhow::Result<()> {
    emulator.aws().json(
        "dynamodb",
        "DynamoDB_20120810.DeleteTable",
        &json!({ "TableName": "dev-Payments" }),
    )?;
    let diff = project.run(&["diff", "--no-build", "--quiet"])?;
    says(&diff.out, &["by somebody else", "! aws_dynamodb_table.payment  is gone"])
}

fn a_destroyed_stage_leaves_nothing(
    project: &Project<'_>,
    emulator: &Emulator,
) -> anyhow::Result<()> {
    let refused = project.run(&["destroy", "--yes", "--quiet"])?;
    says(refused.failure()?, &["its items of `dev-Orders`", "--allow-data-loss"])?;
    ensure!(emulator.aws().tables()?.len() == 1, "something was destroyed");
    an_interrupted_destruction_goes_on(project, emulator)?;
    let gone =
        project.run(&["destroy", "--yes", "--allow-data-loss", "--quiet", "--json"])?.json()?;
    ensure!(gone["left"] == Value::Array(Vec::new()), "{gone:#}");
    let aws = emulator.aws();
    let left = aws.remains()?;
    ensure!(left.is_empty(), "{left:?} is left");
    let nothing = project.run(&["destroy", "--yes", "--quiet"])?;
    ensure!(nothing.out.trim() == "Nothing to change", "{nothing:?}");
    Ok(())
}

/// Ctrl-C reaches Terraform as well as the tool, which waits for it: what was begun is recorded.
fn an_interrupted_destruction_goes_on(
    project: &Project<'_>,
    emulator: &Emulator,
) -> anyhow::Result<()> {
    let mut destroy = project.start(&["destroy", "--yes", "--allow-data-loss"])?;
    let begun = wait::until_within(PATIENCE, "the end of the function", || {
        Ok(emulator.aws().functions()?.is_empty().then_some(()))
    });
    let group = format!("-{}", destroy.id());
    ensure!(
        Command::new("kill").args(["-INT", "--", &group]).status()?.success(),
        "not interrupted"
    );
    let ended = destroy.wait()?;
    begun?;
    let log = project.started_log();
    ensure!(ended.code() == Some(1), "{ended}: {log}");
    says(&log, &["interrupted; what was begun has been ended and recorded", "run this again"])
}

/// The changes of a plan, as `action address`, but for the tags of a stream, which the emulator
/// tells only when it has been told them twice.
fn changes(data: &Value) -> Vec<String> {
    let all = data["plan"]["changes"].as_array().into_iter().flatten();
    let text = |it: &Value| {
        format!("{} {}", it["action"].as_str().unwrap_or(""), it["address"].as_str().unwrap_or(""))
    };
    let own = |it: &&Value| {
        let tags = json!(["tags_all"]);
        it["type"] == "aws_kinesis_stream" && it["attributes"] == tags
    };
    all.filter(|it| !own(it)).map(text).collect()
}

fn says(text: &str, parts: &[&str]) -> anyhow::Result<()> {
    let text_in_one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in parts {
        let part_in_one_line = part.split_whitespace().collect::<Vec<_>>().join(" ");
        ensure!(text_in_one_line.contains(&part_in_one_line), "`{part}` is not in\n{text}");
    }
    Ok(())
}
