//! What all clients have in common, read from the environment that Lambda sets.

use std::{collections::BTreeMap, sync::Arc};

use aws_credential_types::Credentials;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::{retry::RetryConfig, timeout::TimeoutConfig};
use aws_types::region::Region;

use super::EnvironmentError;
use crate::raw::{Connection, endpoint};

/// The configuration of all clients.
pub(super) struct Config {
    pub(super) region: Region,
    pub(super) credentials: Credentials,
    pub(super) http: SharedHttpClient,
    pub(super) sleep: SharedAsyncSleep,
    pub(super) retry: RetryConfig,
    pub(super) timeout: TimeoutConfig,
    variables: Arc<BTreeMap<String, String>>,
}

impl Config {
    /// Lambda gives a function its role's credentials as environment variables and nothing else;
    /// reading them here spares every binary the clients of the services that other sources of
    /// credentials need.
    /// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>
    pub(super) fn new(variables: &Arc<BTreeMap<String, String>>) -> Result<Self, EnvironmentError> {
        let need = |name: &str, purpose: &str| {
            variables.get(name).cloned().ok_or_else(|| EnvironmentError::Missing {
                variable: name.into(),
                purpose: purpose.into(),
            })
        };
        let credentials = Credentials::new(
            need("AWS_ACCESS_KEY_ID", "the access key of the function's role")?,
            need("AWS_SECRET_ACCESS_KEY", "the secret key of the function's role")?,
            variables.get("AWS_SESSION_TOKEN").cloned(),
            None,
            "environment",
        );
        Ok(Self {
            region: Region::new(need("AWS_REGION", "the region of the function")?),
            credentials,
            http: Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https(),
            sleep: SharedAsyncSleep::new(TokioSleep::new()),
            // What is repeated, and for how long, is decided above the port.
            retry: RetryConfig::disabled(),
            timeout: TimeoutConfig::builder()
                .connect_timeout(Connection::CONNECT_TIMEOUT)
                .operation_attempt_timeout(Connection::ATTEMPT_TIMEOUT)
                .build(),
            variables: variables.clone(),
        })
    }

    /// See [`Connection::endpoint`].
    pub(super) fn endpoint(&self, service: &str) -> Option<&str> {
        endpoint(&self.variables, service)
    }
}

/// The client of a service, configured.
macro_rules! client {
    ($sdk:ident, $service:literal, $config:expr) => {{
        let config: &super::Config = $config;
        let mut builder = $sdk::Config::builder()
            .behavior_version($sdk::config::BehaviorVersion::v2026_01_12())
            .region(config.region.clone())
            .credentials_provider(config.credentials.clone())
            .http_client(config.http.clone())
            .sleep_impl(config.sleep.clone())
            .retry_config(config.retry.clone())
            .timeout_config(config.timeout.clone())
            // Requests and answers are small and have a time by which they are over: how fast they
            // flow need not be measured.
            .stalled_stream_protection($sdk::config::StalledStreamProtectionConfig::disabled());
        if let Some(url) = config.endpoint($service) {
            builder = builder.endpoint_url(url);
        }
        $sdk::Client::from_conf(builder.build())
    }};
}

pub(super) use client;
