//! Tasks, which run on an instance.

use serde_json::{Value, json};

use super::Object;
use super::account::Account;
use super::collection::Collection;
use super::fault::Fault;
use super::input::{Result, copy, identifier, maybe, one_of, text};
use super::{endpoints, mappings, settings};

const TASK: &str = "ReplicationTaskArn";

pub(super) const TASKS: Collection = Collection::new(
    "ReplicationTaskIdentifier",
    TASK,
    &[
        ("replication-task-id", "ReplicationTaskIdentifier"),
        ("replication-task-arn", TASK),
        ("migration-type", "MigrationType"),
        ("replication-instance-arn", "ReplicationInstanceArn"),
    ],
);

/// What is moved: what was there, what changes, or both.
pub(super) const MIGRATIONS: [&str; 3] = ["full-load", "cdc", "full-load-and-cdc"];

/// How something is started.
pub(super) const STARTS: [&str; 3] = ["start-replication", "resume-processing", "reload-target"];

const MEMBERS: [&str; 4] =
    ["MigrationType", "TableMappings", "CdcStartPosition", "CdcStopPosition"];

pub(super) fn create(account: &mut Account, input: &Object) -> Result<Value> {
    let mut task = Object::new();
    let name = identifier(input, "ReplicationTaskIdentifier", 255)?;
    task.insert("ReplicationTaskIdentifier".into(), json!(name));
    endpoints::check_ends(account, input)?;
    account.instances.get(text(input, "ReplicationInstanceArn")?)?;
    let ends = ["SourceEndpointArn", "TargetEndpointArn", "ReplicationInstanceArn"];
    copy(input, &ends, &mut task);
    set(input, &mut task)?;
    let arn = account.arn("task");
    task.insert(TASK.into(), json!(arn));
    task.insert("Status".into(), json!("ready"));
    let told = account.tasks.insert(task)?;
    account.add_tags(arn, input)?;
    Ok(json!({ "ReplicationTask": told }))
}

pub(super) fn modify(account: &mut Account, input: &Object) -> Result<Value> {
    let task = stopped(account, input)?;
    let mut changed = task.clone();
    set(input, &mut changed)?;
    *task = changed;
    Ok(json!({ "ReplicationTask": task }))
}

pub(super) fn start(account: &mut Account, input: &Object) -> Result<Value> {
    let task = stopped(account, input)?;
    started(task, input)?;
    Ok(json!({ "ReplicationTask": task }))
}

pub(super) fn stop(account: &mut Account, input: &Object) -> Result<Value> {
    let task = account.tasks.get_mut(text(input, TASK)?)?;
    ended(task)?;
    Ok(json!({ "ReplicationTask": task }))
}

pub(super) fn delete(account: &mut Account, input: &Object) -> Result<Value> {
    stopped(account, input)?;
    Ok(json!({ "ReplicationTask": account.tasks.remove(text(input, TASK)?, "Status")? }))
}

/// A task that does not run: only such a one can be changed, started or deleted.
fn stopped<'a>(account: &'a mut Account, input: &Object) -> Result<&'a mut Object> {
    let task = account.tasks.get_mut(text(input, TASK)?)?;
    match task["Status"] == "running" {
        true => Err(Fault::state("the task runs")),
        false => Ok(task),
    }
}

/// Starts a task. Its first start is the only one that begins anew without loading everything
/// again.
///
/// <https://docs.aws.amazon.com/dms/latest/APIReference/API_StartReplicationTask.html>
fn started(task: &mut Object, input: &Object) -> Result<()> {
    let kind = one_of(input, "StartReplicationTaskType", &STARTS)?;
    let first = task["Status"] == "ready";
    if first != (kind == "start-replication") {
        let when = if first { "was never started" } else { "was started before" };
        return Err(Fault::combination(format!("`{kind}` for a task that {when}")));
    }
    task.insert("Status".into(), json!("running"));
    Ok(())
}

/// Stops a task or replication.
pub(super) fn ended(thing: &mut Object) -> Result<()> {
    if thing["Status"] != "running" {
        return Err(Fault::state("it does not run"));
    }
    thing.insert("Status".into(), json!("stopped"));
    Ok(())
}

fn set(input: &Object, task: &mut Object) -> Result<()> {
    copy(input, &MEMBERS, task);
    one_of(task, "MigrationType", &MIGRATIONS)?;
    mappings::check(text(task, "TableMappings")?)?;
    let member = "ReplicationTaskSettings";
    let merged = settings::merged(maybe(task, member), maybe(input, member))?;
    task.insert(member.into(), json!(merged));
    Ok(())
}
