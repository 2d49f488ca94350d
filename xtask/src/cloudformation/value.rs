//! The values a template is made of, in the order written.

use esteira_manifest::Json;
use serde::{Serialize, Serializer, ser::SerializeMap};

/// A value of the template.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Integer(i64),
    Number(f64),
    Text(String),
    List(Vec<Value>),
    /// A list of texts on one line.
    Line(Vec<String>),
    Map(Vec<(String, Value)>),
}

impl Value {
    pub(super) fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Value)>) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    pub(super) fn list<T: Into<Value>>(elements: impl IntoIterator<Item = T>) -> Self {
        Self::List(elements.into_iter().map(Into::into).collect())
    }

    /// `Ref`, in its long form, which every YAML library reads.
    pub(super) fn reference(id: &str) -> Self {
        Self::map([("Ref", id.into())])
    }

    /// `Fn::GetAtt`
    pub(super) fn attribute(id: &str, attribute: &str) -> Self {
        Self::map([("Fn::GetAtt", Self::Line(vec![id.into(), attribute.into()]))])
    }

    /// `Fn::Join`: a list as a text, which is all that an output can be.
    pub(super) fn join(elements: impl IntoIterator<Item = Self>) -> Self {
        Self::map([("Fn::Join", Self::List(vec![",".into(), Self::list(elements)]))])
    }

    /// The bytes that it has at most as YAML, behind its key and so many indentations, or as JSON:
    /// to write it takes longer than all the rest.
    pub(super) fn bytes(&self, depth: usize) -> usize {
        const NUMBER: usize = 24;
        // What an entry has besides its key and its value: quotes, a colon, a dash, a line.
        let entry = 5 + 2 * depth;
        let text = |text: &str| {
            let escaped =
                text.bytes().filter(|it| !matches!(it, b' '..=b'~') || b"\"'\\".contains(it));
            text.len() + 3 * escaped.count() + 2
        };
        match self {
            Self::Null | Self::Bool(_) | Self::Integer(_) | Self::Number(_) => NUMBER,
            Self::Text(written) => text(written),
            Self::Line(texts) => texts.iter().map(|it| text(it)).sum::<usize>() + 4,
            Self::List(elements) => {
                elements.iter().map(|it| entry + it.bytes(depth + 1)).sum::<usize>() + 4
            }
            Self::Map(entries) => {
                let one = |(key, it): &(String, Self)| entry + text(key) + it.bytes(depth + 1);
                entries.iter().map(one).sum::<usize>() + 4
            }
        }
    }

    /// `Fn::Sub`: a text with references in it, as `${Name}` or `${Name.Attribute}`.
    pub(super) fn substitute(text: String) -> Self {
        Self::map([("Fn::Sub", text.into())])
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(value) => serializer.serialize_bool(*value),
            Value::Integer(number) => serializer.serialize_i64(*number),
            Value::Number(number) => serializer.serialize_f64(*number),
            Value::Text(text) => serializer.serialize_str(text),
            Value::List(elements) => serializer.collect_seq(elements),
            Value::Line(texts) => serde_saphyr::FlowSeq(texts).serialize(serializer),
            Value::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                entries.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
                map.end()
            }
        }
    }
}

/// The value as YAML that readers of YAML 1.1, as CloudFormation is, and 1.2 read alike.
pub(super) fn yaml(value: &Value) -> Result<String, String> {
    let options = serde_saphyr::ser_options! {
        prefer_block_scalars: false,
        compact_list_indent: false,
    };
    let mut out = String::new();
    serde_saphyr::to_fmt_writer_with_options(&mut out, value, options)
        .map_err(|error| error.to_string())?;
    Ok(out)
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<&Json> for Value {
    fn from(json: &Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(*value),
            Json::Integer(number) => Self::Integer(*number),
            Json::Number(number) => Self::Number(*number),
            Json::Text(text) => Self::Text(text.to_string()),
            Json::Array(elements) => Self::list(elements.iter()),
            Json::Object(entries) => {
                Self::map(entries.iter().map(|(key, value)| (key.as_ref(), value.into())))
            }
        }
    }
}
