//! Where a stage may be deployed to.

use super::Stage;
use crate::diagnostic::Diagnostic;

/// <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html>
pub(super) fn check_account(account: &str) -> Result<(), Diagnostic> {
    if account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(());
    }
    Err(Diagnostic::new(format!("`{account}` is no AWS account"))
        .help("write its 12 digits: \"123456789012\""))
}

/// Regions are added every year, so only their shape is checked: `sa-east-1`.
///
/// <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>
pub(super) fn check_region(region: &str) -> Result<(), Diagnostic> {
    let mut parts = region.split('-');
    let letters = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
    let number = parts.next_back().unwrap_or_default();
    let valid = parts.clone().count() >= 2
        && parts.all(letters)
        && (1..=2).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit());
    if valid {
        return Ok(());
    }
    Err(Diagnostic::new(format!("`{region}` is no AWS region"))
        .help("write its code, for instance \"sa-east-1\""))
}

impl Stage {
    /// What is wrong with using the resource of an ARN, if the stage may only be deployed to
    /// another account or region than it is in.
    pub(crate) fn elsewhere(&self, arn: &str) -> Option<String> {
        let parts: Vec<_> = arn.splitn(6, ':').collect();
        let [_, _, _, region, account, _] = parts.as_slice() else { return None };
        // Names of some resources, such as a bucket's, are the whole world's.
        let differs = |own: &Option<String>, other: &str| {
            own.as_ref().filter(|own| !other.is_empty() && *own != other).cloned()
        };
        let stage = &self.name;
        if let Some(own) = differs(&self.account, account) {
            return Some(format!("`{arn}` is in account {account}, and stage `{stage}` in {own}"));
        }
        let own = differs(&self.region, region)?;
        Some(format!("`{arn}` is in region {region}, and stage `{stage}` in {own}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_has_its_shape() {
        for region in ["sa-east-1", "us-gov-west-1", "ap-southeast-12", "eusc-de-east-1"] {
            assert_eq!(check_region(region), Ok(()), "{region}");
        }
        for region in ["", "sa", "sa-east", "east-1", "sa-east-1a", "SA-EAST-1", "sa--1", "a-b-123"]
        {
            assert!(check_region(region).is_err(), "{region}");
        }
    }

    #[test]
    fn an_account_has_twelve_digits() {
        assert_eq!(check_account("012345678901"), Ok(()));
        for account in ["", "12345678901", "1234567890123", "12345678901a", "1234-5678-90"] {
            assert!(check_account(account).is_err(), "{account}");
        }
    }

    #[test]
    fn only_what_a_stage_pins_tells_an_arn_apart() {
        let arn = "arn:aws:kms:sa-east-1:123456789012:key/x";
        let mut stage = Stage::new("prod");
        assert_eq!(stage.elsewhere(arn), None);
        stage.region = Some("sa-east-1".into());
        assert_eq!(stage.elsewhere(arn), None);
        stage.region = Some("us-east-1".into());
        assert!(stage.elsewhere(arn).unwrap().contains("region sa-east-1, and stage `prod` in us"));
        stage.account = Some("210987654321".into());
        assert!(stage.elsewhere(arn).unwrap().contains("in account 123456789012"));
        assert_eq!(stage.elsewhere("arn:aws:s3:::bucket"), None);
    }
}
