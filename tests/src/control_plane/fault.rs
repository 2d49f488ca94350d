//! Why a call is refused.

use std::fmt;

use serde_json::{Value, json};

/// An error of the service, under the name it has in AWS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    kind: &'static str,
    message: String,
}

impl Fault {
    /// A value that is none of those allowed, or is missing.
    pub(super) fn value(message: impl Into<String>) -> Self {
        Self { kind: "InvalidParameterValueException", message: message.into() }
    }

    /// Values that do not go together.
    pub(super) fn combination(message: impl Into<String>) -> Self {
        Self { kind: "InvalidParameterCombinationException", message: message.into() }
    }

    /// Something that does not exist.
    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self { kind: "ResourceNotFoundFault", message: message.into() }
    }

    /// Something that exists already.
    pub(super) fn exists(message: impl Into<String>) -> Self {
        Self { kind: "ResourceAlreadyExistsFault", message: message.into() }
    }

    /// Something that is in use, or runs.
    pub(super) fn state(message: impl Into<String>) -> Self {
        Self { kind: "InvalidResourceStateFault", message: message.into() }
    }

    /// Fewer zones than the service needs.
    pub(super) fn zones(message: impl Into<String>) -> Self {
        Self { kind: "ReplicationSubnetGroupDoesNotCoverEnoughAZs", message: message.into() }
    }

    /// An operation that is not here.
    pub(super) fn operation(name: &str) -> Self {
        Self { kind: "UnknownOperationException", message: format!("`{name}`") }
    }

    /// The body of the answer.
    pub(super) fn answer(&self) -> Value {
        json!({ "__type": self.kind, "message": self.message })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.message)
    }
}
