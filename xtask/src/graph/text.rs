//! Texts of which a part is known only where they are deployed.

/// A text of which a part may be known only where it is deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text(Vec<Part>);

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    Literal(String),
    /// The twelve digits of the account.
    Account,
    /// Such as `sa-east-1`.
    Region,
    /// `aws` in most regions, `aws-cn` in those of China.
    Partition,
}

impl Text {
    pub(crate) fn new(parts: impl IntoIterator<Item = Part>) -> Self {
        Self(parts.into_iter().collect())
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.0
    }

    /// The text where all of it is known.
    pub(crate) fn at(&self, account: &str, region: &str, partition: &str) -> String {
        let part = |part: &Part| match part {
            Part::Literal(text) => text.clone(),
            Part::Account => account.to_owned(),
            Part::Region => region.to_owned(),
            Part::Partition => partition.to_owned(),
        };
        self.0.iter().map(part).collect()
    }

    /// The most characters it can have.
    pub(crate) fn longest(&self) -> usize {
        self.0.iter().map(Part::longest).sum()
    }
}

impl Part {
    /// The most characters it can have: `us-isof-south-1` has the longest name of a region,
    /// `aws-us-gov` is the longest partition.
    fn longest(&self) -> usize {
        match self {
            Part::Literal(text) => text.chars().count(),
            Part::Account => 12,
            Part::Region => 15,
            Part::Partition => 10,
        }
    }
}

impl From<&str> for Part {
    fn from(text: &str) -> Self {
        Self::Literal(text.into())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(vec![Part::Literal(text)])
    }
}
