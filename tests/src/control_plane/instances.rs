//! Replication instances, and the subnet groups that they stand in.

use serde_json::{Value, json};

use super::Object;
use super::account::{Account, arn};
use super::collection::Collection;
use super::fault::Fault;
use super::input::{Result, copy, identifier, text, texts};
use crate::emulator::REGION;

const GROUP: &str = "ReplicationSubnetGroupIdentifier";
const INSTANCE: &str = "ReplicationInstanceArn";

pub(super) const GROUPS: Collection =
    Collection::new(GROUP, GROUP, &[("replication-subnet-group-id", GROUP)]);

pub(super) const INSTANCES: Collection = Collection::new(
    "ReplicationInstanceIdentifier",
    INSTANCE,
    &[
        ("replication-instance-id", "ReplicationInstanceIdentifier"),
        ("replication-instance-arn", INSTANCE),
        ("replication-instance-class", "ReplicationInstanceClass"),
    ],
);

/// What can be changed of an instance.
const SETTINGS: [&str; 7] = [
    "ReplicationInstanceClass",
    "AllocatedStorage",
    "MultiAZ",
    "EngineVersion",
    "AutoMinorVersionUpgrade",
    "PreferredMaintenanceWindow",
    "NetworkType",
];

pub(super) fn create_group(account: &mut Account, input: &Object) -> Result<Value> {
    let name = text(input, GROUP)?.to_ascii_lowercase();
    let allowed = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '_' | '-' | ' ');
    if name == "default" || name.len() > 255 || !name.chars().all(allowed) {
        return Err(Fault::value(format!("{GROUP} is `{name}`, which no group can be called")));
    }
    let mut group = Object::new();
    group.insert(GROUP.into(), json!(name));
    // Which VPC the subnets are of, only the emulator beside this one knows.
    group.insert("VpcId".into(), json!("vpc-0"));
    group.insert("SubnetGroupStatus".into(), json!("Complete"));
    let description = text(input, "ReplicationSubnetGroupDescription")?;
    group.insert("ReplicationSubnetGroupDescription".into(), json!(description));
    group.insert("Subnets".into(), subnets(input)?);
    let told = account.groups.insert(group)?;
    account.add_tags(arn("subgrp", &name), input)?;
    Ok(json!({ "ReplicationSubnetGroup": told }))
}

pub(super) fn modify_group(account: &mut Account, input: &Object) -> Result<Value> {
    let group = account.groups.get_mut(text(input, GROUP)?)?;
    copy(input, &["ReplicationSubnetGroupDescription"], group);
    group.insert("Subnets".into(), subnets(input)?);
    Ok(json!({ "ReplicationSubnetGroup": group }))
}

pub(super) fn delete_group(account: &mut Account, input: &Object) -> Result<Value> {
    let name = text(input, GROUP)?;
    let used = account.instances.refers(&["ReplicationSubnetGroup"], name)
        || account.configurations.refers(&["ComputeConfig"], name);
    if used {
        return Err(Fault::state(format!("subnet group {name} is in use")));
    }
    account.groups.remove(name, "SubnetGroupStatus")?;
    Ok(json!({}))
}

fn subnets(input: &Object) -> Result<Value> {
    let ids = texts(input, "SubnetIds")?;
    if ids.len() < 2 {
        return Err(Fault::zones("a subnet group has subnets in two zones or more"));
    }
    let zones = ["a", "b", "c"].iter().cycle();
    let subnet = |(id, zone): (String, &&str)| {
        json!({
            "SubnetIdentifier": id,
            "SubnetStatus": "Active",
            "SubnetAvailabilityZone": { "Name": format!("{REGION}{zone}") },
        })
    };
    Ok(ids.into_iter().zip(zones).map(subnet).collect())
}

pub(super) fn create(account: &mut Account, input: &Object) -> Result<Value> {
    let mut instance = Object::new();
    let name = identifier(input, "ReplicationInstanceIdentifier", 63)?;
    instance.insert("ReplicationInstanceIdentifier".into(), json!(name));
    // What AWS says of an instance that asks for nothing.
    for (member, value) in [
        ("AllocatedStorage", json!(50)),
        ("MultiAZ", json!(false)),
        ("EngineVersion", json!("3.5.4")),
        ("AutoMinorVersionUpgrade", json!(true)),
        ("PubliclyAccessible", json!(true)),
        ("AvailabilityZone", json!(format!("{REGION}a"))),
        ("PreferredMaintenanceWindow", json!("sun:06:00-sun:14:00")),
        ("NetworkType", json!("IPV4")),
    ] {
        instance.insert(member.into(), value);
    }
    copy(input, &SETTINGS, &mut instance);
    copy(input, &["AvailabilityZone", "KmsKeyId", "PubliclyAccessible"], &mut instance);
    check(&instance)?;
    if let Some(group) = super::input::maybe(input, GROUP) {
        let group = account.groups.get(&group.to_ascii_lowercase())?.clone();
        instance.insert("ReplicationSubnetGroup".into(), Value::Object(group));
    }
    set_security_groups(input, &mut instance);
    let arn = account.arn("rep");
    instance.insert(INSTANCE.into(), json!(arn));
    instance.insert("ReplicationInstanceStatus".into(), json!("available"));
    instance.insert("ReplicationInstancePrivateIpAddresses".into(), json!(["10.0.0.10"]));
    let told = account.instances.insert(instance)?;
    account.add_tags(arn, input)?;
    Ok(json!({ "ReplicationInstance": told }))
}

pub(super) fn modify(account: &mut Account, input: &Object) -> Result<Value> {
    let instance = account.instances.get_mut(text(input, INSTANCE)?)?;
    let mut changed = instance.clone();
    copy(input, &SETTINGS, &mut changed);
    check(&changed)?;
    set_security_groups(input, &mut changed);
    *instance = changed;
    Ok(json!({ "ReplicationInstance": instance }))
}

pub(super) fn delete(account: &mut Account, input: &Object) -> Result<Value> {
    let arn = text(input, INSTANCE)?;
    if account.tasks.refers(&[INSTANCE], arn) {
        return Err(Fault::state(format!("instance {arn} has tasks")));
    }
    let told = account.instances.remove(arn, "ReplicationInstanceStatus")?;
    Ok(json!({ "ReplicationInstance": told }))
}

fn check(instance: &Object) -> Result<()> {
    let class = text(instance, "ReplicationInstanceClass")?;
    if !class.starts_with("dms.") {
        return Err(Fault::value(format!("ReplicationInstanceClass is `{class}`")));
    }
    let storage = instance["AllocatedStorage"].as_u64();
    if !storage.is_some_and(|it| (5..=6144).contains(&it)) {
        return Err(Fault::value("AllocatedStorage is 5 to 6144 GiB"));
    }
    Ok(())
}

fn set_security_groups(input: &Object, instance: &mut Object) {
    if let Ok(groups) = texts(input, "VpcSecurityGroupIds") {
        let told = |id: String| json!({ "VpcSecurityGroupId": id, "Status": "active" });
        instance.insert("VpcSecurityGroups".into(), groups.into_iter().map(told).collect());
    }
}
