//! A message to a topic, and what SNS takes as one.

use std::collections::BTreeMap;

use super::Attribute;

/// The most bytes of a message of a topic with default settings, its attributes included.
/// <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>
const MOST_BYTES: usize = 256 * 1024;

/// The first length, in characters, that a subject may not have.
const SUBJECT_LIMIT: usize = 100;

/// The most attributes of a message that a queue with raw message delivery gets.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html>
const MOST_ATTRIBUTES: usize = 10;

/// The most characters of an attribute's name.
const LONGEST_NAME: usize = 256;

/// The most characters of a group and of a deduplication id.
/// <https://docs.aws.amazon.com/sns/latest/api/API_Publish.html>
const LONGEST_ID: usize = 128;

/// A message as a topic gets it; a test reads it with [`Memory::messages`](crate::Memory::messages).
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Message {
    /// What e-mail subscribers see as the subject.
    pub subject: Option<String>,
    /// The text.
    pub body: String,
    /// What subscriptions filter by.
    pub attributes: BTreeMap<String, Attribute>,
    /// Those of one group are delivered in order by a FIFO topic, which needs one.
    pub group: Option<String>,
    /// Of those with one id a FIFO topic, which needs one, delivers the first of five minutes.
    pub deduplication: Option<String>,
}

impl Message {
    /// That SNS would take it, or why not.
    pub(super) fn check(&self) -> Result<(), String> {
        if self.body.is_empty() {
            return Err("a message needs a text".into());
        }
        let size = self.size();
        if size > MOST_BYTES {
            return Err(format!(
                "a message of {size} bytes is too large: SNS takes {MOST_BYTES}, attributes \
                 included"
            ));
        }
        self.subject.as_deref().map_or(Ok(()), check_subject)?;
        if self.attributes.len() > MOST_ATTRIBUTES {
            return Err(format!(
                "a message has at most {MOST_ATTRIBUTES} attributes; this one has {}",
                self.attributes.len()
            ));
        }
        for (name, value) in &self.attributes {
            check_name(name)?;
            if let Some(mistake) = value.mistake() {
                return Err(format!("the attribute `{name}` {mistake}"));
            }
        }
        for (noun, id) in [("group", &self.group), ("deduplication id", &self.deduplication)] {
            id.as_deref().map_or(Ok(()), |id| check_id(noun, id))?;
        }
        Ok(())
    }

    /// Its size as SNS counts it, in bytes.
    fn size(&self) -> usize {
        let attributes = self.attributes.iter();
        let attributes = attributes
            .map(|(name, value)| name.len() + value.data_type().len() + value.content().len());
        self.body.len() + attributes.sum::<usize>()
    }
}

fn check_subject(subject: &str) -> Result<(), String> {
    let length = subject.chars().count();
    if length == 0 || length >= SUBJECT_LIMIT {
        return Err(format!(
            "a subject has 1 to {} characters; this one has {length}",
            SUBJECT_LIMIT - 1
        ));
    }
    if subject.chars().any(char::is_control) {
        return Err("a subject has no line breaks or control characters".into());
    }
    Ok(())
}

/// <https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html>
fn check_name(name: &str) -> Result<(), String> {
    let of = format!("the attribute name `{name}`");
    if !(1..=LONGEST_NAME).contains(&name.len()) {
        return Err(format!("{of} has {} bytes, and SNS takes 1 to {LONGEST_NAME}", name.len()));
    }
    if let Some(bad) = name.chars().find(|c| !c.is_ascii_alphanumeric() && !"_-.".contains(*c)) {
        return Err(format!("{of} has the character {bad:?}: use ASCII letters, digits, `_-.`"));
    }
    if name.split('.').any(str::is_empty) {
        return Err(format!("{of} begins or ends with a `.`, or has two in a row"));
    }
    let (first, rest) = name.split_once('.').unwrap_or((name, ""));
    let theirs = ["aws", "amazon"].iter().any(|prefix| first.eq_ignore_ascii_case(prefix));
    if theirs && !rest.is_empty() {
        return Err(format!("{of} begins with `{first}.`, which is AWS's own"));
    }
    Ok(())
}

