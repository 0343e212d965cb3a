//! SVG text: elements, escaping, numbers. Knows nothing of charts.

use std::fmt::{self, Write};

/// A place in the picture, in pixels from its upper left corner.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Point {
    pub(super) x: i32,
    pub(super) y: i32,
}

pub(super) fn at(x: i32, y: i32) -> Point {
    Point { x, y }
}

/// Where a text stands relative to its place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A picture in the making.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    pub(super) out: String,
}

impl Canvas {
    pub(super) fn raw(&mut self, args: fmt::Arguments<'_>) {
        self.out.write_fmt(args).expect("writing to a string succeeds");
        self.out.push('\n');
    }

    pub(super) fn open(&mut self, class: &str) {
        self.raw(format_args!("<g class=\"{class}\">"));
    }

    pub(super) fn close(&mut self) {
        self.raw(format_args!("</g>"));
    }

    pub(super) fn line(&mut self, class: &str, from: Point, to: Point) {
        let (Point { x: x1, y: y1 }, Point { x: x2, y: y2 }) = (from, to);
        self.raw(format_args!("<path class=\"{class}\" d=\"M{x1} {y1}L{x2} {y2}\"/>"));
    }

    pub(super) fn path(&mut self, class: &str, way: &str) {
        self.raw(format_args!("<path class=\"{class}\" d=\"{way}\"/>"));
    }

    pub(super) fn circle(&mut self, class: &str, centre: Point, radius: i32) {
        let Point { x, y } = centre;
        self.raw(format_args!("<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>"));
    }

    /// A rectangle around a centre.
    pub(super) fn badge(&mut self, class: &str, centre: Point, width: i32, height: i32, round: i32) {
        let (x, y) = (centre.x - width / 2, centre.y - height / 2);
        self.rect(class, at(x, y), width, height, round);
    }

    pub(super) fn rect(&mut self, class: &str, corner: Point, width: i32, height: i32, round: i32) {
        let Point { x, y } = corner;
        self.raw(format_args!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{round}\"/>"
        ));
    }

    pub(super) fn text(&mut self, class: &str, place: Point, anchor: Anchor, text: &str) {
        let Point { x, y } = place;
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let text = escape(text);
        self.raw(format_args!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{text}</text>"));
    }

    /// An arrow's head at the end of a straight line.
    pub(super) fn head(&mut self, class: &str, from: Point, tip: Point) {
        let (dx, dy) = (f64::from(tip.x - from.x), f64::from(tip.y - from.y));
        let length = (dx * dx + dy * dy).sqrt().max(1.0);
        let (dx, dy) = (dx / length, dy / length);
        let (x, y) = (f64::from(tip.x), f64::from(tip.y));
        let (back, half) = (8.0, 3.6);
        let (bx, by) = (x - dx * back, y - dy * back);
        let (nx, ny) = (-dy * half, dx * half);
        self.raw(format_args!(
            "<path class=\"{class}\" d=\"M{x:.1} {y:.1}L{:.1} {:.1}L{:.1} {:.1}Z\"/>",
            bx + nx,
            by + ny,
            bx - nx,
            by - ny
        ));
    }
}

/// A point on the way from one to another, so many pixels before its end.
pub(super) fn short_of(from: Point, to: Point, pixels: i32) -> Point {
    let (dx, dy) = (f64::from(to.x - from.x), f64::from(to.y - from.y));
    let length = (dx * dx + dy * dy).sqrt().max(1.0);
    let keep = (length - f64::from(pixels)).max(0.0) / length;
    at(from.x + (dx * keep).round() as i32, from.y + (dy * keep).round() as i32)
}

/// A point so many hundredths of the way.
pub(super) fn between(from: Point, to: Point, hundredths: i32) -> Point {
    at(from.x + (to.x - from.x) * hundredths / 100, from.y + (to.y - from.y) * hundredths / 100)
}

/// A smooth way through points from top to bottom, or from bottom to top, that never swings out to the side of them.
pub(super) fn curve(points: &[Point]) -> String {
    let slope = |one: Point, other: Point| f64::from(other.x - one.x) / f64::from((other.y - one.y).abs().max(1));
    // How far it leans at each point: the harmonic mean of both sides, or not at all where it turns and at its ends.
    let lean = |position: usize| {
        let (Some(before), Some(after)) = (position.checked_sub(1), points.get(position + 1)) else { return 0.0 };
        let (in_, out) = (slope(points[before], points[position]), slope(points[position], *after));
        if in_ * out <= 0.0 { 0.0 } else { 2.0 * in_ * out / (in_ + out) }
    };
    let mut way = String::new();
    for (position, &Point { x, y }) in points.iter().enumerate() {
        let written = match position.checked_sub(1) {
            None => write!(way, "M{x} {y}"),
            Some(before) => {
                let last = points[before];
                let third = f64::from(y - last.y) / 3.0;
                let (x1, y1) = (f64::from(last.x) + lean(before) * third.abs(), f64::from(last.y) + third);
                let (x2, y2) = (f64::from(x) - lean(position) * third.abs(), f64::from(y) - third);
                write!(way, "C{x1:.1} {y1:.1} {x2:.1} {y2:.1} {x} {y}")
            }
        };
        written.expect("writing to a string succeeds");
    }
    way
}

/// Text as it stands in XML: what XML cannot hold becomes a replacement character.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\0'..='\u{1f}' | '\u{7f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(letter),
        }
    }
    out
}

/// About how wide a text is at a size, both in pixels: rather too wide than too narrow, whatever the font.
pub(super) fn wide(text: &str, size: i32) -> i32 {
    let hundredths: i32 = text
        .chars()
        .map(|letter| match letter {
            'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '|' | '!' | '\'' | ' ' | '[' | ']' | '(' | ')' | 'f' | 't' => 36,
            'm' | 'w' | 'M' | 'W' | '—' => 92,
            'A'..='Z' => 72,
            _ if letter >= '\u{2e80}' => 104,
            _ => 61,
        })
        .sum();
    (hundredths * size + 99) / 100
}

/// The same for a text with these classes.
pub(super) fn wide_as(class: &str, text: &str, size: i32) -> i32 {
    let width = wide(text, size);
    if class.contains("strong") { width * 11 / 10 } else { width }
}

/// At most so many letters of a text; what is cut off shows as an ellipsis.
pub(super) fn at_most(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    let kept: String = text.chars().take(letters.saturating_sub(1)).collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        assert_eq!(escape("a<b & \"c\">\u{1}\n"), "a&lt;b &amp; &quot;c&quot;&gt;\u{fffd} ");
        assert_eq!(at_most("a long name", 6), "a lon…");
        assert_eq!(at_most("short", 6), "short");
    }

    #[test]
    fn a_curve_passes_its_points() {
        assert_eq!(curve(&[at(1, 0), at(5, 9)]), "M1 0C1.0 3.0 5.0 6.0 5 9");
    }

    #[test]
    fn a_point_before_an_end() {
        assert_eq!(short_of(at(0, 0), at(30, 40), 10), at(24, 32));
        assert_eq!(short_of(at(0, 0), at(3, 4), 10), at(0, 0));
        assert_eq!(between(at(0, 0), at(30, 40), 50), at(15, 20));
    }
}
