//! A call, whichever protocol it came by.

use super::{
    Backend,
    backend::Place,
    dynamodb::Tokens,
    failure::{Failure, Outcome},
};

/// Who calls, and what answers.
#[derive(Clone, Copy)]
pub(super) struct Call<'a> {
    pub(super) backend: &'a dyn Backend,
    pub(super) tokens: &'a Tokens,
    pub(super) access_key: Option<&'a str>,
}

impl Call<'_> {
    /// Fails unless the caller may do it.
    pub(super) fn authorize(&self, action: &str, resource: &str) -> Outcome<()> {
        let granted = self.backend.authorize(self.access_key, action, resource);
        granted.map_err(|denied| Failure::new("AccessDeniedException", denied.message))
    }

    /// Fails unless the caller may put this event on the bus.
    pub(super) fn authorize_event(
        &self,
        bus: &str,
        source: &str,
        detail_type: &str,
    ) -> Outcome<()> {
        let granted = self.backend.authorize_event(self.access_key, bus, source, detail_type);
        granted.map_err(|denied| Failure::new("AccessDeniedException", denied.message))
    }

    /// Where the resources are said to be.
    pub(super) fn place(&self) -> Place {
        self.backend.place()
    }
}

/// The last part of an ARN, behind its last colon or slash; what is no ARN is the name itself.
pub(super) fn name_of(name_or_arn: &str) -> &str {
    if name_or_arn.starts_with("arn:") {
        name_or_arn.rsplit([':', '/']).next().unwrap_or(name_or_arn)
    } else {
        name_or_arn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_arns_name_the_same() {
        for text in ["Loja", "arn:aws:dynamodb:r:1:table/Loja", "arn:aws:sqs:r:1:Loja"] {
            assert_eq!(name_of(text), "Loja");
        }
    }
}
