//! What only a person can do.

use serde::Serialize;

/// Something that has to be done by hand for the stage to work: neither Terraform nor
/// CloudFormation can.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Step {
    /// What to do, in one line that starts with a verb and has no full stop.
    pub(crate) title: String,
    /// How, whole: commands or SQL to copy, one or more lines.
    pub(crate) text: String,
    /// Whether `deploy` and `destroy` see to it, so that it is for those alone who do without.
    #[serde(skip)]
    pub(crate) by_hand: bool,
}
