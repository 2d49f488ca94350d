//! HCL as a person would have written it, and as `terraform fmt` leaves it.
//!
//! A printer of our own because the generated files carry comments, which the libraries that
//! parse HCL do not print.

mod expression;
mod text;

pub(crate) use expression::{Expression, Part};

use unicode_segmentation::UnicodeSegmentation;

/// A block: `resource "aws_sns_topic" "avisos" { … }`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Block {
    comments: Vec<String>,
    header: String,
    items: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq)]
enum Item {
    Attribute { comments: Vec<String>, name: String, value: Expression },
    Block(Block),
}

impl Block {
    /// A block of a type with labels.
    pub(crate) fn new(kind: &str, labels: &[&str]) -> Self {
        let mut header = kind.to_owned();
        for label in labels {
            header.push(' ');
            header.push_str(&text::quoted(label));
        }
        Self { comments: Vec::new(), header, items: Vec::new() }
    }

    /// A resource, with where it comes from.
    pub(crate) fn resource(kind: &str, name: &str, at: impl ToString) -> Self {
        Self::new("resource", &[kind, name]).comment(at)
    }

    /// Adds a line of comment above.
    #[must_use]
    pub(crate) fn comment(mut self, comment: impl ToString) -> Self {
        self.comments.extend(text::comment_lines(&comment.to_string()));
        self
    }

    /// Adds an attribute.
    #[must_use]
    pub(crate) fn set(mut self, name: &str, value: impl Into<Expression>) -> Self {
        let (comments, name, value) = (Vec::new(), name.to_owned(), value.into());
        self.items.push(Item::Attribute { comments, name, value });
        self
    }

    /// Adds a line of comment above the attribute added last.
    #[must_use]
    pub(crate) fn why(mut self, comment: &str) -> Self {
        if let Some(Item::Attribute { comments, .. }) = self.items.last_mut() {
            comments.extend(text::comment_lines(comment));
        }
        self
    }

    /// Adds a block within.
    #[must_use]
    pub(crate) fn block(mut self, block: Block) -> Self {
        self.items.push(Item::Block(block));
        self
    }

    fn write(&self, depth: usize, out: &mut String) {
        let indent = "  ".repeat(depth);
        write_comments(&self.comments, &indent, out);
        out.push_str(&indent);
        out.push_str(&self.header);
        if self.items.is_empty() {
            out.push_str(" {}\n");
            return;
        }
        out.push_str(" {\n");
        let mut lines = Lines::new(depth + 1);
        for (i, item) in self.items.iter().enumerate() {
            match item {
                Item::Attribute { comments, name, value } => {
                    if i > 0 && matches!(self.items[i - 1], Item::Block(_)) {
                        lines.flush(out);
                        out.push('\n');
                    }
                    lines.add(comments, name.clone(), value, out);
                }
                Item::Block(block) => {
                    lines.flush(out);
                    if i > 0 {
                        out.push('\n');
                    }
                    block.write(depth + 1, out);
                }
            }
        }
        lines.flush(out);
        out.push_str(&indent);
        out.push_str("}\n");
    }
}

/// The text of a file of blocks.
pub(crate) fn file(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        if !out.is_empty() {
            out.push('\n');
        }
        block.write(0, &mut out);
    }
    out
}

/// `name = value` lines. Consecutive ones that fit on a line have their `=` in one column, as
/// `terraform fmt` wants it; a comment or a value of several lines ends the run.
struct Lines {
    indent: String,
    depth: usize,
    run: Vec<(String, String)>,
}

impl Lines {
    fn new(depth: usize) -> Self {
        Self { indent: "  ".repeat(depth), depth, run: Vec::new() }
    }

    fn add(&mut self, comments: &[String], name: String, value: &Expression, out: &mut String) {
        let value = value.render(self.depth);
        if !comments.is_empty() {
            self.flush(out);
            write_comments(comments, &self.indent, out);
        }
        if value.contains('\n') {
            self.flush(out);
            out.push_str(&format!("{}{name} = {value}\n", self.indent));
        } else {
            self.run.push((name, value));
        }
    }

    fn flush(&mut self, out: &mut String) {
        // Nearly every name is one byte a column, and counting those costs nothing.
        let columns =
            |name: &str| if name.is_ascii() { name.len() } else { name.graphemes(true).count() };
        let widest = self.run.iter().map(|(name, _)| columns(name)).max().unwrap_or(0);
        for (name, value) in self.run.drain(..) {
            let space = " ".repeat(widest - columns(&name));
            out.push_str(&format!("{}{name}{space} = {value}\n", self.indent));
        }
    }
}

fn write_comments(comments: &[String], indent: &str, out: &mut String) {
    for comment in comments {
        out.push_str(format!("{indent}# {comment}").trim_end());
        out.push('\n');
    }
}

#[cfg(test)]
mod tests;
