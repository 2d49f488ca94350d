//! What a call is answered that was not carried out.

use serde_json::{Map, Value};

use super::backend::Refused;

/// The result of a call.
pub(super) type Outcome<T> = Result<T, Failure>;

/// An error as AWS has it, before it is written in a protocol.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Failure {
    /// The HTTP status.
    pub(super) status: u16,
    /// What SDKs classify it by.
    pub(super) code: String,
    /// What people read.
    pub(super) message: String,
    /// What else is in the answer; only JSON has it.
    pub(super) fields: Map<String, Value>,
}

impl Failure {
    /// An error that is the caller's.
    pub(super) fn new(code: &str, message: impl Into<String>) -> Self {
        Self { status: 400, code: code.to_owned(), message: message.into(), fields: Map::new() }
    }

    /// The same with another HTTP status.
    pub(super) fn status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// The same with something else in the answer.
    pub(super) fn with(mut self, name: &str, value: Value) -> Self {
        self.fields.insert(name.to_owned(), value);
        self
    }

    /// A parameter that is not right.
    pub(super) fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationException", message)
    }

    /// A resource that does not exist.
    pub(super) fn not_found(message: impl Into<String>) -> Self {
        Self::new("ResourceNotFoundException", message)
    }

    /// An operation that the endpoint does not have.
    pub(super) fn unknown(service: &str, operation: &str, known: &[&str]) -> Self {
        Self::new(
            "UnknownOperationException",
            format!(
                "the local endpoint does not serve {operation} of {service}; it serves {}",
                known.join(", ")
            ),
        )
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        Self::new(&refused.code, refused.message)
    }
}

/// A parameter that has to be there.
pub(super) fn required<T>(value: Option<T>, name: &str) -> Outcome<T> {
    value.ok_or_else(|| {
        let mut lower = name.to_owned();
        // AWS names the member, whose first letter is small.
        if let Some(first) = lower.get_mut(..1) {
            first.make_ascii_lowercase();
        }
        Failure::validation(format!(
            "1 validation error detected: Value null at '{lower}' failed to satisfy constraint: Member must not be null"
        ))
    })
}
