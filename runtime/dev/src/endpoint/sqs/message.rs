//! Messages and their attributes, and the digests by which clients check them.

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use md5::{Digest, Md5};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::endpoint::{
    backend::{AttributeContent, MessageAttribute},
    failure::{Failure, Outcome},
};

/// An attribute as it is written.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RawAttribute {
    data_type: Option<String>,
    string_value: Option<String>,
    binary_value: Option<String>,
}

/// Reads the attributes of a message.
pub(super) fn read(
    raw: BTreeMap<String, RawAttribute>,
) -> Outcome<BTreeMap<String, MessageAttribute>> {
    let invalid = |message: String| Failure::new("InvalidParameterValue", message);
    let read = |(name, raw): (String, RawAttribute)| {
        let data_type = raw.data_type.filter(|it| !it.is_empty()).ok_or_else(|| {
            invalid(format!(
                "The message attribute '{name}' must contain a non-empty message attribute type."
            ))
        })?;
        let value = match (raw.string_value, raw.binary_value) {
            (Some(text), None) => AttributeContent::Text(text),
            (None, Some(text)) => {
                let bytes = BASE64_STANDARD.decode(text);
                AttributeContent::Bytes(bytes.map_err(|error| {
                    invalid(format!("The message attribute '{name}' is no base64: {error}."))
                })?)
            }
            _ => {
                return Err(invalid(format!(
                    "The message attribute '{name}' must contain either a StringValue or a BinaryValue."
                )));
            }
        };
        Ok((name, MessageAttribute { data_type, value }))
    };
    raw.into_iter().map(read).collect()
}

/// Writes attributes as a receiver gets them.
pub(super) fn write<'a>(
    attributes: impl Iterator<Item = (&'a String, &'a MessageAttribute)>,
) -> Map<String, Value> {
    let write = |(name, attribute): (&String, &MessageAttribute)| {
        let value = match &attribute.value {
            AttributeContent::Text(text) => {
                json!({"DataType": attribute.data_type, "StringValue": text})
            }
            AttributeContent::Bytes(bytes) => json!({
                "DataType": attribute.data_type,
                "BinaryValue": BASE64_STANDARD.encode(bytes),
            }),
        };
        (name.clone(), value)
    };
    attributes.map(write).collect()
}

/// The digest of a message's text.
pub(super) fn digest(text: &[u8]) -> String {
    hexadecimal(&Md5::digest(text))
}

/// The digest of attributes: each with the length before name, type and value, in the order of
/// their names; none if there are none.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html>
pub(super) fn digest_of_attributes<'a>(
    attributes: impl Iterator<Item = (&'a String, &'a MessageAttribute)>,
) -> Option<String> {
    let mut md5 = Md5::new();
    let mut any = false;
    let mut part = |md5: &mut Md5, bytes: &[u8]| {
        any = true;
        md5.update(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
        md5.update(bytes);
    };
    for (name, attribute) in attributes {
        part(&mut md5, name.as_bytes());
        part(&mut md5, attribute.data_type.as_bytes());
        match &attribute.value {
            AttributeContent::Text(text) => {
                md5.update([1]);
                part(&mut md5, text.as_bytes());
            }
            AttributeContent::Bytes(bytes) => {
                md5.update([2]);
                part(&mut md5, bytes);
            }
        }
    }
    any.then(|| hexadecimal(&md5.finalize()))
}

/// Whether a list of names asks for an attribute: by its name, by `All`, or by the beginning of
/// its name and a star.
pub(super) fn wanted(names: &[String], name: &str) -> bool {
    names.iter().any(|wanted| {
        let prefix = wanted.strip_suffix(".*").or(wanted.strip_suffix('*'));
        wanted == "All" || wanted == name || prefix.is_some_and(|prefix| name.starts_with(prefix))
    })
}

pub(in crate::endpoint) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_aws() {
        // From the documentation's example of the digest of a message and of one attribute.
        assert_eq!(digest(b"hello"), "5d41402abc4b2a76b9719d911017c592");
        let attribute = MessageAttribute {
            data_type: "String".into(),
            value: AttributeContent::Text("ok".into()),
        };
        let attributes = BTreeMap::from([("a".to_owned(), attribute)]);
        let expected = digest(b"\0\0\0\x01a\0\0\0\x06String\x01\0\0\0\x02ok");
        assert_eq!(digest_of_attributes(attributes.iter()), Some(expected));
        assert_eq!(digest_of_attributes(BTreeMap::new().iter()), None);
    }

    #[test]
    fn stars_ask_for_all_names_with_a_beginning() {
        let names = |text: &str| vec![text.to_owned()];
        assert!(wanted(&names("All"), "x") && wanted(&names(".*"), "x"));
        assert!(wanted(&names("bar.*"), "bar.one") && !wanted(&names("bar.*"), "foo"));
        assert!(!wanted(&[], "x"));
    }
}
