use super::*;
use crate::diagram::{
    flow,
    tests::{chains, graph},
};

#[test]
fn a_drawing_stands_alone_and_can_be_read_out() {
    let graph = graph(&crate::fixture::manifest());
    let svg = drawing(&flow::picture(&graph), &graph);
    let parsed = roxmltree::Document::parse(&svg).expect("is XML");
    let root = parsed.root_element();
    assert_eq!(root.attribute("aria-label"), Some("How data flows in loja, stage dev"));
    assert_eq!(root.first_element_child().and_then(|n| n.text()), root.attribute("aria-label"));
    assert!(svg.contains("2 streams, 5 functions, 4 events, 2 tables, 1 topic."), "{svg}");
    assert!(svg.contains("prefers-color-scheme: dark"));
    assert!(!svg.contains("href") && !svg.contains("@import") && !svg.contains("NaN"));
    assert_eq!(svg.matches("http").count(), 1, "the name of SVG itself only");
    // Two dashed events, and the arrow to what is only published for others.
    assert_eq!(svg.matches(" outside\"").count(), 3);
}

#[test]
fn every_shape_and_label_is_within_the_page() {
    for n in [5, 30] {
        let graph = chains(n);
        let picture = flow::picture(&graph);
        let sizes = sizes(&picture);
        let Layout { size, shapes, routes } = layout(&picture, &sizes);
        let inside = |at: &Point, of: &Point| {
            at.x >= of.x / 2.0 - 0.1
                && at.y >= of.y / 2.0 - 0.1
                && at.x + of.x / 2.0 <= size.x + 0.1
                && at.y + of.y / 2.0 <= size.y + 0.1
        };
        assert!(shapes.iter().zip(&sizes.shapes).all(|(at, of)| inside(at, of)));
        assert!(routes.iter().zip(&sizes.labels).all(|(route, of)| inside(&route.label, of)));
    }
}

#[test]
fn numbers_are_short() {
    assert_eq!([1.0, -0.01, 2.25, -3.5].map(number), ["1", "0", "2.2", "-3.5"]);
}

#[test]
fn what_is_too_large_to_lay_out_is_drawn_all_the_same() {
    let graph = chains(1_600);
    let drawing = drawing(&flow::picture(&graph), &graph);
    for function in graph.functions.iter() {
        assert!(drawing.contains(&function.node.name), "{}", function.node.name);
    }
}
