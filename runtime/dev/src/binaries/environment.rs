//! The environment of a function.

use std::collections::BTreeMap;

use esteira::manifest::dev::Binary;

use super::Settings;

/// Where a function's environment comes from.
pub(super) struct Of<'a> {
    pub(super) handler: &'a str,
    /// What Lambda calls it.
    pub(super) function: &'a str,
    /// In MiB.
    pub(super) memory: u32,
    /// Its access key id.
    pub(super) key: &'a str,
    pub(super) settings: &'a Settings,
}

impl Of<'_> {
    /// All variables but the address of the Runtime API. Those that Lambda reserves cannot be set
    /// by a function, but how much it logs.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>
    pub(super) fn variables(&self, binary: &Binary) -> BTreeMap<String, String> {
        let Self { handler, function, memory, key, settings } = self;
        let folder = binary.program.parent().unwrap_or(&binary.program);
        let reserved = [
            ("_HANDLER", *handler),
            ("AWS_ACCESS_KEY_ID", key),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_SESSION_TOKEN", "token"),
            ("AWS_DEFAULT_REGION", &settings.region),
            ("AWS_REGION", &settings.region),
            ("AWS_ENDPOINT_URL", &settings.endpoint),
            ("AWS_LAMBDA_FUNCTION_NAME", function),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", &memory.to_string()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
            ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", &format!("/aws/lambda/{function}")),
            ("AWS_LAMBDA_LOG_STREAM_NAME", &format!("{function}/[$LATEST]")),
            ("LAMBDA_TASK_ROOT", &folder.to_string_lossy()),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let defaults = [
            ("AWS_LAMBDA_LOG_LEVEL", "INFO"),
            ("LANG", "en_US.UTF-8"),
            ("PATH", "/usr/local/bin:/usr/bin:/bin:/opt/bin"),
            ("TZ", ":UTC"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        // The last of a name stays.
        defaults.into_iter().chain(binary.environment.clone()).chain(reserved).collect()
    }
}
