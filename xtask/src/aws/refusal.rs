//! Why a call of the `aws` command line did not succeed, and what to do about it.

use std::io;

use super::Denial;
use crate::diagnostic::{Diagnostic, Failure};

/// A call that did not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// What was called, as `iam get-role`.
    pub(crate) call: String,
    /// Why.
    pub(crate) cause: Cause,
    /// The code of AWS, as `NoSuchEntity`, if it was AWS that refused.
    pub(crate) code: Option<String>,
    /// What AWS or the command line said.
    pub(crate) said: String,
}

/// Why a call did not succeed, as far as something follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cause {
    /// There is no `aws` on the `PATH`.
    NotInstalled,
    /// Nothing says as whom to call.
    NoCredentials,
    /// The profile is in neither file.
    NoProfile,
    /// A session has ended.
    Expired,
    /// AWS does not know the key, or the secret is not the key's.
    Unknown,
    NoRegion,
    /// IAM refuses; which permission it is, if AWS says it.
    Denied(Option<Box<Denial>>),
    NotFound,
    /// Too many calls; the command line has tried again by itself.
    Throttled,
    /// The endpoint cannot be reached.
    Unreachable,
    Other,
}

impl Refusal {
    /// From what the command line wrote to stderr.
    pub(super) fn new(service: &str, operation: &str, said: &str) -> Self {
        let (code, said) = said_by_aws(said);
        let cause = cause(code.as_deref(), &said);
        Self { call: format!("{service} {operation}"), cause, code, said }
    }

    /// That an answer is not as it should be.
    pub(crate) fn other(service: &str, operation: &str, said: &str) -> Self {
        let call = format!("{service} {operation}");
        Self { call, cause: Cause::Other, code: None, said: said.into() }
    }

    pub(super) fn not_started(service: &str, operation: &str, error: &io::Error) -> Self {
        let cause = match error.kind() {
            io::ErrorKind::NotFound => Cause::NotInstalled,
            _ => Cause::Other,
        };
        Self { cause, ..Self::other(service, operation, &error.to_string()) }
    }

    /// Whether it says that there is no such thing.
    pub(crate) fn is_not_found(&self) -> bool {
        self.cause == Cause::NotFound
    }

    fn help(&self) -> Option<String> {
        Some(match &self.cause {
            Cause::NotInstalled => {
                "install the AWS command line, version 2 (or 1), and have `aws` on the PATH: \
                 https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"
                    .into()
            }
            Cause::NoCredentials => {
                "run `aws configure sso` or `aws configure`, or choose a profile with `--profile` \
                 or AWS_PROFILE"
                    .into()
            }
            Cause::NoProfile => {
                "`aws configure list-profiles` names those there are; choose one with `--profile` \
                 or AWS_PROFILE"
                    .into()
            }
            Cause::Expired => {
                "run `aws sso login` with the profile's name, or get new temporary credentials, \
                 and run this again"
                    .into()
            }
            Cause::Unknown => {
                "look at `aws configure list`, which says where they come from; a key that was \
                 deleted or deactivated takes `aws configure` anew"
                    .into()
            }
            Cause::NoRegion => "pass `--region`, or set AWS_REGION".into(),
            Cause::Denied(Some(denial)) => denial.help(),
            Cause::Denied(None) => {
                format!(
                    "allow what `{}` calls to the identity of `aws sts get-caller-identity`",
                    self.call
                )
            }
            Cause::Throttled => "run this again in a minute".into(),
            Cause::Unreachable => {
                "look at the network and its proxy, and that AWS_ENDPOINT_URL and the region are \
                 as meant"
                    .into()
            }
            Cause::NotFound | Cause::Other => return None,
        })
    }

    /// The message, in one sentence.
    pub(crate) fn message(&self) -> String {
        let said = one_line(&self.said);
        match &self.cause {
            Cause::NotInstalled => "the `aws` command line is not installed".into(),
            Cause::NoCredentials => format!("there are no AWS credentials: {said}"),
            Cause::NoProfile => format!("there is no such AWS profile: {said}"),
            Cause::Expired => format!("the AWS credentials have expired: {said}"),
            Cause::Unknown => format!("AWS does not know these credentials: {said}"),
            Cause::NoRegion => "no AWS region is set".into(),
            Cause::Denied(Some(denial)) => match &denial.resource {
                Some(on) => format!("AWS denies `{}` on `{on}`", denial.action),
                None => format!("AWS denies `{}`", denial.action),
            },
            Cause::Denied(None) => format!("AWS denies `aws {}`: {said}", self.call),
            Cause::Unreachable => format!("AWS cannot be reached: {said}"),
            Cause::NotFound | Cause::Throttled | Cause::Other => {
                let code = self.code.as_ref().map(|code| format!("{code}: ")).unwrap_or_default();
                format!("`aws {}` failed: {code}{said}", self.call)
            }
        }
    }

