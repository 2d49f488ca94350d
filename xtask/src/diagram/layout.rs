//! Where everything in the picture goes.

use super::Picture;

mod columns;
mod layered;

/// Above this many shapes and arrows the picture is put into plain columns: the layered layout
/// takes longer than all else that synth does then, and nobody follows that many arrows.
const MOST_LAYERED: usize = 400;

/// A point or an extent, in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// The way an arrow takes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Route {
    /// The ends, and points that bend the line between them.
    pub(super) points: Vec<Point>,
    /// The centre of the labels.
    pub(super) label: Point,
}

/// A picture laid out from the left to the right.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    pub(super) size: Point,
    /// The centre of each shape.
    pub(super) shapes: Vec<Point>,
    pub(super) routes: Vec<Route>,
}

/// How much room the shapes, and the labels of the arrows, need.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sizes {
    pub(super) shapes: Vec<Point>,
    pub(super) labels: Vec<Point>,
}

/// Lays a picture out.
pub(super) fn layout(picture: &Picture, sizes: &Sizes) -> Layout {
    if picture.shapes.len() + picture.arrows.len() > MOST_LAYERED {
        columns::layout(picture, sizes)
    } else {
        layered::layout(picture, sizes)
    }
}

#[cfg(test)]
mod tests;
