//! Who calls, and what they may do.

/// The identities of the callers and their permissions.
pub trait Access: Send + Sync + 'static {
    /// The account and region that the resources are said to be in.
    fn place(&self) -> Place;

    /// Who an access key belongs to. Without one the caller is the developer; so is whoever has a
    /// key that nobody was given.
    fn identity(&self, access_key: Option<&str>) -> Identity;

    /// Whether a caller may carry out an action, `dynamodb:PutItem` say, on a resource, by its
    /// ARN or `*` where IAM knows no resource for the action.
    ///
    /// # Errors
    ///
    /// It is not granted. [`Denied::new`] words it as AWS does.
    fn authorize(
        &self,
        access_key: Option<&str>,
        action: &str,
        resource: &str,
    ) -> Result<(), Denied>;

    /// Whether a caller may put an event on a bus, by the ARN of the bus. A role may allow the events of some
    /// sources and detail types alone.
    ///
    /// # Errors
    ///
    /// It is not granted.
    fn authorize_event(
        &self,
        access_key: Option<&str>,
        bus: &str,
        _source: &str,
        _detail_type: &str,
    ) -> Result<(), Denied> {
        self.authorize(access_key, "events:PutEvents", bus)
    }
}

/// Where resources are said to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Such as `sa-east-1`.
    pub region: String,
    /// Twelve digits.
    pub account: String,
}

impl Place {
    /// The ARN of a resource of a service here.
    pub fn arn(&self, service: &str, resource: &str) -> String {
        format!("arn:aws:{service}:{}:{}:{resource}", self.region, self.account)
    }
}

/// A principal, as STS tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Such as `arn:aws:sts::123456789012:assumed-role/role/session`.
    pub arn: String,
    /// Its unique id.
    pub user_id: String,
}

/// A permission that a caller does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    /// What AWS says of it.
    pub message: String,
}

impl Denied {
    /// The words of AWS for a caller whose own policies do not allow an action.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>
    pub fn new(principal: &str, action: &str, resource: &str) -> Self {
        Self {
            message: format!(
                "User: {principal} is not authorized to perform: {action} on resource: {resource} because no identity-based policy allows the {action} action"
            ),
        }
    }
}
