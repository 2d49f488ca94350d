//! An attribute of a message.

use std::borrow::Cow;

/// The greatest number that SNS takes, and the least but for its sign.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html>
const GREATEST: f64 = 1e9;

/// The digits after the point of a number that SNS keeps.
const DIGITS: usize = 5;

/// The value of an attribute of a message, by which subscriptions filter.
///
/// ```
/// use esteira::Attribute;
///
/// assert_eq!(Attribute::from("BR"), Attribute::Text("BR".into()));
/// assert_eq!(Attribute::from(2), Attribute::Number(2.0));
/// assert_eq!(Attribute::from(["a", "b"]), Attribute::Texts(vec!["a".into(), "b".into()]));
/// assert_eq!(Attribute::from(b"\x00\xff"), Attribute::Bytes(vec![0, 255]));
/// ```
///
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html>
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Attribute {
    /// A `String`, which is not empty.
    Text(String),
    /// A `Number`: from -10⁹ to 10⁹, of which five digits after the point count. An id that may be
    /// greater is sent as text.
    Number(f64),
    /// A `String.Array`: a filter matches if one of them does.
    Texts(Vec<String>),
    /// A `Binary`, which is not empty. No filter looks into it.
    Bytes(Vec<u8>),
}

/// The value of an attribute as it is sent.
#[derive(Debug, PartialEq)]
pub(crate) enum Content<'a> {
    Text(Cow<'a, str>),
    Bytes(&'a [u8]),
}

impl Content<'_> {
    /// In bytes.
    pub(super) fn len(&self) -> usize {
        match self {
            Content::Text(text) => text.len(),
            Content::Bytes(bytes) => bytes.len(),
        }
    }
}

impl Attribute {
    /// The name that SNS has for its type.
    pub(crate) fn data_type(&self) -> &'static str {
        match self {
            Attribute::Text(_) => "String",
            Attribute::Number(_) => "Number",
            Attribute::Texts(_) => "String.Array",
            Attribute::Bytes(_) => "Binary",
        }
    }

    /// The value as it is sent.
    pub(crate) fn content(&self) -> Content<'_> {
        Content::Text(match self {
            Attribute::Text(text) => text.into(),
            Attribute::Number(number) => {
                let text = format!("{number:.DIGITS$}");
                let text = text.trim_end_matches('0').trim_end_matches('.');
                if text == "-0" { "0".into() } else { text.to_owned().into() }
            }
            Attribute::Texts(texts) => serde_json::Value::from(texts.as_slice()).to_string().into(),
            Attribute::Bytes(bytes) => return Content::Bytes(bytes),
        })
    }

    /// What SNS has against it.
    pub(super) fn mistake(&self) -> Option<String> {
        match self {
            Attribute::Text(text) if text.is_empty() => Some("is empty".into()),
            Attribute::Bytes(bytes) if bytes.is_empty() => Some("is empty".into()),
            Attribute::Number(number) if !(-GREATEST..=GREATEST).contains(number) => {
                Some(format!("is {number}, and SNS takes -10⁹ to 10⁹: send it as text"))
            }
            _ => None,
        }
    }
}

impl From<String> for Attribute {
    fn from(text: String) -> Self {
        Attribute::Text(text)
    }
}

impl From<&str> for Attribute {
    fn from(text: &str) -> Self {
        Attribute::Text(text.into())
    }
}

impl<S: Into<String>> From<Vec<S>> for Attribute {
    fn from(texts: Vec<S>) -> Self {
        Attribute::Texts(texts.into_iter().map(Into::into).collect())
    }
}

impl<S: Into<String>, const N: usize> From<[S; N]> for Attribute {
    fn from(texts: [S; N]) -> Self {
        Attribute::Texts(texts.map(Into::into).into())
    }
}

// A `Vec<u8>` would be taken for the texts that a `Vec` has else.
impl From<&[u8]> for Attribute {
    fn from(bytes: &[u8]) -> Self {
        Attribute::Bytes(bytes.into())
    }
}

impl<const N: usize> From<&[u8; N]> for Attribute {
    fn from(bytes: &[u8; N]) -> Self {
        Attribute::Bytes(bytes.into())
    }
}

macro_rules! numbers {
    ($($type:ty),+) => {$(
        /// Exact wherever SNS takes it: what an `f64` cannot tell apart is beyond 10⁹.
        impl From<$type> for Attribute {
            fn from(number: $type) -> Self {
                Attribute::Number(number as f64)
            }
        }
    )+};
}

numbers!(i8, i16, i32, i64, u8, u16, u32, u64, f64);

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(attribute: Attribute) -> String {
        match attribute.content() {
            Content::Text(text) => text.into_owned(),
            Content::Bytes(bytes) => panic!("{bytes:?}"),
        }
    }

    #[test]
    fn a_number_is_sent_with_the_digits_that_count() {
        let text = |number: f64| text_of(number.into());
        assert_eq!([0.0, -0.0, -1e-300, 100.0].map(text), ["0", "0", "0", "100"]);
        assert_eq!([0.1 + 0.2, -1.5, 1e-5].map(text), ["0.3", "-1.5", "0.00001"]);
        assert_eq!(text(999_999_999.999_99), "999999999.99999");
        assert_eq!(text_of((-1_000_000_000).into()), "-1000000000");
    }

    #[test]
    fn a_list_is_sent_as_json() {
        assert_eq!(text_of(["é", "a \"b\""].into()), r#"["é","a \"b\""]"#);
        assert_eq!(text_of(Vec::<String>::new().into()), "[]");
    }

    #[test]
    fn bytes_are_sent_as_they_are() {
        let attribute = Attribute::from(b"\0\xff\xc3");
        assert_eq!(attribute.content(), Content::Bytes(&[0, 255, 195]));
        assert_eq!((attribute.data_type(), attribute.content().len()), ("Binary", 3));
        assert_eq!(attribute, Attribute::from(&[0, 255, 195][..]));
    }
}
