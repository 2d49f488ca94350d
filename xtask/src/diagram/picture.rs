//! What there is to draw: shapes and the arrows between them.

use std::collections::BTreeMap;

/// What a shape stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Database,
    Capture,
    Stream,
    Function,
    Bus,
    Event,
    Table,
    Topic,
}

impl Kind {
    pub(super) const ALL: [Self; 8] = [
        Self::Database,
        Self::Capture,
        Self::Stream,
        Self::Function,
        Self::Bus,
        Self::Event,
        Self::Table,
        Self::Topic,
    ];

    /// The kind as a class of the SVG's and of Mermaid's styles.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Capture => "capture",
            Self::Stream => "stream",
            Self::Function => "function",
            Self::Bus => "bus",
            Self::Event => "event",
            Self::Table => "table",
            Self::Topic => "topic",
        }
    }

    /// Whether data comes to rest, or leaves, here.
    pub(super) fn is_last(self) -> bool {
        matches!(self, Self::Table | Self::Topic)
    }
}

/// One thing in the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) kind: Kind,
    pub(super) title: String,
    /// In small letters below the title.
    pub(super) subtitle: String,
    /// Also known outside the application; drawn dashed.
    pub(super) outside: bool,
}

/// That data goes from one shape to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Arrow {
    /// Indices of [`Picture::shapes`].
    pub(super) from: usize,
    pub(super) to: usize,
    /// One a line.
    pub(super) labels: Vec<String>,
    /// Goes to, or comes from, the outside only.
    pub(super) outside: bool,
}

/// Everything in the picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) shapes: Vec<Shape>,
    /// At most one from a shape to another, ordered by both.
    pub(super) arrows: Vec<Arrow>,
}

/// A picture in the making.
#[derive(Debug, Default)]
pub(super) struct Sketch {
    shapes: Vec<Shape>,
    arrows: BTreeMap<(usize, usize), (Vec<String>, bool)>,
}

impl Sketch {
    pub(super) fn shape(
        &mut self,
        kind: Kind,
        title: &str,
        subtitle: &str,
        outside: bool,
    ) -> usize {
        let (title, subtitle) = (title.to_owned(), subtitle.to_owned());
        self.shapes.push(Shape { kind, title, subtitle, outside });
        self.shapes.len() - 1
    }

    /// Adds an arrow, or a label to the arrow that is there.
    pub(super) fn arrow(&mut self, from: usize, to: usize, label: Option<String>, outside: bool) {
        let (labels, only_outside) =
            self.arrows.entry((from, to)).or_insert_with(|| (Vec::new(), true));
        *only_outside &= outside;
        labels.extend(label.filter(|label| !labels.contains(label)));
    }

    pub(super) fn finish(self) -> Picture {
        let arrows = self.arrows.into_iter();
        let arrows =
            arrows.map(|((from, to), (labels, outside))| Arrow { from, to, labels, outside });
        Picture { shapes: self.shapes, arrows: arrows.collect() }
    }
}
