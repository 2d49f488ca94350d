//! The picture as an SVG: complete in itself, for a light and a dark page.

use super::{
    Arrow, Kind, Picture, Shape,
    label::short,
    layout::{Layout, Point, Route, Sizes, layout},
    text::{width, xml},
};
use crate::graph::Graph;

mod outline;
mod path;

/// The styles; system fonts, no resources of elsewhere.
const STYLE: &str = include_str!("svg/style.css");

/// Sizes of the letters in pixels, as in the styles.
const TITLE: f64 = 13.0;
const SUBTITLE: f64 = 10.5;
const LABEL: f64 = 11.0;
const LABEL_LINE: f64 = 14.0;

const MARGIN: f64 = 24.0;
const HEADING: f64 = 44.0;
const SHAPE_HEIGHT: f64 = 46.0;

/// The whole drawing.
pub(super) fn drawing(picture: &Picture, graph: &Graph) -> String {
    let sizes = sizes(picture);
    let Layout { size, shapes, routes } = layout(picture, &sizes);
    let name = format!("{}, stage {}", graph.app, graph.stage);
    let note = "Dashed: comes from outside the application, or is published for others";
    let dashed = picture.shapes.iter().any(|shape| shape.outside);
    let footer = if dashed { 28.0 } else { 0.0 };
    let inside = [size.x, width(&name) * 16.0, if dashed { width(note) * LABEL } else { 0.0 }];
    let wide = inside.into_iter().fold(0.0, f64::max) + 2.0 * MARGIN;
    let high = size.y + 2.0 * MARGIN + HEADING + footer;

    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" role=\"img\" aria-label=\"{label}\">\n\
         <title>{label}</title>\n<desc>{desc}</desc>\n<style>\n{STYLE}</style>\n\
         <defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto\"><path class=\"head\" d=\"M0 0.5L8 4L0 7.5Z\"/></marker></defs>\n\
         <rect class=\"page\" width=\"{w}\" height=\"{h}\"/>\n\
         <text class=\"heading\" x=\"{m}\" y=\"{y}\">{name}</text>\n\
         <g transform=\"translate({m} {top})\">\n",
        w = number(wide.ceil()),
        h = number(high.ceil()),
        label = xml(&format!("How data flows in {name}")),
        desc = xml(&description(picture)),
        m = number(MARGIN),
        y = number(MARGIN + 14.0),
        name = xml(&name),
        top = number(MARGIN + HEADING),
    );
    for (arrow, route) in picture.arrows.iter().zip(&routes) {
        text += &line(arrow, route);
    }
    for (shape, (at, size)) in picture.shapes.iter().zip(shapes.iter().zip(&sizes.shapes)) {
        text += &self::shape(shape, *at, *size);
    }
    // Above everything, so that no line runs through a word.
    for (arrow, (route, size)) in picture.arrows.iter().zip(routes.iter().zip(&sizes.labels)) {
        text += &labels(arrow, route.label, *size);
    }
    text += "</g>\n";
    if dashed {
        let y = number(high - MARGIN + 4.0);
        text +=
            &format!("<text class=\"label\" x=\"{}\" y=\"{y}\">{note}</text>\n", number(MARGIN));
    }
    text + "</svg>\n"
}

fn sizes(picture: &Picture) -> Sizes {
    let shapes = picture.shapes.iter().map(|shape| {
        let title = width(&short(&shape.title)) * TITLE;
        let subtitle = width(&short(&shape.subtitle)) * SUBTITLE;
        let (wider, higher) = outline::room(shape.kind);
        let wide = (title.max(subtitle) + 36.0).max(110.0).round();
        Point { x: wide + wider, y: SHAPE_HEIGHT + higher }
    });
    let labels = picture.arrows.iter().map(|arrow| {
        let widest = arrow.labels.iter().map(|l| width(&short(l)) * LABEL).fold(0.0, f64::max);
        let lines = arrow.labels.iter().map(|_| LABEL_LINE).sum::<f64>();
        if lines > 0.0 {
            Point { x: (widest + 8.0).round(), y: lines + 4.0 }
        } else {
            Point { x: 0.0, y: 0.0 }
        }
    });
    Sizes { shapes: shapes.collect(), labels: labels.collect() }
}

/// What somebody who does not see the drawing is told.
fn description(picture: &Picture) -> String {
    let count = |kind| picture.shapes.iter().filter(|shape| shape.kind == kind).count();
    let counts: Vec<_> = Kind::ALL
        .into_iter()
        .filter(|kind| *kind != Kind::Bus && count(*kind) > 0)
        .map(|kind| {
            let plural = if count(kind) == 1 { "" } else { "s" };
            format!("{} {}{plural}", count(kind), kind.class())
        })
        .collect();
    format!("From the left to the right: {}.", counts.join(", "))
}

fn shape(shape: &Shape, at: Point, size: Point) -> String {
    let outside = if shape.outside { " outside" } else { "" };
    // What the outline needs for itself is on the right and above.
    let (wider, higher) = outline::room(shape.kind);
    let (left, down) = (wider / 2.0, higher / 2.0);
    format!(
        "<g class=\"{}{outside}\" transform=\"translate({} {})\"><title>{}</title>{}\
         <text class=\"name\" x=\"{x}\" y=\"{}\">{}</text><text class=\"kind\" x=\"{x}\" y=\"{}\">{}</text></g>\n",
        shape.kind.class(),
        number(at.x),
        number(at.y),
        xml(&format!("{} ({})", shape.title, shape.subtitle)),
        outline::outline(shape.kind, size),
        number(down - 2.0),
        xml(&short(&shape.title)),
        number(down + 13.0),
        xml(&short(&shape.subtitle)),
        x = number(-left),
    )
}

fn line(arrow: &Arrow, route: &Route) -> String {
    let outside = if arrow.outside { " outside" } else { "" };
    let path = path::curve(&route.points);
    format!("<path class=\"line{outside}\" d=\"{path}\" marker-end=\"url(#head)\"/>\n")
}

fn labels(arrow: &Arrow, at: Point, size: Point) -> String {
    if arrow.labels.is_empty() {
        return String::new();
    }
    let (left, top) = (at.x - size.x / 2.0, at.y - size.y / 2.0);
    let mut text = format!(
        "<rect class=\"page\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
        number(left),
        number(top),
        number(size.x),
        number(size.y)
    );
    let mut baseline = top + LABEL_LINE - 1.0;
    for label in &arrow.labels {
        let (x, y) = (number(at.x), number(baseline));
        text += &format!(
            "<text class=\"label middle\" x=\"{x}\" y=\"{y}\">{}</text>",
            xml(&short(label))
        );
        baseline += LABEL_LINE;
    }
    text + "\n"
}

/// A coordinate, to a tenth of a pixel.
fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests;
