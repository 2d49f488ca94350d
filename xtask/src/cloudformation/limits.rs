//! How much CloudFormation takes in one stack.

/// The most that one stack may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Resources.
    pub resources: usize,
    /// Parameters.
    pub parameters: usize,
    /// Outputs.
    pub outputs: usize,
    /// Bytes of the template, which is uploaded.
    pub bytes: usize,
}

impl Limits {
    /// Those of AWS. Templates here have no mappings, which are limited too.
    ///
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
    pub const AWS: Self = Self { resources: 500, parameters: 200, outputs: 200, bytes: 1_000_000 };
}

/// What there is too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Over {
    pub(super) what: &'static str,
    pub(super) count: usize,
    pub(super) most: usize,
}
