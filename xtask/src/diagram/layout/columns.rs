//! Plain columns, in time that grows with the picture and no faster.

use std::collections::VecDeque;

use super::{Layout, Picture, Point, Route, Sizes};

/// Between two shapes of a column, in pixels.
const GAP: f64 = 16.0;

/// Between two columns, beside the widest label, in pixels.
const AISLE: f64 = 60.0;

/// Lays a picture out: each shape right of what leads to it, what data comes to rest in on the
/// right, all ordered by where their data comes from.
pub(super) fn layout(picture: &Picture, sizes: &Sizes) -> Layout {
    let column_of = columns(picture);
    let count = column_of.iter().max().map_or(0, |last| last + 1);
    let mut columns: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (shape, column) in column_of.iter().enumerate() {
        columns[*column].push(shape);
    }
    let mut incoming: Vec<Vec<usize>> = vec![Vec::new(); picture.shapes.len()];
    for arrow in &picture.arrows {
        incoming[arrow.to].push(arrow.from);
    }

    let mut label_room = vec![0.0_f64; count];
    for (arrow, size) in picture.arrows.iter().zip(&sizes.labels) {
        let room = &mut label_room[column_of[arrow.from]];
        *room = room.max(size.x);
    }

    let mut shapes = vec![Point { x: 0.0, y: 0.0 }; picture.shapes.len()];
    let mut size = Point { x: 0.0, y: 0.0 };
    for (members, room) in columns.iter_mut().zip(label_room) {
        let width = members.iter().map(|i| sizes.shapes[*i].x).fold(0.0, f64::max);
        let from = |i: &usize| {
            let placed = incoming[*i].iter().filter(|from| column_of[**from] < column_of[*i]);
            let (sum, n) =
                placed.fold((0.0, 0.0), |(sum, n), from| (sum + shapes[*from].y, n + 1.0));
            if n == 0.0 { 0.0 } else { sum / n }
        };
        let mut ordered: Vec<(f64, usize)> = members.iter().map(|i| (from(i), *i)).collect();
        ordered.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut y = 0.0;
        for (_, i) in ordered {
            let height = sizes.shapes[i].y;
            shapes[i] = Point { x: size.x + width / 2.0, y: y + height / 2.0 };
            y += height + GAP;
        }
        size = Point { x: size.x + width + room + AISLE, y: size.y.max(y - GAP) };
    }
    size.x = (size.x - AISLE).max(0.0);

    let routes = picture
        .arrows
        .iter()
        .zip(&sizes.labels)
        .map(|(arrow, label)| {
            let (from, to) = (shapes[arrow.from], shapes[arrow.to]);
            let start = from.x + sizes.shapes[arrow.from].x / 2.0;
            let end = to.x - sizes.shapes[arrow.to].x / 2.0;
            let points = [(start, from.y), (end, to.y)];
            Route {
                points: points.map(|(x, y)| Point { x, y }).to_vec(),
                label: Point { x: start + 8.0 + label.x / 2.0, y: from.y },
            }
        })
        .collect();
    Layout { size, shapes, routes }
}

/// The column of each shape: right of all that lead to it, but for what closes a circle.
fn columns(picture: &Picture) -> Vec<usize> {
    let count = picture.shapes.len();
    let mut outgoing: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut awaited = vec![0_usize; count];
    for arrow in &picture.arrows {
        outgoing[arrow.from].push(arrow.to);
        awaited[arrow.to] += 1;
    }
    let mut column = vec![0; count];
    let mut placed = vec![false; count];
    let mut ready: VecDeque<usize> = (0..count).filter(|i| awaited[*i] == 0).collect();
    for entry in (0..count).map(Some).chain([None]) {
        while let Some(shape) = ready.pop_front() {
            if std::mem::replace(&mut placed[shape], true) {
                continue;
            }
            for to in outgoing[shape].iter().filter(|to| !placed[**to]) {
                column[*to] = column[*to].max(column[shape] + 1);
                awaited[*to] -= 1;
                if awaited[*to] == 0 {
                    ready.push_back(*to);
                }
            }
        }
        // Nothing is free, so what is left goes round in circles: enter one.
        ready.extend(entry.filter(|entry| !placed[*entry]));
    }
    let last = |i: usize| picture.shapes[i].kind.is_last();
    let moving = (0..count).filter(|i| !last(*i)).map(|i| column[i]).max();
    let rest = moving.map_or(0, |column| column + 1);
    (0..count).map(|i| if last(i) { rest } else { column[i] }).collect()
}
