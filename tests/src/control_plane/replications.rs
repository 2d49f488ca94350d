//! Serverless replications: a configuration, and the one replication that it has.

use serde_json::{Value, json};

use super::Object;
use super::account::Account;
use super::collection::Collection;
use super::fault::Fault;
use super::input::{Result, copy, identifier, maybe, object, one_of, text};
use super::tasks::{MIGRATIONS, STARTS, ended};
use super::{endpoints, mappings, settings};

const CONFIGURATION: &str = "ReplicationConfigArn";

pub(super) const CONFIGURATIONS: Collection = Collection::new(
    "ReplicationConfigIdentifier",
    CONFIGURATION,
    &[
        ("replication-config-id", "ReplicationConfigIdentifier"),
        ("replication-config-arn", CONFIGURATION),
    ],
);

const MEMBERS: [&str; 5] = [
    "SourceEndpointArn",
    "TargetEndpointArn",
    "ReplicationType",
    "TableMappings",
    "SupplementalSettings",
];

/// The capacities there are, in units of 2 GB of memory.
///
/// <https://docs.aws.amazon.com/dms/latest/APIReference/API_ComputeConfig.html>
const UNITS: [u64; 11] = [1, 2, 4, 8, 16, 32, 64, 128, 192, 256, 384];

pub(super) fn create(account: &mut Account, input: &Object) -> Result<Value> {
    let mut configuration = Object::new();
    let name = identifier(input, "ReplicationConfigIdentifier", 255)?;
    configuration.insert("ReplicationConfigIdentifier".into(), json!(name));
    configuration.insert(
        "ComputeConfig".into(),
        json!({
            "MultiAZ": false,
            "PreferredMaintenanceWindow": "sun:23:45-mon:00:30",
        }),
    );
    set(account, input, &mut configuration)?;
    let arn = account.arn("replication-config");
    configuration.insert(CONFIGURATION.into(), json!(arn));
    configuration.insert("Status".into(), json!("created"));
    let told = account.configurations.insert(configuration)?;
    account.add_tags(arn, input)?;
    Ok(json!({ "ReplicationConfig": told }))
}

pub(super) fn modify(account: &mut Account, input: &Object) -> Result<Value> {
    let mut changed = stopped(account, input)?.clone();
    set(account, input, &mut changed)?;
    let configuration = stopped(account, input)?;
    *configuration = changed;
    Ok(json!({ "ReplicationConfig": configuration }))
}

pub(super) fn delete(account: &mut Account, input: &Object) -> Result<Value> {
    stopped(account, input)?;
    let told = account.configurations.remove(text(input, CONFIGURATION)?, "Status")?;
    Ok(json!({ "ReplicationConfig": told }))
}

pub(super) fn start(account: &mut Account, input: &Object) -> Result<Value> {
    let replication = stopped(account, input)?;
    let kind = one_of(input, "StartReplicationType", &STARTS)?;
    // Terraform's provider resumes one that was never started too, and AWS lets it.
    if replication["Status"] != "created" && kind == "start-replication" {
        return Err(Fault::combination("`start-replication` for one that was started before"));
    }
    replication.insert("Status".into(), json!("running"));
    Ok(json!({ "Replication": replication }))
}

pub(super) fn stop(account: &mut Account, input: &Object) -> Result<Value> {
    let replication = account.configurations.get_mut(text(input, CONFIGURATION)?)?;
    ended(replication)?;
    Ok(json!({ "Replication": replication }))
}

/// A replication that does not run: only such a one can be changed, started or deleted.
fn stopped<'a>(account: &'a mut Account, input: &Object) -> Result<&'a mut Object> {
    let configuration = account.configurations.get_mut(text(input, CONFIGURATION)?)?;
    match configuration["Status"] == "running" {
        true => Err(Fault::state("the replication runs")),
        false => Ok(configuration),
    }
}

fn set(account: &Account, input: &Object, configuration: &mut Object) -> Result<()> {
    copy(input, &MEMBERS, configuration);
    one_of(configuration, "ReplicationType", &MIGRATIONS)?;
    endpoints::check_ends(account, configuration)?;
    mappings::check(text(configuration, "TableMappings")?)?;
    let member = "ReplicationSettings";
    let merged = settings::merged(maybe(configuration, member), maybe(input, member))?;
    configuration.insert(member.into(), json!(merged));
    let mut compute = object(configuration, "ComputeConfig")?.clone();
    if let Ok(given) = object(input, "ComputeConfig") {
        compute.extend(given.clone());
    }
    check_compute(account, &compute)?;
    configuration.insert("ComputeConfig".into(), Value::Object(compute));
    Ok(())
}

fn check_compute(account: &Account, compute: &Object) -> Result<()> {
    let units = |name: &str| compute.get(name).and_then(Value::as_u64);
    let most = units("MaxCapacityUnits");
    let most = most.ok_or_else(|| Fault::value("MaxCapacityUnits is required"))?;
    let least = units("MinCapacityUnits").unwrap_or(1);
    if !UNITS.contains(&most) || !UNITS.contains(&least) {
        return Err(Fault::value(format!("{least} to {most} units; there are {UNITS:?}")));
    }
    if least > most {
        return Err(Fault::combination(format!("{least} units at least, {most} at most")));
    }
    match maybe(compute, "ReplicationSubnetGroupId") {
        Some(group) => account.groups.get(&group.to_ascii_lowercase()).map(|_| ()),
        None => Ok(()),
    }
}
