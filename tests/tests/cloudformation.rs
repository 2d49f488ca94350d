//! A small application from nothing to a running stage and back, by CloudFormation and the tool's
//! own commands, with everything on the way that can go wrong; and the whole pipeline at work.
//!
//! The emulator has the types of resources that the small application consists of. Of the
//! pipeline's it lacks some: there the test has it note that they were made.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};
use esteira_tests::emulator::Emulator;
use esteira_tests::project::Project;
use esteira_tests::suite::{Architecture, Suite};
use esteira_tests::wait;
use esteira_xtask::tools;
use serde_json::{Value, json};

#[path = "end_to_end/pipeline.rs"]
mod pipeline;
mod shop;
#[path = "deploy/small.rs"]
mod small;

/// The names lead with `system`, by which the ordinary test run leaves these tests out.
mod system {
    use super::*;

    #[test]
    fn a_stack_is_created_changed_and_deleted() -> anyhow::Result<()> {
        with_emulator(|suite, emulator, aws| {
            let folder = suite.workspace("cloudformation");
            let project = Project::new(folder, small::FIRST, &small::stages(), emulator, &[aws])?;
            project.zip("keep", "first")?;
            a_failed_creation_says_why(&project, emulator).context("creation")?;
            a_killed_deploy_is_joined_by_the_next(&project, emulator).context("killed")?;
            another_binary_changes_its_function_alone(&project).context("another binary")?;
            a_failed_update_says_why(&project, emulator).context("update")?;
            a_new_handle_is_told_with_its_line(&project).context("another handle")?;
            what_somebody_else_changed_is_shown(&project, emulator).context("drift")?;
            a_deleted_stack_leaves_nothing(&project, emulator).context("deleted")
        })
    }

    #[test]
    fn an_order_goes_through_a_stack() -> anyhow::Result<()> {
        with_emulator(|suite, emulator, aws| {
            let built = suite.output("pipeline", Architecture::X86_64);
            let folder = suite.workspace("cloudformation-pipeline");
            let output = folder.join("output");
            built.copy_deployment(&output)?;
            let project = Project::bare(folder, emulator, &[aws])?;
            let application = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("pipeline");
            let run = |command: &[&str]| {
                let application = application.to_string_lossy();
                let output = output.to_string_lossy();
                let of = ["--app", &application, "--output", &output, "--yes", "--quiet", "--json"];
                project.run(&[command, &of, &BACKEND].concat())
            };
            let deploy = ["deploy", "--no-build", "--arch", "x86_64"];
            let first = run(&deploy)?.json()?;
            ensure!(first["outputs"]["InventarioTableName"] == "dev-Inventario", "{first:#}");
            let again = run(&deploy)?.json()?;
            ensure!(changes(&again).is_empty(), "{again:#}");
            pipeline::scenario(emulator)?;
            let gone = run(&["destroy", "--allow-data-loss"])?.json()?;
            ensure!(gone["left"] == json!([]), "{gone:#}");
            let aws = emulator.aws();
            for left in [aws.tables()?, aws.streams()?, aws.functions()?, aws.clusters()?] {
                ensure!(left.is_empty(), "{left:?} is left");
            }
            let mut roles = aws.roles()?;
            roles.sort();
            ensure!(roles == ["dms-cloudwatch-logs-role", "dms-vpc-role"], "{roles:?} are left");
            Ok(())
        })
    }
}

const BACKEND: [&str; 2] = ["--backend", "cloudformation"];

const DEPLOY: [&str; 7] =
    ["deploy", "--no-build", "--yes", "--quiet", "--json", BACKEND[0], BACKEND[1]];

/// What IAM says by way of CloudFormation.
const DENIED: &str = "Resource handler returned message: \"User: \
    arn:aws:iam::123456789012:user/ana is not authorized to perform: lambda:UpdateFunctionCode on \
    resource: arn:aws:lambda:us-east-1:123456789012:function:dev-Keep because no identity-based \
    policy allows the lambda:UpdateFunctionCode action (Service: Lambda, Status Code: 403, Request \
    ID: 8e1)\" (RequestToken: 5d2, HandlerErrorCode: AccessDenied)";

