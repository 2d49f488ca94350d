//! Reading what a call is given.

use serde_json::Value;

use super::Object;
use super::fault::Fault;

pub(super) type Result<T, E = Fault> = std::result::Result<T, E>;

/// Text that has to be there and not be empty.
pub(super) fn text<'a>(input: &'a Object, name: &str) -> Result<&'a str> {
    maybe(input, name).ok_or_else(|| Fault::value(format!("{name} is required")))
}

/// Text, if it is there.
pub(super) fn maybe<'a>(input: &'a Object, name: &str) -> Option<&'a str> {
    input.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// Text that has to be there and be one of these.
pub(super) fn one_of<'a>(input: &'a Object, name: &str, allowed: &[&str]) -> Result<&'a str> {
    let value = text(input, name)?;
    match allowed.contains(&value) {
        true => Ok(value),
        false => Err(Fault::value(format!("{name} is `{value}`, none of {allowed:?}"))),
    }
}

/// A list of texts that has to be there and not be empty.
pub(super) fn texts(input: &Object, name: &str) -> Result<Vec<String>> {
    let list = input.get(name).and_then(Value::as_array).into_iter().flatten();
    let texts: Vec<String> = list.filter_map(Value::as_str).map(str::to_owned).collect();
    match texts.is_empty() {
        true => Err(Fault::value(format!("{name} is required"))),
        false => Ok(texts),
    }
}

/// An object that has to be there.
pub(super) fn object<'a>(input: &'a Object, name: &str) -> Result<&'a Object> {
    let value = input.get(name).and_then(Value::as_object);
    value.ok_or_else(|| Fault::value(format!("{name} is required")))
}

/// An object written as JSON in a text.
pub(super) fn json(text: &str, what: &str) -> Result<Object> {
    serde_json::from_str(text).map_err(|error| Fault::value(format!("{what} is no JSON: {error}")))
}

/// The identifier of something, in the lower case that the service keeps it in. At most 255
/// letters a-z, digits and hyphens, of which neither two together nor one at the end; a letter
/// leads.
///
/// <https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateEndpoint.html>
pub(super) fn identifier(input: &Object, name: &str, longest: usize) -> Result<String> {
    let value = text(input, name)?;
    let valid = value.len() <= longest
        && value.starts_with(|first: char| first.is_ascii_alphabetic())
        && value.chars().all(|it| it.is_ascii_alphanumeric() || it == '-')
        && !value.ends_with('-')
        && !value.contains("--");
    match valid {
        true => Ok(value.to_ascii_lowercase()),
        false => Err(Fault::value(format!("{name} is `{value}`, which is no identifier"))),
    }
}

/// Copies members that are there.
pub(super) fn copy(from: &Object, names: &[&str], to: &mut Object) {
    for name in names {
        if let Some(value) = from.get(*name) {
            to.insert((*name).to_owned(), value.clone());
        }
    }
}
