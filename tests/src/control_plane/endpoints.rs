//! The two ends of a task: a database and a stream.

use serde_json::{Value, json};

use super::Object;
use super::account::Account;
use super::collection::Collection;
use super::fault::Fault;
use super::input::{Result, copy, identifier, maybe, object, one_of, text};

const ENDPOINT: &str = "EndpointArn";

pub(super) const ENDPOINTS: Collection = Collection::new(
    "EndpointIdentifier",
    ENDPOINT,
    &[
        ("endpoint-id", "EndpointIdentifier"),
        ("endpoint-arn", ENDPOINT),
        ("endpoint-type", "EndpointType"),
        ("engine-name", "EngineName"),
    ],
);

/// What is kept of an endpoint. Its password is not told again.
const MEMBERS: [&str; 11] = [
    "EndpointType",
    "EngineName",
    "Username",
    "ServerName",
    "Port",
    "DatabaseName",
    "ExtraConnectionAttributes",
    "KmsKeyId",
    "CertificateArn",
    "SslMode",
    "ServiceAccessRoleArn",
];

pub(super) fn create(account: &mut Account, input: &Object) -> Result<Value> {
    let mut endpoint = Object::new();
    let name = identifier(input, "EndpointIdentifier", 255)?;
    endpoint.insert("EndpointIdentifier".into(), json!(name));
    endpoint.insert("SslMode".into(), json!("none"));
    set(input, &mut endpoint)?;
    let arn = account.arn("endpoint");
    endpoint.insert(ENDPOINT.into(), json!(arn));
    endpoint.insert("Status".into(), json!("active"));
    let told = account.endpoints.insert(endpoint)?;
    account.add_tags(arn, input)?;
    Ok(json!({ "Endpoint": told }))
}

pub(super) fn modify(account: &mut Account, input: &Object) -> Result<Value> {
    let arn = text(input, ENDPOINT)?;
    idle(account, arn)?;
    let endpoint = account.endpoints.get_mut(arn)?;
    let mut changed = endpoint.clone();
    set(input, &mut changed)?;
    *endpoint = changed;
    Ok(json!({ "Endpoint": endpoint }))
}

pub(super) fn delete(account: &mut Account, input: &Object) -> Result<Value> {
    let arn = text(input, ENDPOINT)?;
    let ends = ["SourceEndpointArn", "TargetEndpointArn"];
    if account.tasks.refers(&ends, arn) || account.configurations.refers(&ends, arn) {
        return Err(Fault::state(format!("endpoint {arn} is in use")));
    }
    Ok(json!({ "Endpoint": account.endpoints.remove(arn, "Status")? }))
}

pub(super) fn test_connection(account: &Account, input: &Object) -> Result<Value> {
    let (instance, endpoint) = (text(input, "ReplicationInstanceArn")?, text(input, ENDPOINT)?);
    account.instances.get(instance)?;
    account.endpoints.get(endpoint)?;
    Ok(json!({ "Connection": {
        "ReplicationInstanceArn": instance,
        "EndpointArn": endpoint,
        "Status": "successful",
    } }))
}

/// The ends of a task or replication: they exist, and are what they are used as.
pub(super) fn check_ends(account: &Account, input: &Object) -> Result<()> {
    for (member, kind) in [("SourceEndpointArn", "source"), ("TargetEndpointArn", "target")] {
        let arn = text(input, member)?;
        if account.endpoints.get(arn)?["EndpointType"] != kind {
            return Err(Fault::combination(format!("{member} is {arn}, which is no {kind}")));
        }
    }
    Ok(())
}

/// AWS changes no endpoint under a task that runs.
fn idle(account: &Account, arn: &str) -> Result<()> {
    let ends = ["SourceEndpointArn", "TargetEndpointArn"];
    let works = |it: &Value| it["Status"] == "running" && ends.iter().any(|end| it[*end] == arn);
    match account.tasks.all().iter().chain(&account.configurations.all()).any(works) {
        true => Err(Fault::state(format!("endpoint {arn} is used by a task that runs"))),
        false => Ok(()),
    }
}

fn set(input: &Object, endpoint: &mut Object) -> Result<()> {
    copy(input, &MEMBERS, endpoint);
    let kind = one_of(endpoint, "EndpointType", &["source", "target"])?.to_owned();
    let ssl = one_of(endpoint, "SslMode", &["none", "require", "verify-ca", "verify-full"])?;
    let certified = maybe(endpoint, "CertificateArn").is_some();
    if ssl.starts_with("verify") && !certified {
        return Err(Fault::combination(format!("SslMode `{ssl}` needs a CertificateArn")));
    }
    match (kind.as_str(), text(endpoint, "EngineName")?) {
        ("source", "aurora" | "mysql" | "mariadb") => database(input, endpoint),
        ("target", "kinesis") => stream(input, endpoint),
        // Others exist, which this project has no use for.
        (kind, engine) => Err(Fault::value(format!("EngineName `{engine}` for a {kind}"))),
    }
}

/// <https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.MySQL.html>
fn database(input: &Object, endpoint: &mut Object) -> Result<()> {
    if endpoint["SslMode"] == "require" {
        return Err(Fault::value("MySQL has no SslMode `require`"));
    }
    let mut settings = match endpoint.get("MySQLSettings") {
        Some(Value::Object(settings)) => settings.clone(),
        _ => Object::new(),
    };
    if let Ok(given) = object(input, "MySQLSettings") {
        settings.extend(given.clone());
    }
    settings.remove("Password");
    let both = ["SecretsManagerSecretId", "SecretsManagerAccessRoleArn"];
    let given = both.iter().filter(|name| maybe(&settings, name).is_some()).count();
    let written = |name: &str| endpoint.contains_key(name) || settings.contains_key(name);
    match given {
        0 => {
            for name in ["Username", "ServerName", "Port"] {
                if !written(name) {
                    return Err(Fault::combination(format!("no secret is given, and no {name}")));
                }
            }
        }
        2 if ["Username", "ServerName", "Port"].into_iter().any(written) => {
            return Err(Fault::combination("a secret is given, and what it says as well"));
        }
        2 => {}
        _ => return Err(Fault::combination(format!("{both:?} go together"))),
    }
    endpoint.insert("MySQLSettings".into(), Value::Object(settings));
    Ok(())
}

/// <https://docs.aws.amazon.com/dms/latest/APIReference/API_KinesisSettings.html>
fn stream(input: &Object, endpoint: &mut Object) -> Result<()> {
    let mut settings = match endpoint.get("KinesisSettings") {
        Some(Value::Object(settings)) => settings.clone(),
        _ => Object::new(),
    };
    for flag in [
        "IncludeTransactionDetails",
        "IncludePartitionValue",
        "PartitionIncludeSchemaTable",
        "IncludeTableAlterOperations",
        "IncludeControlDetails",
        "IncludeNullAndEmpty",
        "NoHexPrefix",
        "UseLargeIntegerValue",
    ] {
        settings.entry(flag).or_insert(json!(false));
    }
    settings.entry("MessageFormat").or_insert(json!("json"));
    if let Ok(given) = object(input, "KinesisSettings") {
        settings.extend(given.clone());
    }
    one_of(&settings, "MessageFormat", &["json", "json-unformatted"])?;
    for (member, service) in [("StreamArn", "kinesis"), ("ServiceAccessRoleArn", "iam")] {
        if text(&settings, member)?.split(':').nth(2) != Some(service) {
            return Err(Fault::value(format!("{member} is no ARN of {service}")));
        }
    }
    endpoint.insert("KinesisSettings".into(), Value::Object(settings));
    Ok(())
}
