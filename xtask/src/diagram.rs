//! The graph as a picture: how data flows through the functions of a stage.
//!
//! A `Picture` is what there is to draw; Mermaid draws it by itself, the SVG is laid out here.
//! What is only wiring (roles, log groups, permissions) is left out.

use crate::graph::Graph;

mod flow;
mod label;
mod layout;
mod markdown;
mod mermaid;
mod picture;
mod svg;
mod text;

use picture::{Arrow, Kind, Picture, Shape};

/// The files of a graph, by name: a page with a Mermaid flowchart, and the same as an SVG.
pub fn files(graph: &Graph) -> Vec<(String, String)> {
    let picture = flow::picture(graph);
    vec![
        ("architecture.md".to_owned(), markdown::page(&picture, graph)),
        ("architecture.svg".to_owned(), svg::drawing(&picture, graph)),
    ]
}

#[cfg(test)]
mod tests;
