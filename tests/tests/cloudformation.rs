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

    /// The limits are those of AWS: with this many topics two handlers more pass that of outputs.
    #[test]
    fn an_application_outgrows_its_stack() -> anyhow::Result<()> {
        with_emulator(|suite, emulator, aws| {
            let folder = suite.workspace("cloudformation-crowded");
            let project = Project::new(folder, &crowded(1), "", emulator, &[aws])?;
            (0..3).try_for_each(|n| project.zip(&format!("handle_{n}"), "first"))?;
            let first = project.run(&DEPLOY)?.json()?;
            ensure!(first["outputs"]["Handle0FunctionName"] == "dev-Handle0", "{first:#}");
            ensure!(stacks(emulator)? == ["small-dev"], "{:?}", stacks(emulator)?);
            project.write(&crowded(3))?;
            what_moves_is_told(&project).context("plan")?;
            a_split_that_fails_is_finished_by_the_next(&project, emulator).context("split")?;
            several_stacks_are_as_one(&project).context("several")?;
            fewer_handlers_fit_into_one_stack_again(&project, emulator).context("one again")
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

/// An application that has room for one handler in a stack, which takes 200 outputs.
fn crowded(handlers: usize) -> String {
    let (before, _) = small::FIRST.split_once("/// Keeps an order.").expect("a handler");
    let topic = |n| {
        format!("/// Somebody.\n#[derive(Topic)]\n#[topic(name = \"T{n}\")]\npub struct T{n};\n\n")
    };
    let handler = |n| {
        format!(
            "/// Keeps an order.\n#[on_event(rule = Ordered)]\nasync fn handle_{n}(order: Ordered, \
             orders: Put<Order>) -> Result<()> {{\n    orders.put(&Order {{ id: order.id \
             }}).await?;\n    Ok(())\n}}\n\n"
        )
    };
    let others = ["Slow", "Shop", "Order", "People"].len();
    let topics: String = (0..199 - others).map(topic).collect();
    format!("{before}{topics}{}", (0..handlers).map(handler).collect::<String>())
}

const SPLIT: [&str; 2] = ["small-dev", "small-dev-1"];

fn what_moves_is_told(project: &Project<'_>) -> anyhow::Result<()> {
    let refused = project.run(&DEPLOY)?;
    says(refused.failure()?, &["data would be lost", "--allow-data-loss"])?;
    let diff = project.run(&[&["diff", "--no-build", "--quiet"], &BACKEND[..]].concat())?;
    says(
        &diff.out,
        &[
            "± Handle0Function",
            "because of its move to stack small-dev-1",
            "± /aws/lambda/dev-Handle0: what it has logged",
            "± dev-Handle0: the events that come until it is there again",
            "16 to add, 8 to replace",
        ],
    )
}

fn a_split_that_fails_is_finished_by_the_next(
    project: &Project<'_>,
    emulator: &Emulator,
) -> anyhow::Result<()> {
    let deploy = [&DEPLOY[..], &["--allow-data-loss"]].concat();
    emulator.fault(&json!({ "Handle2Function": "dev-Handle2 is not wanted" }))?;
    let failed = project.run(&deploy)?;
    says(
        failed.failure()?,
        &[
            "`Handle2Function` (AWS::Lambda::Function) could not be created: dev-Handle2 is not \
             wanted",
            "src/lib.rs:",
            "what had been created is removed again",
        ],
    )?;
    emulator.fault(&json!({}))?;
    let deployed = project.run(&deploy)?.json()?;
    ensure!(deployed["outputs"]["OrderTableName"] == "dev-Orders", "{deployed:#}");
    ensure!(deployed["outputs"]["Handle1FunctionName"] == "dev-Handle1", "{deployed:#}");
    ensure!(emulator.aws().functions()?.len() == 3, "{:?}", emulator.aws().functions()?);
    ensure!(stacks(emulator)? == SPLIT, "{:?}", stacks(emulator)?);
    Ok(())
}

fn several_stacks_are_as_one(project: &Project<'_>) -> anyhow::Result<()> {
    let diff = [&["diff", "--no-build", "--detailed-exitcode", "--quiet"], &BACKEND[..]].concat();
    let same = project.run(&diff)?;
    ensure!(same.code == Some(0), "{same:?}");
    project.zip("handle_2", "second")?;
    let deployed = project.run(&DEPLOY)?.json()?;
    ensure!(changes(&deployed) == ["change Handle2Function"], "{deployed:#}");
    let outputs = project.run(&[&["outputs", "--quiet", "--json"], &BACKEND[..]].concat())?;
    let outputs = outputs.json()?;
    ensure!(outputs.as_object().is_some_and(|it| it.len() == 202), "{outputs:#}");
    Ok(())
}

fn fewer_handlers_fit_into_one_stack_again(
    project: &Project<'_>,
    emulator: &Emulator,
) -> anyhow::Result<()> {
    project.write(&crowded(1))?;
    let deployed = project.run(&[&DEPLOY[..], &["--allow-data-loss"]].concat())?.json()?;
    ensure!(emulator.aws().functions()?.len() == 1, "{:?}", emulator.aws().functions()?);
    ensure!(stacks(emulator)? == ["small-dev"], "{:?}: {deployed:#}", stacks(emulator)?);
    project.write(&crowded(3))?;
    project.run(&[&DEPLOY[..], &["--allow-data-loss"]].concat())?.json()?;
    ensure!(stacks(emulator)? == SPLIT, "{:?}", stacks(emulator)?);
    let destroy = [&["destroy", "--yes", "--quiet", "--json"], &BACKEND[..]].concat();
    let gone = project.run(&[&destroy[..], &["--allow-data-loss"]].concat())?.json()?;
    ensure!(gone["left"] == json!([]), "{gone:#}");
    let left = emulator.aws().remains()?;
    ensure!(left.is_empty() && stacks(emulator)?.is_empty(), "{left:?} is left");
    Ok(())
}

/// The names of the stacks of the application.
fn stacks(emulator: &Emulator) -> anyhow::Result<Vec<String>> {
    let version = ("Version", "2010-05-15");
    let answer = emulator.aws().query("cloudformation", "ListStacks", &[version])?;
    let stacks = answer.split("<member>").filter_map(|it| {
        let (_, name) = it.split_once("<StackName>")?;
        let (_, status) = it.split_once("<StackStatus>")?;
        let name = name.split_once('<')?.0;
        (name.starts_with("small-dev") && !status.starts_with("DELETE_COMPLETE"))
            .then(|| name.to_owned())
    });
    let mut stacks: Vec<_> = stacks.collect();
    stacks.sort();
    Ok(stacks)
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
