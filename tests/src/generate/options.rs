//! What a generated application can be like.

use std::fmt;

/// What varies, and the values it has.
pub(super) const PARAMETERS: [(&str, &[&str]); 34] = [
    ("stream", &["provisioned", "on_demand", "existing"]),
    ("stream_key", &["none", "kms_key"]),
    ("retention", &["default", "8760"]),
    ("bus", &["plain", "archive", "existing"]),
    ("table", &["partition_key", "sort_key", "ttl", "existing"]),
    ("table_key", &["none", "kms_key"]),
    ("topic", &["plain", "fifo", "existing"]),
    ("topic_key", &["none", "kms_key"]),
    ("key", &["created", "existing"]),
    ("vpc", &["none", "endpoints", "nat", "existing", "existing_cidr"]),
    ("azs", &["2", "3"]),
    ("aurora", &["none", "provisioned", "serverless", "existing"]),
    ("aurora_key", &["none", "kms_key"]),
    ("instances", &["1", "3"]),
    ("capture", &["none", "instance", "serverless"]),
    ("tables", &["one", "several"]),
    ("certificate", &["none", "given"]),
    ("functions", &["outside", "in_vpc"]),
    ("architecture", &["default", "arm64", "x86_64"]),
    ("environment", &["none", "two"]),
    ("concurrency", &["none", "reserved"]),
    ("retries", &["default", "fewest", "most"]),
    ("idempotent", &["none", "field", "closure"]),
    ("records", &["changes", "json"]),
    ("rule", &["typed", "nested", "raw"]),
    ("handles", &["read", "write", "send"]),
    ("client", &["none", "resource", "arn"]),
    ("names", &["plain", "raw", "foreign", "long"]),
    ("pattern", &["default", "prefixed"]),
    ("backend", &["none", "s3"]),
    ("place", &["any", "pinned"]),
    ("removal", &["retain", "destroy"]),
    ("emails", &["none", "two"]),
    ("tags", &["none", "two"]),
];

/// A parameter, and some of its values.
type Side = (&'static str, &'static [&'static str]);

/// What goes only with what: where the first parameter has one of its values, the second has one
/// of its.
pub(super) const RULES: [(Side, Side); 14] = [
    // What exists has been made as it is.
    (("stream", &["existing"]), ("retention", &["default"])),
    (("aurora", &["none", "existing"]), ("aurora_key", &["none"])),
    (("aurora", &["none", "existing"]), ("instances", &["1"])),
    (("vpc", &["none", "existing"]), ("azs", &["2"])),
    (("topic", &["fifo", "existing"]), ("emails", &["none"])),
    // What stands in a network needs one.
    (("aurora", &["provisioned", "serverless", "existing"]), ("vpc", &NETWORKS)),
    (("capture", &["instance", "serverless"]), ("vpc", &NETWORKS)),
    (("aurora_key", &["kms_key"]), ("vpc", &NETWORKS)),
    (("instances", &["3"]), ("vpc", &NETWORKS)),
    (("functions", &["in_vpc"]), ("vpc", &NETWORKS)),
    // What is captured is in a database.
    (("capture", &["instance", "serverless"]), ("aurora", &DATABASES)),
    (("tables", &["several"]), ("capture", &["instance", "serverless"])),
    (("certificate", &["given"]), ("capture", &["instance", "serverless"])),
    // An archive's name may have 48 characters.
    (("bus", &["archive"]), ("names", &["plain", "raw", "foreign"])),
];

/// Where something can stand.
const NETWORKS: [&str; 4] = ["endpoints", "nat", "existing", "existing_cidr"];
/// What can be captured.
const DATABASES: [&str; 3] = ["provisioned", "serverless", "existing"];

/// One value of each parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Options(pub(super) [usize; PARAMETERS.len()]);

impl Options {
    /// The value of a parameter.
    ///
    /// # Panics
    ///
    /// If there is no such parameter.
    pub(super) fn value(&self, parameter: &str) -> &'static str {
        let position = position(parameter);
        PARAMETERS[position].1[self.0[position]]
    }

    /// Whether a parameter has a value.
    ///
    /// # Panics
    ///
    /// If there is no such parameter, or it never has such a value.
    pub(super) fn is(&self, parameter: &str, value: &str) -> bool {
        let known = PARAMETERS[position(parameter)].1;
        assert!(known.contains(&value), "{parameter} is never {value}");
        self.value(parameter) == value
    }

    /// Whether anything is encrypted with the key that the application declares.
    pub(super) fn uses_key(&self) -> bool {
        let users = ["stream_key", "table_key", "topic_key", "aurora_key"];
        users.into_iter().any(|user| self.is(user, "kms_key"))
    }
}

impl fmt::Display for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = PARAMETERS.map(|(name, _)| format!("{name}={}", self.value(name)));
        f.write_str(&shown.join(" "))
    }
}

/// Where a parameter is.
pub(super) fn position(parameter: &str) -> usize {
    let found = PARAMETERS.iter().position(|(name, _)| *name == parameter);
    found.unwrap_or_else(|| panic!("there is no parameter {parameter}"))
}