    /// As a mistake, to which the caller may add a place.
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        Diagnostic { help: self.help(), ..Diagnostic::new(self.message()) }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        refusal.diagnostic().into()
    }
}

/// The code and the message in `An error occurred (CODE) when calling the X operation: MESSAGE`,
/// before which version 2 writes `aws: [ERROR]: `.
fn said_by_aws(said: &str) -> (Option<String>, String) {
    // What newer ones add says nothing more.
    let said = said.split_once("\nAdditional error details:").map_or(said, |(said, _)| said);
    let parts = said
        .split_once("An error occurred (")
        .and_then(|(_, rest)| rest.split_once(")"))
        .and_then(|(code, rest)| {
            let (_, rest) = rest.split_once(" operation")?;
            // It may say how often it tried: ` (reached max retries: 4): `.
            let end = if rest.starts_with(" (") { "):" } else { ":" };
            Some((code, rest.split_once(end)?.1))
        });
    match parts {
        Some((code, said)) => (Some(code.to_owned()), said.trim().to_owned()),
        None => {
            let said = said.trim();
            let said = said.strip_prefix("aws: [ERROR]: ").unwrap_or(said);
            (None, said.to_owned())
        }
    }
}

/// The last line that says something: before it may stand warnings of Python, and a stack.
fn one_line(said: &str) -> &str {
    said.lines().rev().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default()
}

fn cause(code: Option<&str>, said: &str) -> Cause {
    match code {
        Some(code) => cause_of_code(code, said),
        None => cause_of_text(said),
    }
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html> and each service's own.
fn cause_of_code(code: &str, said: &str) -> Cause {
    const EXPIRED: [&str; 4] =
        ["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"];
    const UNKNOWN: [&str; 8] = [
        "AuthFailure",
        "IncompleteSignature",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
        "InvalidToken",
    ];
    const DENIED: [&str; 8] = [
        "AccessDenied",
        "AccessDeniedException",
        "AccessDeniedFault",
        "AuthorizationError",
        "AuthorizationErrorException",
        "NotAuthorized",
        "UnauthorizedOperation",
        "403",
    ];
    const NOT_FOUND: [&str; 9] = [
        "404",
        "AWS.SimpleQueueService.NonExistentQueue",
        "NoSuchBucket",
        "NoSuchEntity",
        "NoSuchKey",
        "NotFound",
        "QueueDoesNotExist",
        "ResourceNotFoundException",
        "ResourceNotFoundFault",
    ];
    const THROTTLED: [&str; 9] = [
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "TooManyRequestsException",
    ];
    if EXPIRED.contains(&code) || (UNKNOWN.contains(&code) && said.contains("expired")) {
        Cause::Expired
    } else if UNKNOWN.contains(&code) {
        Cause::Unknown
    } else if DENIED.contains(&code) || Denial::find(said).is_some() {
        Cause::Denied(Denial::find(said).map(Box::new))
    } else if NOT_FOUND.contains(&code)
        || code.ends_with("NotFoundFault")
        || code.ends_with("NotFoundException")
        || code.ends_with(".NotFound")
        // A stack, and it alone, is missed this way.
        || (code == "ValidationError" && said.contains("does not exist"))
    {
        Cause::NotFound
    } else if THROTTLED.contains(&code) {
        Cause::Throttled
    } else {
        Cause::Other
    }
}

/// What the command line says before anything reaches AWS.
fn cause_of_text(said: &str) -> Cause {
    let has = |texts: &[&str]| texts.iter().any(|text| said.contains(text));
    if has(&["Unable to locate credentials", "Partial credentials found", "NoCredentialsError"]) {
        Cause::NoCredentials
    } else if has(&["The config profile (", "profile could not be found"]) {
        Cause::NoProfile
    } else if has(&[
        "The SSO session associated with this profile has expired",
        "Error loading SSO Token",
        "Error when retrieving token from sso",
        "Your session has expired",
        "Token has expired",
        "token is expired",
        "Refresh token",
        "credentials were refreshed, but the refreshed credentials are still expired",
    ]) {
        Cause::Expired
    } else if has(&["You must specify a region"]) {
        Cause::NoRegion
    } else if has(&["Error when retrieving credentials from", "Error retrieving credentials"]) {
        Cause::NoCredentials
    } else if has(&[
        "Could not connect to the endpoint URL",
        "timeout on endpoint URL",
        "Connection was closed before we received a valid response",
        "Failed to connect to proxy URL",
        "SSL validation failed",
        "Could not resolve host",
    ]) {
        Cause::Unreachable
    } else {
        Cause::Other
    }
}
