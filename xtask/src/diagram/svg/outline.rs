//! The outline of a shape, by what it stands for.

use super::{Kind, Point, number};

/// How much wider and higher than its text an outline has to be.
pub(super) fn room(kind: Kind) -> (f64, f64) {
    match kind {
        Kind::Capture | Kind::Stream => (12.0, 0.0),
        Kind::Database | Kind::Table => (0.0, 10.0),
        Kind::Function | Kind::Bus | Kind::Event | Kind::Topic => (0.0, 0.0),
    }
}

/// An outline around the origin.
pub(super) fn outline(kind: Kind, size: Point) -> String {
    let (x, y) = (size.x / 2.0, size.y / 2.0);
    match kind {
        Kind::Function => rectangle(size, 8.0),
        Kind::Event => rectangle(size, y),
        // Two walls: what is between them travels.
        Kind::Bus => {
            let wall = number(x - 7.0);
            let height = number(size.y);
            let detail = format!("M-{wall} -{0}v{height}M{wall} -{0}v{height}", number(y));
            format!("{}<path class=\"detail\" d=\"{detail}\"/>", rectangle(size, 2.0))
        }
        // A pipe that lies on its side.
        Kind::Stream => {
            let (r, y) = (8.0, number(y));
            let (left, wide) = (number(x - r), number(size.x - 2.0 * r));
            let (r, height) = (number(r), number(size.y));
            format!(
                "<path class=\"shape\" d=\"M-{left} -{y}h{wide}a{r} {y} 0 0 1 0 {height}h-{wide}a{r} {y} 0 0 1 0 -{height}Z\"/>\
                 <path class=\"detail\" d=\"M{left} -{y}a{r} {y} 0 0 0 0 {height}\"/>"
            )
        }
        // A pointer to where the changes go.
        Kind::Capture => {
            let point = 12.0;
            let straight = number(size.x - point);
            let (left, y, height) = (number(x), number(y), number(size.y));
            format!(
                "<path class=\"shape\" d=\"M-{left} -{y}h{straight}l{0} {y}l-{0} {y}h-{straight}v-{height}Z\"/>",
                number(point)
            )
        }
        Kind::Database | Kind::Table => {
            let r = 6.0;
            let (top, high) = (number(y - r), number(size.y - 2.0 * r));
            let (r, x, wide) = (number(r), number(x), number(size.x));
            format!(
                "<path class=\"shape\" d=\"M-{x} -{top}a{x} {r} 0 0 1 {wide} 0v{high}a{x} {r} 0 0 1 -{wide} 0Z\"/>\
                 <path class=\"detail\" d=\"M-{x} -{top}a{x} {r} 0 0 0 {wide} 0\"/>"
            )
        }
        // Rounded where it speaks to the outside.
        Kind::Topic => {
            let straight = number(size.x - y);
            let (r, x, height) = (number(y), number(x), number(size.y));
            format!(
                "<path class=\"shape\" d=\"M-{x} -{r}h{straight}a{r} {r} 0 0 1 0 {height}h-{straight}Z\"/>"
            )
        }
    }
}

fn rectangle(size: Point, corner: f64) -> String {
    format!(
        "<rect class=\"shape\" x=\"-{}\" y=\"-{}\" width=\"{}\" height=\"{}\" rx=\"{}\"/>",
        number(size.x / 2.0),
        number(size.y / 2.0),
        number(size.x),
        number(size.y),
        number(corner),
    )
}
