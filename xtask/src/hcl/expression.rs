//! The values of attributes.

use esteira_manifest::Json;

use super::{Lines, text, write_comments};

/// Longer lists take a line an element.
const LINE: usize = 80;

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expression {
    /// A string.
    Text(String),
    /// Taken as it is: a reference, a number, a call written out. Never the user's text.
    Raw(String),
    /// A list. Comments stand above their element.
    List(Vec<(Vec<String>, Expression)>),
    /// An object.
    Object(Vec<(String, Expression)>),
    /// A call with one argument, such as `jsonencode({ … })`.
    Call(&'static str, Box<Expression>),
}

/// A part of a string.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part<'a> {
    Text(&'a str),
    /// The value of an expression of ours.
    Value(&'a str),
}

impl Expression {
    /// A reference or another expression of ours.
    pub(crate) fn raw(text: impl Into<String>) -> Self {
        Self::Raw(text.into())
    }

    /// A string with the values of expressions in it.
    pub(crate) fn template<'a>(parts: impl IntoIterator<Item = Part<'a>>) -> Self {
        let parts = parts.into_iter().map(|part| match part {
            Part::Text(text) => text::escaped(text),
            Part::Value(expression) => format!("${{{expression}}}"),
        });
        Self::Raw(format!("\"{}\"", parts.collect::<String>()))
    }

    pub(crate) fn list<T: Into<Expression>>(elements: impl IntoIterator<Item = T>) -> Self {
        Self::List(elements.into_iter().map(|e| (Vec::new(), e.into())).collect())
    }

    pub(crate) fn object<K: Into<String>, V: Into<Expression>>(
        entries: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        Self::Object(entries.into_iter().map(|(k, v)| (k.into(), v.into())).collect())
    }

    /// A call of a function.
    pub(crate) fn call(name: &'static str, argument: Self) -> Self {
        Self::Call(name, Box::new(argument))
    }

    /// The value as JSON text, written as HCL.
    pub(crate) fn json(value: Self) -> Self {
        Self::call("jsonencode", value)
    }

    /// Renders the value for an attribute that is indented by `depth`.
    pub(super) fn render(&self, depth: usize) -> String {
        let mut out = String::new();
        self.write(depth, &mut out);
        out
    }

    fn write(&self, depth: usize, out: &mut String) {
        if let Some(line) = self.line(LINE.saturating_sub(2 * depth)) {
            out.push_str(&line);
            return;
        }
        let indent = "  ".repeat(depth);
        match self {
            // Always on one line, and so written above.
            Self::Text(_) | Self::Raw(_) => {}
            Self::Call(name, argument) => {
                out.push_str(name);
                out.push('(');
                argument.write(depth, out);
                out.push(')');
            }
            Self::Object(entries) => {
                out.push_str("{\n");
                let mut lines = Lines::new(depth + 1);
                for (key, value) in entries {
                    lines.add(&[], text::key(key), value, out);
                }
                lines.flush(out);
                out.push_str(&indent);
                out.push('}');
            }
            Self::List(elements) => {
                out.push_str("[\n");
                let indent_in = "  ".repeat(depth + 1);
                for (comments, element) in elements {
                    write_comments(comments, &indent_in, out);
                    out.push_str(&indent_in);
                    element.write(depth + 1, out);
                    out.push_str(",\n");
                }
                out.push_str(&indent);
                out.push(']');
            }
        }
    }

    /// The value on one line, if it fits within `width` and reads well so.
    fn line(&self, width: usize) -> Option<String> {
        match self {
            Self::Text(text) => Some(text::quoted(text)),
            Self::Raw(text) => Some(text.clone()),
            Self::Call(name, argument) => Some(format!("{name}({})", argument.line(width)?)),
            Self::Object(entries) if entries.is_empty() => Some("{}".into()),
            Self::Object(_) => None,
            Self::List(elements) => {
                let mut line = String::from("[");
                for (i, (comments, element)) in elements.iter().enumerate() {
                    if !comments.is_empty() {
                        return None;
                    }
                    if i > 0 {
                        line.push_str(", ");
                    }
                    line.push_str(&element.element(width)?);
                    // One element gains nothing from a line of its own.
                    if line.len() > width && elements.len() > 1 {
                        return None;
                    }
                }
                line.push(']');
                Some(line)
            }
        }
    }

    /// An element of a list on one line: there an object of one entry, such as
    /// `{ numeric = [">", 0] }`, may be written within.
    fn element(&self, width: usize) -> Option<String> {
        match self {
            Self::Object(entries) => match entries.as_slice() {
                [(key, value)] => {
                    Some(format!("{{ {} = {} }}", text::key(key), value.line(width)?))
                }
                _ => self.line(width),
            },
            _ => self.line(width),
        }
    }
}

impl From<&str> for Expression {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<&String> for Expression {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Expression {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u32> for Expression {
    fn from(number: u32) -> Self {
        Self::Raw(number.to_string())
    }
}

impl From<bool> for Expression {
    fn from(value: bool) -> Self {
        Self::Raw(value.to_string())
    }
}

impl From<&Json> for Expression {
    fn from(json: &Json) -> Self {
        match json {
            Json::Text(text) => Self::Text(text.to_string()),
            Json::Array(elements) => Self::list(elements.iter()),
            Json::Object(entries) => {
                Self::object(entries.iter().map(|(key, value)| (key.as_ref(), value)))
            }
            // JSON and HCL write these alike.
            Json::Null | Json::Bool(_) | Json::Integer(_) | Json::Number(_) => {
                Self::Raw(serde_json::Value::from(json).to_string())
            }
        }
    }
}
