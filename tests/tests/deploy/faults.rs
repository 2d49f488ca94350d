//! What can go wrong between the tool and AWS in the middle of a deploy, one fault after the other
//! on one stage: each deploy goes on where the one before was stopped, and the last finishes.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use esteira_tests::aws::Aws;
use esteira_tests::emulator::Emulator;
use esteira_tests::project::Project;
use esteira_tests::relay::{Relay, Way};
use esteira_tests::wait;
use serde_json::json;

use super::{DEPLOY, PATIENCE, changes, says, small};

/// How long a deploy may go on when AWS is gone.
const BOUND: Duration = Duration::from_secs(180);

pub(crate) fn scenario(project: &Project<'_>, emulator: &Emulator) -> anyhow::Result<()> {
    emulator.aws().create_bucket(small::STATES)?;
    let relay = Relay::to(emulator.endpoint())?;
    let faulty = project.through(&relay.endpoint())?;
    let link = Link { project: &faulty, relay: &relay, aws: emulator.aws() };
    closed_connections_are_told(&link).context("closed")?;
    expired_credentials_are_told(&link).context("expired")?;
    silence_is_not_waited_for_without_end(&link).context("silent")?;
    the_next_deploy_finishes(&link).context("finished")?;
    only_what_is_ours_is_taken_over(&link).context("adopted")
}

/// A stage, and what lies between the tool and AWS.
struct Link<'a> {
    project: &'a Project<'a>,
    relay: &'a Relay,
    /// Without anything between.
    aws: Aws,
}

impl Link<'_> {
    /// Deploys until something is there, and from then on AWS is reached in another way. What the
    /// deploy says.
    fn deploy_until(
        &self,
        what: &str,
        way: Way,
        is_there: impl Fn(&Aws) -> anyhow::Result<bool>,
    ) -> anyhow::Result<String> {
        self.relay.turn(Way::Open);
        let mut deploy = self.project.start(&["deploy", "--no-build", "--yes"])?;
        let begun = wait::until_within(PATIENCE, what, || {
            if let Some(status) = deploy.try_wait()? {
                bail!("{status}: {}", self.project.started_log());
            }
            Ok(is_there(&self.aws)?.then_some(()))
        });
        self.relay.turn(way);
        let since = Instant::now();
        let ended = begun.and_then(|()| {
            wait::until_within(BOUND, "the end of the deploy", || Ok(deploy.try_wait()?))
        });
        let log = self.project.started_log();
        let group = format!("-{}", deploy.id());
        let ended = ended.inspect_err(|_| {
            let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
            let _ = deploy.wait();
        });
        let ended = ended.with_context(|| log.clone())?;
        eprintln!("{way:?}: it ended after {:.0?}\n{log}", since.elapsed());
        ensure!(ended.code() == Some(1), "{ended}: {log}");
        Ok(log)
    }
}

/// The stream is asked for, and not there yet.
fn closed_connections_are_told(link: &Link<'_>) -> anyhow::Result<()> {
    let log = link.deploy_until("the stream", Way::Closed, |aws| {
        Ok(!aws.streams()?.is_empty() && !aws.roles()?.is_empty())
    })?;
    says(&log, &["AWS cannot be reached", "run this again", "changes were made"])
}

/// Neither can what was done be recorded, nor the lock be released.
fn expired_credentials_are_told(link: &Link<'_>) -> anyhow::Result<()> {
    let log =
        link.deploy_until("the function", Way::Expired, |aws| Ok(!aws.functions()?.is_empty()))?;
    says(&log, &["credentials expired", "aws sso login", "run this again", "changes were made"])
}

fn silence_is_not_waited_for_without_end(link: &Link<'_>) -> anyhow::Result<()> {
    link.project.write(&small::with_a_table())?;
    let log = link.deploy_until("the table", Way::Silent, |aws| {
        Ok(aws.tables()?.iter().any(|it| it == "dev-Payments"))
    })?;
    says(&log, &["AWS does not answer any more", "run this again", "changes were made"])
}

fn the_next_deploy_finishes(link: &Link<'_>) -> anyhow::Result<()> {
    link.relay.turn(Way::Open);
    let deployed = link.project.run(&["deploy", "--no-build", "--yes"])?;
    ensure!(deployed.code == Some(0), "{deployed:?}");
    let diff = link.project.run(&["diff", "--no-build", "--quiet", "--json"])?.json()?;
    ensure!(changes(&diff).is_empty(), "{diff:#}");
    for (what, names) in [("tables", link.aws.tables()?), ("streams", link.aws.streams()?)] {
        let mut once = names.clone();
        once.sort();
        once.dedup();
        ensure!(once.len() == names.len(), "{what}: {names:?}");
    }
    Ok(())
}

/// A table of the planned name is there. Somebody else's stays as it is, whatever is asked for. One
/// with the tags of the stage is taken over with `--adopt`, and not without.
fn only_what_is_ours_is_taken_over(link: &Link<'_>) -> anyhow::Result<()> {
    let Link { project, aws, .. } = link;
    project.write(&small::with_a_table().replace("Payment", "Refund"))?;
    let call = |operation: &str, body| {
        aws.json("dynamodb", &format!("DynamoDB_20120810.{operation}"), &body)
    };
    let create = |application: &str| {
        let tag = |key: &str, value: &str| json!({ "Key": key, "Value": value });
        let tags = [tag("app", application), tag("stage", "dev"), tag("managed-by", "esteira")];
        let table = json!({
            "TableName": "dev-Refunds",
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{ "AttributeName": "id", "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": "id", "KeyType": "HASH" }],
            "Tags": tags,
        });
        call("CreateTable", table)
    };
    let adopt = ["deploy", "--no-build", "--yes", "--allow-data-loss", "--adopt"];
    create("another")?;
    let refused = project.run(&adopt)?;
    says(refused.failure()?, &["dev-Refunds", "src/lib.rs:", "not the tags of this stage"])?;
    call("DeleteTable", json!({ "TableName": "dev-Refunds" }))?;
    create("small")?;
    let refused = project.run(&DEPLOY)?;
    says(refused.failure()?, &["dev-Refunds", "src/lib.rs:", "`--adopt`"])?;
    let adopted = project.run(&adopt)?;
    ensure!(adopted.code == Some(0), "{adopted:?}");
    says(&adopted.err, &["Taking over aws_dynamodb_table.refund (dev-Refunds)"])
}