fn with_emulator(
    test: impl FnOnce(&Suite, &Emulator, &Path) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let Some(suite) = Suite::prepared() else { return Ok(()) };
    let (Some(python), Some(aws)) = (suite.tool(&tools::MINISTACK), suite.tool(&tools::AWS_CLI))
    else {
        return Ok(());
    };
    let emulator = Emulator::start(&python)?;
    test(&suite, &emulator, &aws).inspect_err(|_| {
        eprintln!("--- log of the emulator ---\n{}\n--- end of the log ---", emulator.log());
    })
}

fn a_failed_creation_says_why(project: &Project<'_>, emulator: &Emulator) -> anyhow::Result<()> {
    emulator.fault(&json!({ "KeepFunction": "dev-Keep already exists" }))?;
    let failed = project.run(&DEPLOY)?;
    says(
        failed.failure()?,
        &[
            "`KeepFunction` (AWS::Lambda::Function) could not be created: dev-Keep already exists",
            "src/lib.rs:",
            "is not the stack's",
            "what had been created is removed again",
        ],
    )?;
    ensure!(!failed.err.contains("cancelled"), "{failed:?}");
    let aws = emulator.aws();
    ensure!(aws.tables()?.is_empty() && aws.functions()?.is_empty(), "something was left");
    ensure!(status(emulator)? == "ROLLBACK_COMPLETE", "the stack is {}", status(emulator)?);
    Ok(())
}

/// AWS goes on by itself; and before, it clears away what failed the last time.
fn a_killed_deploy_is_joined_by_the_next(
    project: &Project<'_>,
    emulator: &Emulator,
) -> anyhow::Result<()> {
    emulator.fault(&json!({ "OrderTable": 20 }))?;
    let mut deploy = project.start(&DEPLOY)?;
    let begun = wait::until("the creation", || {
        if let Some(status) = deploy.try_wait()? {
            anyhow::bail!("{status}: {}", project.started_log());
        }
        Ok((status(emulator)? == "CREATE_IN_PROGRESS").then_some(()))
    });
    let group = format!("-{}", deploy.id());
    let killed = Command::new("kill").args(["-KILL", "--", &group]).status()?;
    deploy.wait()?;
    begun?;
    ensure!(killed.success(), "nothing was killed");
    let again = project.run(&["deploy", "--no-build", "--yes", BACKEND[0], BACKEND[1]])?;
    ensure!(again.code == Some(0), "{again:?}");
    says(&again.err, &["Joining stack small-dev, which is CREATE_IN_PROGRESS"])?;
    says(&again.out, &["OrderTableName", "dev-Orders"])?;
    emulator.fault(&json!({}))?;
    let diff =
        project.run(&[&["diff", "--no-build", "--quiet", "--json"], &BACKEND[..]].concat())?;
    let diff = diff.json()?;
    let plan = &diff["plan"];
    ensure!(changes(&diff).is_empty() && plan["permissions"] == json!([]), "{diff:#}");
    ensure!(status(emulator)? == "CREATE_COMPLETE", "the stack is {}", status(emulator)?);
    Ok(())
}

fn another_binary_changes_its_function_alone(project: &Project<'_>) -> anyhow::Result<()> {
    project.zip("keep", "second")?;
    let deployed = project.run(&DEPLOY)?.json()?;
    ensure!(changes(&deployed) == ["change KeepFunction"], "{deployed:#}");
    let function = &deployed["plan"]["changes"][0];
    ensure!(function["attributes"] == json!(["Code"]), "{function:#}");
    ensure!(deployed["applied"].as_array().is_some_and(|it| it.len() == 1), "{deployed:#}");
    ensure!(deployed["outputs"]["KeepFunctionName"] == "dev-Keep", "{deployed:#}");
    Ok(())
}

fn a_failed_update_says_why(project: &Project<'_>, emulator: &Emulator) -> anyhow::Result<()> {
    project.zip("keep", "third")?;
    emulator.fault(&json!({ "KeepFunction": DENIED }))?;
    let failed = project.run(&DEPLOY)?;
    says(
        failed.failure()?,
        &[
            "`KeepFunction` (AWS::Lambda::Function) could not be changed: User:",
            "src/lib.rs:",
            "allow `lambda:UpdateFunctionCode` on \
             `arn:aws:lambda:us-east-1:123456789012:function:dev-Keep` to \
             arn:aws:iam::123456789012:user/ana",
            "the stack is again what it was before",
        ],
    )?;
    ensure!(!failed.err.contains("RequestToken"), "{failed:?}");
    emulator.fault(&json!({}))?;
    let deployed = project.run(&DEPLOY)?.json()?;
    ensure!(changes(&deployed) == ["change KeepFunction"], "{deployed:#}");
    Ok(())
}

