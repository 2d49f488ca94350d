//! What a handler returns when it fails.

/// Any error: a handler may use `?` on every error type.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// The result of a handler. An error fails the record or event, which AWS then delivers again.
pub type Result<T, E = Error> = std::result::Result<T, E>;
