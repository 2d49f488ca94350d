//! The error codes of AWS.

use super::{CallError, Existing};

impl CallError {
    /// Why one operation of a transaction was not carried out; none if it was not its fault. The
    /// codes are DynamoDB's own, without the word "Exception".
    /// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html>
    pub(crate) fn by_reason(
        code: Option<&str>,
        message: Option<&str>,
        existing: Option<Existing>,
    ) -> Option<Self> {
        match code.unwrap_or("None") {
            "None" => None,
            "ConditionalCheckFailed" => Some(CallError::ConditionFailed { existing }),
            code => Some(CallError::by_code(code, message.unwrap_or_default(), 400)),
        }
    }

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
    fn each_reason_of_a_cancelled_transaction_is_told_apart() {
        use CallError::{ConditionFailed, Contention, Invalid, Throttled};
        let item = std::collections::HashMap::<String, serde_dynamo::AttributeValue>::new();
        let existing = Existing(item.into());
        let failed = || Some(ConditionFailed { existing: Some(existing.clone()) });
        let invalid = |code: &str| Some(Invalid(format!("{code}: why")));
        for (code, expected) in [
            (None, None),
            (Some("None"), None),
            (Some("ConditionalCheckFailed"), failed()),
            (Some("TransactionConflict"), Some(Contention)),
            (Some("ProvisionedThroughputExceeded"), Some(Throttled)),
            (Some("ThrottlingError"), Some(Throttled)),
            (Some("ItemCollectionSizeLimitExceeded"), invalid("ItemCollectionSizeLimitExceeded")),
            (Some("ValidationError"), invalid("ValidationError")),
            (Some("AccessDenied"), Some(CallError::Refused("AccessDenied: why".into()))),
        ] {
            let reason = CallError::by_reason(code, Some("why"), Some(existing.clone()));
            assert_eq!(reason, expected, "{code:?}");
        }
    }

    #[test]
    fn each_error_of_a_whole_transaction_is_told_apart() {
        use CallError::{Contention, Invalid, Throttled, Unavailable};
        for (code, expected) in [
            ("TransactionInProgressException", Contention),
            ("TransactionConflictException", Contention),
            ("ReplicatedWriteConflictException", Contention),
            ("ProvisionedThroughputExceededException", Throttled),
            ("RequestLimitExceeded", Throttled),
            ("ThrottlingException", Throttled),
            (
                "IdempotentParameterMismatchException",
                Invalid("IdempotentParameterMismatchException: why".into()),
            ),
            (
                "ItemCollectionSizeLimitExceededException",
                Invalid("ItemCollectionSizeLimitExceededException: why".into()),
            ),
            ("ResourceNotFoundException", Invalid("ResourceNotFoundException: why".into())),
            ("ValidationException", Invalid("ValidationException: why".into())),
            ("InternalServerError", Unavailable("InternalServerError: why".into())),
        ] {
            assert_eq!(CallError::by_code(code, "why", 400), expected, "{code}");
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