fn a_new_handle_is_told_with_its_line(project: &Project<'_>) -> anyhow::Result<()> {
    project.write(&small::with_a_handle())?;
    let diff = [&["diff", "--no-build", "--detailed-exitcode", "--quiet"], &BACKEND[..]].concat();
    let differs = project.run(&diff)?;
    ensure!(differs.code == Some(2), "{differs:?}");
    let line = format!("people: src/lib.rs:{}", small::HANDLE);
    says(&differs.out, &["  keep\n    + sns:Publish on dev-People", &line])?;
    let deployed = project.run(&DEPLOY)?.json()?;
    let permissions = &deployed["plan"]["permissions"];
    ensure!(permissions.as_array().is_some_and(|it| it.len() == 1), "{permissions:#}");
    ensure!(permissions[0]["source"] == format!("src/lib.rs:{}", small::HANDLE), "{permissions:#}");
    let same = project.run(&diff)?;
    ensure!(same.code == Some(0), "{same:?}");
    Ok(())
}

fn what_somebody_else_changed_is_shown(
    project: &Project<'_>,
    emulator: &Emulator,
) -> anyhow::Result<()> {
    project.write(&small::with_a_table())?;
    let deployed = project.run(&DEPLOY)?.json()?;
    ensure!(changes(&deployed) == ["add PaymentTable"], "{deployed:#}");
    let delete = json!({ "TableName": "dev-Payments" });
    emulator.aws().json("dynamodb", "DynamoDB_20120810.DeleteTable", &delete)?;
    let diff = project.run(&[&["diff", "--no-build", "--quiet"], &BACKEND[..]].concat())?;
    says(&diff.out, &["by somebody else", "PaymentTable"])
}

fn a_deleted_stack_leaves_nothing(
    project: &Project<'_>,
    emulator: &Emulator,
) -> anyhow::Result<()> {
    let destroy = [&["destroy", "--yes", "--quiet", "--json"], &BACKEND[..]].concat();
    let refused = project.run(&destroy)?;
    says(refused.failure()?, &["data would be lost", "--allow-data-loss"])?;
    ensure!(emulator.aws().functions()?.len() == 1, "something was destroyed");
    let gone = project.run(&[&destroy[..], &["--allow-data-loss"]].concat())?.json()?;
    ensure!(gone["left"] == json!([]), "{gone:#}");
    let aws = emulator.aws();
    let left = aws.remains()?;
    ensure!(left.is_empty(), "{left:?} is left");
    // The bucket for code is the account's.
    ensure!(aws.buckets()?.len() == 1, "{:?}", aws.buckets()?);
    let nothing = project.run(&[&["destroy", "--yes", "--quiet"], &BACKEND[..]].concat())?;
    ensure!(nothing.out.trim() == "Nothing to change", "{nothing:?}");
    Ok(())
}

/// The status of the stack; empty if there is none.
fn status(emulator: &Emulator) -> anyhow::Result<String> {
    let version = ("Version", "2010-05-15");
    let answer = emulator.aws().query("cloudformation", "ListStacks", &[version])?;
    let stacks = answer.split("<member>").filter(|it| it.contains("<StackName>small-dev<"));
    let mut statuses = stacks.filter_map(|it| {
        let (_, status) = it.split_once("<StackStatus>")?;
        Some(status.split_once('<')?.0.to_owned())
    });
    Ok(statuses.find(|status| status != "DELETE_COMPLETE").unwrap_or_default())
}

/// The changes of a plan, as `action address`, in order of the address.
fn changes(data: &Value) -> Vec<String> {
    let all = data["plan"]["changes"].as_array().into_iter().flatten();
    let text = |it: &Value| {
        format!("{} {}", it["action"].as_str().unwrap_or(""), it["address"].as_str().unwrap_or(""))
    };
    let mut all: Vec<_> = all.map(text).collect();
    all.sort();
    all
}

fn says(text: &str, parts: &[&str]) -> anyhow::Result<()> {
    let in_one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in parts {
        ensure!(in_one_line(text).contains(&in_one_line(part)), "`{part}` is not in\n{text}");
    }
    Ok(())
}
