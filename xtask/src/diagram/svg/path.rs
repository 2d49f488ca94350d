//! The line of an arrow.

use super::{Point, number};

/// A smooth line through all points, level at each: so a label lies along its line.
pub(super) fn curve(points: &[Point]) -> String {
    let Some(first) = points.first() else { return String::new() };
    let mut path = format!("M{}", pair(first.x, first.y));
    for segment in points.windows(2) {
        let (a, b) = (segment[0], segment[1]);
        if (a.y - b.y).abs() < 0.05 {
            path += &format!("L{}", pair(b.x, b.y));
        } else {
            let x = f64::midpoint(a.x, b.x);
            path += &format!("C{} {} {}", pair(x, a.y), pair(x, b.y), pair(b.x, b.y));
        }
    }
    path
}

fn pair(x: f64, y: f64) -> String {
    format!("{} {}", number(x), number(y))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_goes_through_its_points() {
        let p = |x, y| Point { x, y };
        assert_eq!(curve(&[]), "");
        assert_eq!(curve(&[p(1.0, 2.0)]), "M1 2");
        let bent = curve(&[p(0.0, 0.0), p(6.0, 0.0), p(10.0, 6.5)]);
        assert_eq!(bent, "M0 0L6 0C8 0 8 6.5 10 6.5");
    }
}
