//! The built functions themselves: the right processor, no newer C library than Lambda has, their
//! own AWS clients and no others, and an arm64 function that starts and answers.

use std::process::Command;

use anyhow::{Context, ensure};
use esteira::manifest::{Action, Handler, Kind, Manifest, Role, Trigger};
use esteira_tests::binary::Binary;
use esteira_tests::function::Function;
use esteira_tests::runtime_api::{Answer, Invocation};
use esteira_tests::suite::{APPLICATIONS, Architecture, Output, Suite, resources};
use esteira_xtask::tools;
use serde_json::json;

/// Amazon Linux 2023, which `provided.al2023` is, has glibc 2.34.
const NEWEST_GLIBC: u32 = 34;

/// The clients that a function can have, by the crate they come from.
const CLIENTS: [&str; 3] = ["aws_sdk_dynamodb", "aws_sdk_eventbridge", "aws_sdk_sns"];

/// The names lead with `system`, by which the ordinary test run leaves these tests out.
mod system {
    use super::*;

    #[test]
    fn run_where_functions_run() -> anyhow::Result<()> {
        each(|architecture, output, handler, name| {
            let binary = Binary::read(&output.bootstrap(name))?;
            ensure!(
                binary.architecture() == Some(architecture),
                "it is built for {:?}",
                binary.architecture()
            );
            let glibc = binary.newest_glibc();
            ensure!(glibc.is_none_or(|it| it <= NEWEST_GLIBC), "it needs glibc 2.{glibc:?}");
            let zip = output.lambda().join(format!("{name}.zip"));
            let size = std::fs::metadata(&zip).with_context(|| zip.display().to_string())?.len();
            // <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
            ensure!(
                size < 50 * 1024 * 1024,
                "{} of {} is too large",
                zip.display(),
                handler.function
            );
            Ok(())
        })
    }

    #[test]
    fn carry_only_their_own_clients() -> anyhow::Result<()> {
        each(|_, output, handler, name| {
            let binary = Binary::read(&output.bootstrap(name))?;
            let used = clients(handler);
            for client in CLIENTS {
                let (wanted, carried) = (used.contains(&client), carries(&binary, client));
                ensure!(
                    wanted == carried,
                    "{client}: it needs it: {wanted}, it carries it: {carried}"
                );
            }
            Ok(())
        })
    }

    #[test]
    fn arm64_functions_start_and_answer() -> anyhow::Result<()> {
        let Some(suite) = Suite::prepared() else { return Ok(()) };
        let (Some(qemu), Some(_)) = (suite.tool(&tools::QEMU), suite.tool(&tools::ARM64_LIBC))
        else {
            return Ok(());
        };
        for application in APPLICATIONS {
            let output = suite.output(application, Architecture::Arm64);
            let manifest = output.manifest()?;
            // Without records it calls nothing, and Lambda answers it nothing is to be retried.
            let streams = handlers(&manifest)
                .filter(|(handler, _)| matches!(handler.trigger, Trigger::Kinesis(_)));
            let mut started = 0;
            for (_, name) in streams {
                let mut command = Command::new(&qemu);
                command
                    .args(["-L", "/usr/aarch64-linux-gnu"])
                    .arg(output.bootstrap(name))
                    .env_clear()
                    .envs(resources(&manifest));
                let done = Function::start(&mut command)
                    .and_then(|it| it.invoke(&Invocation::new(&json!({ "Records": [] }))))
                    .with_context(|| format!("{application}: {name}"))?;
                let answer = done.answer;
                let nothing = Answer::Response(json!({ "batchItemFailures": [] }));
                ensure!(answer == nothing, "{application}: {name} answered {answer:?}");
                started += 1;
            }
            ensure!(started > 0, "{application} has no function with a stream");
        }
        Ok(())
    }
}

/// Does something with every function that was built, and names the one that it failed for.
fn each(
    check: impl Fn(Architecture, &Output, &Handler, &str) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let Some(suite) = Suite::prepared() else { return Ok(()) };
    for architecture in [Architecture::Arm64, Architecture::X86_64] {
        for application in APPLICATIONS {
            let output = suite.output(application, architecture);
            let manifest = output.manifest()?;
            ensure!(handlers(&manifest).next().is_some(), "{application} has no handlers");
            for (handler, name) in handlers(&manifest) {
                check(architecture, &output, handler, name)
                    .with_context(|| format!("{application}, {}: {name}", architecture.name()))?;
            }
        }
    }
    Ok(())
}

fn handlers(manifest: &Manifest) -> impl Iterator<Item = (&Handler, &str)> {
    manifest.items.iter().filter_map(|item| match &item.kind {
        Kind::Handler(handler) => Some((handler, item.name())),
        _ => None,
    })
}

fn clients(handler: &Handler) -> Vec<&'static str> {
    let client = |action| match action {
        Action::GetItem
        | Action::PutItem
        | Action::UpdateItem
        | Action::DeleteItem
        | Action::Query => "aws_sdk_dynamodb",
        Action::PutEvents => "aws_sdk_eventbridge",
        Action::Publish => "aws_sdk_sns",
    };
    let grants = handler.parameters.iter().filter_map(|parameter| match &parameter.role {
        Role::Handle(grant) => Some(client(grant.action)),
        _ => None,
    });
    // A client of the application's own is one of the same SDK, where it calls the same service.
    let raw = handler.allows.iter().flat_map(|allow| allow.actions.iter()).filter_map(|action| {
        match action.split_once(':')?.0 {
            "dynamodb" => Some("aws_sdk_dynamodb"),
            "events" => Some("aws_sdk_eventbridge"),
            "sns" => Some("aws_sdk_sns"),
            _ => None,
        }
    });
    let remembers = handler.idempotent.map(|_| "aws_sdk_dynamodb");
    grants.chain(raw).chain(remembers).collect()
}

/// Type names and source paths that a crate leaves behind, under either spelling of its name.
fn carries(binary: &Binary, client: &str) -> bool {
    binary.contains(client) || binary.contains(&client.replace('_', "-"))
}
