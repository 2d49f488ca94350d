//! XML as the query protocol and S3 have it: elements and text.

use std::fmt::Write;

/// Text of elements.
#[derive(Debug, Default)]
pub(super) struct Xml(String);

impl Xml {
    /// An empty document.
    pub(super) fn document() -> Self {
        Self("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned())
    }

    /// Nothing yet.
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// An element with text in it.
    pub(super) fn text(mut self, name: &str, text: impl std::fmt::Display) -> Self {
        self.open(name, "");
        self.escaped(&text.to_string());
        self.close(name);
        self
    }

    /// An element with text in it, if there is text.
    pub(super) fn optional(self, name: &str, text: Option<impl std::fmt::Display>) -> Self {
        match text {
            Some(text) => self.text(name, text),
            None => self,
        }
    }

    /// An element with elements in it.
    pub(super) fn element(self, name: &str, inner: Xml) -> Self {
        self.element_in(name, "", inner)
    }

    /// An element with elements in it, in a namespace.
    pub(super) fn element_in(mut self, name: &str, namespace: &str, inner: Xml) -> Self {
        self.open(name, namespace);
        self.0.push_str(&inner.0);
        self.close(name);
        self
    }

    /// The same and then others.
    pub(super) fn then(mut self, other: Xml) -> Self {
        self.0.push_str(&other.0);
        self
    }

    /// The text of it.
    pub(super) fn finish(self) -> String {
        self.0
    }

    fn open(&mut self, name: &str, namespace: &str) {
        // Writing to a text does not fail.
        let _ = match namespace {
            "" => write!(self.0, "<{name}>"),
            namespace => write!(self.0, "<{name} xmlns=\"{namespace}\">"),
        };
    }

    fn close(&mut self, name: &str) {
        let _ = write!(self.0, "</{name}>");
    }

    fn escaped(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\r' => self.0.push_str("&#xD;"),
                other => self.0.push(other),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        let xml = Xml::new().element("a", Xml::new().text("b", "<&\">\r"));
        assert_eq!(xml.finish(), "<a><b>&lt;&amp;&quot;&gt;&#xD;</b></a>");
    }
}
