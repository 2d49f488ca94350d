//! The error codes of AWS.

use super::CallError;

impl CallError {
    /// What an error code of AWS means, given the HTTP status it came with.
    pub(crate) fn by_code(code: &str, message: &str, status: u16) -> Self {
        let text = || {
            if message.is_empty() { code.to_owned() } else { format!("{code}: {message}") }
        };
        match code {
            "AccessDenied"
            | "AccessDeniedException"
            | "AuthorizationError"
            | "AuthorizationErrorException"
            | "KMSAccessDenied"
            | "KMSAccessDeniedException"
            | "NotAuthorizedForSourceException"
            | "NotAuthorizedForDetailTypeException" => CallError::Refused(text()),
            "Throttling"
            | "ThrottlingException"
            | "Throttled"
            | "ThrottledException"
            | "ThrottlingError"
            | "KMSThrottling"
            | "KMSThrottlingException"
            | "ProvisionedThroughputExceededException"
            | "ProvisionedThroughputExceeded"
            | "RequestLimitExceeded"
            | "TooManyRequestsException" => CallError::Throttled,
            "TransactionConflictException"
            | "TransactionConflict"
            | "TransactionInProgressException"
            | "ReplicatedWriteConflictException" => CallError::Contention,
            "RequestTimeout"
            | "RequestTimeoutException"
            | "InternalFailure"
            | "InternalException"
            | "InternalServerError"
            | "InternalError"
            | "ServiceUnavailable" => CallError::Unavailable(text()),
            _ if status >= 500 => CallError::Unavailable(text()),
            _ => CallError::Invalid(text()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_succeed_a_moment_later_is_transient() {
        for (code, status) in [
            ("ThrottlingException", 400),
            ("ThrottlingError", 400),
            ("ProvisionedThroughputExceededException", 400),
            ("TransactionConflict", 400),
            ("TransactionInProgressException", 400),
            ("InternalFailure", 200),
            ("SomethingNew", 503),
        ] {
            let error = CallError::by_code(code, "", status);
            assert!(error.is_transient(), "{code}: {error:?}");
        }
    }

    #[test]
    fn what_the_role_does_not_allow_is_refused() {
        for code in [
            "AccessDeniedException",
            "AuthorizationError",
            "NotAuthorizedForSourceException",
            "NotAuthorizedForDetailTypeException",
        ] {
            let error = CallError::by_code(code, "not you", 400);
            assert_eq!(error, CallError::Refused(format!("{code}: not you")));
        }
    }

    #[test]
    fn what_can_never_succeed_is_invalid() {
        for code in ["ValidationException", "MalformedDetail", "InvalidArgument", ""] {
            let error = CallError::by_code(code, "why", 400);
            assert_eq!(error, CallError::Invalid(format!("{code}: why")));
        }
    }
}
