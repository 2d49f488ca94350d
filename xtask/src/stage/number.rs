//! Numbers in the settings of a resource.

use std::ops::RangeInclusive;

use toml::Spanned;

use super::Settings;
use crate::diagnostic::{Diagnostic, Place};

impl<T> Settings<T> {
    /// A number, if the stage has it; `at` is what it is a setting of.
    ///
    /// # Errors
    ///
    /// AWS does not take the number.
    pub(crate) fn number(
        &self,
        name: &str,
        value: Option<&Spanned<u32>>,
        allowed: RangeInclusive<u32>,
        at: Place,
    ) -> Result<Option<u32>, Diagnostic> {
        let Some(value) = value else { return Ok(None) };
        let number = *value.get_ref();
        if allowed.contains(&number) {
            return Ok(Some(number));
        }
        let (least, most) = allowed.into_inner();
        let help = if most >= i32::MAX as u32 {
            format!("write at least {least}")
        } else {
            format!("AWS takes {least} to {most}")
        };
        Err(self
            .mistake(format!("`{name} = {number}` is out of range"), value.span())
            .at(at, "for this")
            .help(help))
    }
}
