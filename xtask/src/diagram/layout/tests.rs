use super::*;
use crate::diagram::{Arrow, Kind, Shape};

fn shape(kind: Kind) -> Shape {
    Shape { kind, title: "t".into(), subtitle: "s".into(), outside: false }
}

fn picture(kinds: &[Kind], arrows: &[(usize, usize)]) -> (Picture, Sizes) {
    let arrow =
        |&(from, to): &(usize, usize)| Arrow { from, to, labels: vec!["l".into()], outside: false };
    let sizes = Sizes {
        shapes: kinds.iter().map(|_| Point { x: 120.0, y: 46.0 }).collect(),
        labels: arrows.iter().map(|_| Point { x: 40.0, y: 18.0 }).collect(),
    };
    let shapes = kinds.iter().map(|kind| shape(*kind)).collect();
    (Picture { shapes, arrows: arrows.iter().map(arrow).collect() }, sizes)
}

/// What every layout has to keep.
fn check(layout: &Layout, picture: &Picture, sizes: &Sizes) {
    assert_eq!(layout.shapes.len(), picture.shapes.len());
    assert_eq!(layout.routes.len(), picture.arrows.len());
    let half = |i: usize| (sizes.shapes[i].x / 2.0, sizes.shapes[i].y / 2.0);
    for (i, a) in layout.shapes.iter().enumerate() {
        let (x, y) = half(i);
        assert!(a.x - x >= -0.1 && a.x + x <= layout.size.x + 0.1, "{i}: {a:?} {layout:?}");
        assert!(a.y - y >= -0.1 && a.y + y <= layout.size.y + 0.1, "{i}: {a:?}");
        for (j, b) in layout.shapes.iter().enumerate().skip(i + 1) {
            let (xx, yy) = half(j);
            let apart = (a.x - b.x).abs() >= x + xx || (a.y - b.y).abs() >= y + yy;
            assert!(apart, "{i} and {j} overlap: {a:?} {b:?}");
        }
    }
    let ends_touch = layout.routes.iter().zip(&picture.arrows).all(|(route, arrow)| {
        let near = |p: &Point, i: usize| {
            let (x, y) = half(i);
            (p.x - layout.shapes[i].x).abs() <= x + 0.1
                && (p.y - layout.shapes[i].y).abs() <= y + 0.1
        };
        route.points.first().is_some_and(|p| near(p, arrow.from))
            && route.points.last().is_some_and(|p| near(p, arrow.to))
    });
    assert!(ends_touch, "{layout:?}");
}

#[test]
fn both_layouts_place_anything() {
    use Kind::{Bus, Event, Function, Stream, Table};
    type Case<'a> = (&'a [Kind], &'a [(usize, usize)]);
    let cases: [Case<'_>; 5] = [
        (&[], &[]),
        (&[Table, Bus], &[]),
        (
            &[Stream, Function, Bus, Event, Function, Table],
            &[(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (1, 5)],
        ),
        // Two circles, one of which a stream leads to.
        (&[Stream, Function, Bus, Function, Bus], &[(0, 1), (1, 2), (2, 1), (3, 4), (4, 3)]),
        (&[Table, Function, Table], &[(1, 0), (1, 2)]),
    ];
    for (kinds, arrows) in cases {
        let (picture, sizes) = picture(kinds, arrows);
        check(&layered::layout(&picture, &sizes), &picture, &sizes);
        check(&columns::layout(&picture, &sizes), &picture, &sizes);
    }
}

#[test]
fn data_goes_to_the_right() {
    let kinds = [Kind::Stream, Kind::Function, Kind::Bus, Kind::Event, Kind::Function, Kind::Table];
    let (picture, sizes) = picture(&kinds, &[(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (1, 5)]);
    for layout in [layered::layout(&picture, &sizes), columns::layout(&picture, &sizes)] {
        let x: Vec<_> = layout.shapes.iter().map(|at| at.x).collect();
        assert!(x.is_sorted(), "{x:?}");
    }
}

#[test]
fn the_longest_chain_of_the_layered_layout_is_no_trouble() {
    let kinds = vec![Kind::Function; MOST_LAYERED / 2];
    let arrows: Vec<_> = (1..kinds.len()).map(|i| (i - 1, i)).collect();
    let (picture, sizes) = picture(&kinds, &arrows);
    check(&layout(&picture, &sizes), &picture, &sizes);
}
