//! What went wrong, in the words of the port.

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::{call::CallError, dispatch::chain};

/// Translates a failure that is not particular to one operation.
pub(super) fn translate<E>(error: &SdkError<E, HttpResponse>) -> CallError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let SdkError::ServiceError(service) = error else {
        return match error {
            SdkError::ConstructionFailure(_) => CallError::Invalid(chain(error)),
            _ => CallError::Unavailable(chain(error)),
        };
    };
    let code = service.err().code().unwrap_or_default();
    let message = service.err().message().unwrap_or_default();
    CallError::by_code(code, message, service.raw().status().as_u16())
}