fn check_id(noun: &str, id: &str) -> Result<(), String> {
    let length = id.chars().count();
    if !(1..=LONGEST_ID).contains(&length) {
        return Err(format!("a {noun} has 1 to {LONGEST_ID} characters; this one has {length}"));
    }
    if let Some(bad) = id.chars().find(|c| !c.is_ascii_graphic()) {
        return Err(format!(
            "the {noun} `{id}` has the character {bad:?}: use ASCII letters, digits and punctuation"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Message {
        Message { body: "text".into(), ..Message::default() }
    }

    /// Why a message with this attribute is refused, if it is.
    fn with(name: &str, value: impl Into<Attribute>) -> Option<String> {
        let mut message = message();
        message.attributes.insert(name.into(), value.into());
        message.check().err()
    }

    #[test]
    fn an_attribute_has_a_name_that_sns_takes() {
        let long = "x".repeat(256);
        for name in ["a", "order.id", "Order_Id-2", "aws", "awsome.x", "amazon-x", &long] {
            assert_eq!(with(name, "x"), None);
        }
        let too_long = "x".repeat(257);
        for (name, expected) in [
            ("", "has 0 bytes"),
            (too_long.as_str(), "has 257 bytes"),
            ("ação", "the character 'ç'"),
            ("a b", "the character ' '"),
            (".a", "begins or ends with a `.`"),
            ("a.", "begins or ends with a `.`"),
            ("a..b", "two in a row"),
            ("AWS.SNS.SMS.SenderID", "begins with `AWS.`"),
            ("aMaZon.x", "begins with `aMaZon.`"),
        ] {
            let why = with(name, "x").expect(name);
            assert!(why.contains(expected), "{expected:?} is not in {why}");
        }
    }

    #[test]
    fn an_attribute_has_a_value_that_sns_takes() {
        assert_eq!(with("a", 1_000_000_000), None);
        assert_eq!(with("a", -1e9), None);
        assert_eq!(with("a", Vec::<String>::new()), None);
        assert_eq!(with("a", b"\0"), None);
        assert!(with("a", "").unwrap().contains("the attribute `a` is empty"));
        assert!(with("a", b"").unwrap().contains("the attribute `a` is empty"));
        for number in [1e9 + 0.1, -1e10, f64::NAN, f64::INFINITY, u64::MAX as f64] {
            assert!(with("a", number).unwrap().contains("send it as text"), "{number}");
        }
    }

    #[test]
    fn the_attributes_count_as_part_of_the_size() {
        let mut message = message();
        message.attributes.insert("list".into(), ["ab", "c"].into());
        let attribute = "list".len() + "String.Array".len() + r#"["ab","c"]"#.len();
        message.body = "x".repeat(MOST_BYTES - attribute);
        assert_eq!(message.check(), Ok(()));
        message.body.push('x');
        let why = message.check().unwrap_err();
        assert!(why.contains("a message of 262145 bytes is too large"), "{why}");
    }

    #[test]
    fn a_message_has_no_more_attributes_than_a_raw_delivery() {
        let mut message = message();
        message.attributes = (0..10).map(|n| (format!("a{n}"), n.into())).collect();
        assert_eq!(message.check(), Ok(()));
        message.attributes.insert("more".into(), 1.into());
        assert!(message.check().unwrap_err().contains("this one has 11"));
    }

    #[test]
    fn an_id_is_short_and_printable() {
        let with = |group: &str, id: &str| {
            let (group, deduplication) = (Some(group.into()), Some(id.into()));
            Message { group, deduplication, ..message() }.check().err()
        };
        let long = "x".repeat(129);
        assert_eq!(with(&long[1..], "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"), None);
        assert!(with("", "a").unwrap().contains("a group has 1 to 128 characters"));
        assert!(with("a", &long).unwrap().contains("a deduplication id has 1 to 128"));
        assert!(with("a b", "a").unwrap().contains("the group `a b` has the character ' '"));
        assert!(with("a", "é").unwrap().contains("the character 'é'"));
    }
}
