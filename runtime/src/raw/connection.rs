//! What a client is made from.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use crate::{Resource, Result, manifest::environment_variable};

/// What a [`RawClient`](crate::RawClient) is made from: the region and the credentials of the
/// function, and the names of the resources that it may use.
///
/// With the feature `aws` it also has an `sdk_config`, from which every client of the AWS SDK can
/// be made.
pub struct Connection {
    pub(crate) region: String,
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: String,
    pub(crate) session_token: Option<String>,
    pub(crate) variables: Arc<BTreeMap<String, String>>,
    #[cfg(feature = "aws")]
    pub(crate) sdk: aws_types::SdkConfig,
}

impl Connection {
    /// How long the clients of the handles wait for a connection.
    pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

    /// How long the clients of the handles wait for the answer to one attempt.
    pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);

    /// The region of the function.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The access key of the function's role.
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The secret key of the function's role.
    pub fn secret_access_key(&self) -> &str {
        &self.secret_access_key
    }

    /// The token that goes with the keys.
    pub fn session_token(&self) -> Option<&str> {
        self.session_token.as_deref()
    }

    /// The endpoint to use instead of the service's own, if there is one: by the variable
    /// `AWS_ENDPOINT_URL_<SERVICE>`, of which `service` is the end, such as `DYNAMODB`, or else by
    /// `AWS_ENDPOINT_URL`.
    ///
    /// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>
    pub fn endpoint(&self, service: &str) -> Option<&str> {
        endpoint(&self.variables, service)
    }

    /// What AWS calls a resource in the stage that is deployed: the name of a table, stream or
    /// bus, the ARN of a topic or KMS key.
    ///
    /// # Errors
    ///
    /// If neither an `allow` nor a handle of the handler is about it: only then is it told.
    pub fn name<R: Resource>(&self) -> Result<&str> {
        let (id, variable) = (R::RESOURCE, environment_variable(R::RESOURCE));
        match self.variables.get(&variable) {
            Some(name) => Ok(name),
            None => Err(format!(
                "the environment variable {variable} is missing: it holds the name of `{id}`, which the handler must name in an `allow(actions(…), on = …)`; deploy the infrastructure and the function of the same synth"
            )
            .into()),
        }
    }
}

/// See [`Connection::endpoint`]. A variable that is empty says nothing.
pub(crate) fn endpoint<'a>(
    variables: &'a BTreeMap<String, String>,
    service: &str,
) -> Option<&'a str> {
    let url = |name: &str| variables.get(name).filter(|url| !url.is_empty());
    let own = url(&format!("AWS_ENDPOINT_URL_{service}"));
    own.or_else(|| url("AWS_ENDPOINT_URL")).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Stock;
    impl Resource for Stock {
        const RESOURCE: &'static str = "shop::Stock";
    }

    struct Orders;
    impl Resource for Orders {
        const RESOURCE: &'static str = "shop::Orders";
    }

    fn connection(variables: &[(&str, &str)]) -> Connection {
        Connection {
            region: "sa-east-1".into(),
            access_key_id: "AKID".into(),
            secret_access_key: "secret".into(),
            session_token: None,
            variables: Arc::new(
                variables.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
            ),
            #[cfg(feature = "aws")]
            sdk: aws_types::SdkConfig::builder().build(),
        }
    }

    #[test]
    fn a_resource_has_the_name_that_the_stage_gives_it() {
        let connection = connection(&[("ESTEIRA_SHOP_STOCK", "dev-Stock")]);
        assert_eq!(connection.name::<Stock>().expect("is told"), "dev-Stock");
        let error = connection.name::<Orders>().expect_err("is not told").to_string();
        assert!(error.contains("ESTEIRA_SHOP_ORDERS is missing"), "{error}");
        assert!(
            error.contains("`shop::Orders`, which the handler must name in an `allow("),
            "{error}"
        );
    }

    #[test]
    fn an_endpoint_of_the_service_comes_before_that_of_all() {
        let all = ("AWS_ENDPOINT_URL", "http://all");
        let one = ("AWS_ENDPOINT_URL_S3", "http://s3");
        assert_eq!(connection(&[]).endpoint("S3"), None);
        assert_eq!(connection(&[all]).endpoint("S3"), Some("http://all"));
        assert_eq!(connection(&[all, one]).endpoint("S3"), Some("http://s3"));
        assert_eq!(connection(&[all, one]).endpoint("SQS"), Some("http://all"));
        assert_eq!(connection(&[all, (one.0, "")]).endpoint("S3"), Some("http://all"));
    }
}
