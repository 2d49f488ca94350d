//! The layered layout, by the algorithm that Mermaid uses too.

use dagre::{
    EdgeLabel, LayoutOptions, NodeLabel, RankDir,
    graph::{Graph, GraphOptions},
};

use super::{Layout, Picture, Point, Route, Sizes};

/// Lays a picture out, few arrows crossing.
pub(super) fn layout(picture: &Picture, sizes: &Sizes) -> Layout {
    let id = |i: usize| format!("n{i}");
    let mut graph: Graph<NodeLabel, EdgeLabel> =
        Graph::with_options(GraphOptions { directed: true, multigraph: true, compound: false });
    for (i, size) in sizes.shapes.iter().enumerate() {
        let node = NodeLabel { width: size.x, height: size.y, ..NodeLabel::default() };
        graph.set_node(id(i), Some(node));
    }
    for (arrow, size) in picture.arrows.iter().zip(&sizes.labels) {
        let edge = EdgeLabel {
            width: size.x,
            height: size.y,
            labelpos: dagre::layout::types::LabelPos::Center,
            ..EdgeLabel::default()
        };
        graph.set_edge(id(arrow.from), id(arrow.to), Some(edge), None);
    }
    let options = LayoutOptions {
        rankdir: RankDir::LR,
        nodesep: 26.0,
        edgesep: 18.0,
        ranksep: 44.0,
        ..LayoutOptions::default()
    };
    dagre::layout(&mut graph, Some(options));

    let shapes: Vec<Point> = (0..picture.shapes.len())
        .map(|i| graph.node(&id(i)))
        .map(|node| {
            node.and_then(|n| Some(Point { x: n.x?, y: n.y? })).unwrap_or(Point { x: 0.0, y: 0.0 })
        })
        .collect();
    let routes: Vec<Route> = picture
        .arrows
        .iter()
        .map(|arrow| {
            let edge = graph.edge(&id(arrow.from), &id(arrow.to), None);
            let mut points: Vec<Point> = edge
                .map(|e| e.points.iter().map(|p| Point { x: p.x, y: p.y }).collect())
                .unwrap_or_default();
            let side = |i: usize| (shapes[i], sizes.shapes[i]);
            at_the_sides(&mut points, side(arrow.from), side(arrow.to));
            let middle = points.get(points.len() / 2).copied().unwrap_or(shapes[arrow.to]);
            let label = edge.and_then(|e| Some(Point { x: e.x?, y: e.y? })).unwrap_or(middle);
            Route { points, label }
        })
        .collect();
    let corner = |at: &Point, size: &Point| (at.x + size.x / 2.0, at.y + size.y / 2.0);
    let corners = shapes.iter().zip(&sizes.shapes).map(|(at, size)| corner(at, size));
    let labels = routes.iter().zip(&sizes.labels).map(|(route, size)| corner(&route.label, size));
    let bends = routes.iter().flat_map(|route| &route.points).map(|point| (point.x, point.y));
    let size = corners
        .chain(labels)
        .chain(bends)
        .fold(Point { x: 0.0, y: 0.0 }, |all, (x, y)| Point { x: all.x.max(x), y: all.y.max(y) });
    Layout { size, shapes, routes }
}

/// Lets an arrow to the right leave on the right and arrive on the left, where the algorithm
/// aims at the centres and may meet the top of a shape, across its neighbours.
fn at_the_sides(points: &mut [Point], from: (Point, Point), to: (Point, Point)) {
    let [first, inner @ .., last] = points else { return };
    let after = inner.first().unwrap_or(last).y;
    let before = inner.last().unwrap_or(first).y;
    let (start, end) = (from.0.x + from.1.x / 2.0, to.0.x - to.1.x / 2.0);
    if start >= end {
        return;
    }
    let toward = |(at, size): (Point, Point), y: f64| {
        let most = size.y / 4.0;
        at.y + ((y - at.y) / 4.0).clamp(-most, most)
    };
    let (leaves, arrives) = (toward(from, after), toward(to, before));
    *first = Point { x: start, y: leaves };
    *last = Point { x: end, y: arrives };
    if let [first, second, .., next, last] = points {
        // The line bends beside the shapes, not above them.
        second.x = second.x.max(first.x);
        next.x = next.x.min(last.x);
    }
}
