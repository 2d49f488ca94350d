//! Clients of the user's own.

use std::{collections::BTreeMap, sync::Arc};

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_types::retry::RetryConfig;
use aws_types::{
    SdkConfig,
    service_config::{LoadServiceConfig, ServiceConfigKey},
};

use super::config::Config;
use crate::raw::{Connection, endpoint};

impl Connection {
    pub(super) fn new(variables: &Arc<BTreeMap<String, String>>, config: &Config) -> Self {
        let credentials = &config.credentials;
        Self {
            region: config.region.to_string(),
            access_key_id: credentials.access_key_id().into(),
            secret_access_key: credentials.secret_access_key().into(),
            session_token: credentials.session_token().map(Into::into),
            variables: variables.clone(),
            sdk: sdk_config(variables, config),
        }
    }

    /// What every client of the AWS SDK can be made from, as in
    /// `aws_sdk_s3::Client::new(connection.sdk_config())`: with the HTTP client, the timeouts and
    /// the endpoints that the clients of the handles have, and the SDK's standard retries.
    pub fn sdk_config(&self) -> &SdkConfig {
        &self.sdk
    }
}

fn sdk_config(variables: &BTreeMap<String, String>, config: &Config) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(config.region.clone())
        .credentials_provider(SharedCredentialsProvider::new(config.credentials.clone()))
        .http_client(config.http.clone())
        .sleep_impl(config.sleep.clone())
        // Nothing above these clients repeats a call.
        .retry_config(RetryConfig::standard())
        .timeout_config(config.timeout.clone())
        .service_config(Endpoints::new(variables))
        .build()
}

/// The variables that name endpoints: an SDK client asks for that of its own service.
#[derive(Debug)]
struct Endpoints(BTreeMap<String, String>);

impl Endpoints {
    fn new(variables: &BTreeMap<String, String>) -> Self {
        let endpoints = variables.iter().filter(|(name, _)| name.starts_with("AWS_ENDPOINT_URL"));
        Self(endpoints.map(|(name, url)| (name.clone(), url.clone())).collect())
    }
}

impl LoadServiceConfig for Endpoints {
    /// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let service = key.service_id().to_uppercase().replace([' ', '-'], "_");
        let asked = key.env() == "AWS_ENDPOINT_URL";
        asked.then(|| endpoint(&self.0, &service).map(Into::into)).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn connection(variables: &[(&str, &str)]) -> Connection {
        let needed = [("AWS_ACCESS_KEY_ID", "AKID"), ("AWS_SECRET_ACCESS_KEY", "secret")];
        let variables = (needed.iter().chain(variables))
            .chain(&[("AWS_REGION", "sa-east-1")])
            .map(|(name, value)| ((*name).into(), (*value).into()));
        let variables = Arc::new(variables.collect());
        let config = Config::new(&variables).expect("all is there");
        Connection::new(&variables, &config)
    }

    #[test]
    fn an_sdk_client_has_the_endpoint_of_its_service() {
        let endpoint = |connection: &Connection| {
            let config = aws_sdk_dynamodb::config::Builder::from(connection.sdk_config()).build();
            format!("{config:?}").contains("http://tables")
        };
        assert!(!endpoint(&connection(&[])));
        assert!(!endpoint(&connection(&[("AWS_ENDPOINT_URL_SNS", "http://tables")])));
        assert!(endpoint(&connection(&[("AWS_ENDPOINT_URL_DYNAMODB", "http://tables")])));
        assert!(endpoint(&connection(&[("AWS_ENDPOINT_URL", "http://tables")])));
    }

    #[test]
    fn the_keys_are_those_of_the_function() {
        let connection = connection(&[("AWS_SESSION_TOKEN", "token")]);
        assert_eq!(connection.region(), "sa-east-1");
        assert_eq!(connection.access_key_id(), "AKID");
        assert_eq!(connection.secret_access_key(), "secret");
        assert_eq!(connection.session_token(), Some("token"));
    }
}
