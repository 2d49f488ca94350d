//! EventBridge buses.

use std::time::SystemTime;

/// The buses of a pipeline.
pub trait Buses {
    /// Accepts or rejects each event by itself, in their order: an id or why not. An event for a
    /// bus that does not exist is accepted and reaches nobody, as on AWS.
    fn put_events(&self, entries: Vec<Entry>) -> Vec<Result<String, Rejected>>;
}

/// An event as its sender hands it over, checked by the endpoint: everything is there, and the
/// detail is a JSON object.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The name of the bus.
    pub bus: String,
    /// Who sends it.
    pub source: String,
    /// What kind of event it is.
    pub detail_type: String,
    /// The text of a JSON object.
    pub detail: String,
    /// The ARNs of what it is about.
    pub resources: Vec<String>,
    /// When it happened; when it comes if that is not said.
    pub time: Option<SystemTime>,
    /// An X-Ray trace header.
    pub trace: Option<String>,
}

/// Why an event was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Such as `ThrottlingException`.
    pub code: String,
    /// What is wrong.
    pub message: String,
}
