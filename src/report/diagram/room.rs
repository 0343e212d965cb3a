//! Where words find room: each label takes the first of its places where nothing is yet.

use super::canvas::{Anchor, Canvas, Point, at, wide_as};
use super::layout::Layout;
use super::marks;
use super::waits;
use crate::report::chart::Chart;

/// A rectangle of the picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Area {
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) right: i32,
    pub(super) bottom: i32,
}

impl Area {
    pub(super) fn around(centre: Point, width: i32, height: i32) -> Self {
        let Point { x, y } = centre;
        Self { left: x - width / 2, top: y - height / 2, right: x + width - width / 2, bottom: y + height - height / 2 }
    }

    /// Where a text with these classes stands.
    pub(super) fn of_text(class: &str, place: Point, anchor: Anchor, text: &str) -> Self {
        let size = if class.contains("small") { 11 } else { 12 };
        let width = wide_as(class, text, size);
        let left = match anchor {
            Anchor::Start => place.x,
            Anchor::Middle => place.x - width / 2,
            Anchor::End => place.x - width,
        };
        Self { left, top: place.y - size + 2, right: left + width, bottom: place.y + 3 }
    }

    pub(super) fn meets(&self, other: &Self) -> bool {
        let apart = self.right + 2 <= other.left
            || other.right + 2 <= self.left
            || self.bottom < other.top
            || other.bottom < self.top;
        !apart
    }
}

/// What is taken.
#[derive(Debug)]
pub(super) struct Room {
    taken: Vec<Area>,
    left: i32,
    right: i32,
}

impl Room {
    /// What marks and waiting inputs take.
    pub(super) fn new(chart: &Chart, layout: &Layout) -> Self {
        let mut taken = Vec::new();
        for mark in chart.marks.iter().filter(|mark| layout.window.shows(mark.at)) {
            taken.extend(marks::areas(chart, layout, mark));
        }
        taken.extend(waits::areas(chart, layout));
        let height = layout.bottom - layout.manager + 64;
        let middle = (layout.bottom + layout.manager) / 2 + 24;
        taken.extend(chart.gaps.iter().map(|gap| Area::around(at(layout.x(gap.at), middle), 20, height)));
        Self { taken, left: layout.left - 16, right: layout.right + 12 }
    }

    pub(super) fn is_free(&self, area: Area) -> bool {
        area.left >= self.left && area.right <= self.right && self.taken.iter().all(|taken| !taken.meets(&area))
    }

    pub(super) fn take(&mut self, area: Area) {
        self.taken.push(area);
    }

    /// Writes a text at the first of these places that is free; nowhere if none is.
    pub(super) fn put(
        &mut self,
        canvas: &mut Canvas,
        class: &str,
        text: &str,
        places: impl IntoIterator<Item = (Point, Anchor)>,
    ) -> bool {
        let area = |&(place, anchor): &(Point, Anchor)| Area::of_text(class, place, anchor, text);
        let Some(found) = places.into_iter().find(|place| self.is_free(area(place))) else { return false };
        self.taken.push(area(&found));
        canvas.text(class, found.0, found.1, text);
        true
    }
}

/// Beside a point: to the right, to the left, above, below, and a little farther away.
pub(super) fn beside(point: Point, off: i32) -> [(Point, Anchor); 8] {
    let Point { x, y } = point;
    [
        (at(x + off, y + 4), Anchor::Start),
        (at(x - off, y + 4), Anchor::End),
        (at(x, y - off - 1), Anchor::Middle),
        (at(x, y + off + 9), Anchor::Middle),
        (at(x + off, y - 10), Anchor::Start),
        (at(x + off, y + 18), Anchor::Start),
        (at(x - off, y - 10), Anchor::End),
        (at(x - off, y + 18), Anchor::End),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_move_aside() {
        let mut room = Room { taken: vec![Area::around(at(50, 50), 20, 20)], left: 0, right: 200 };
        let mut canvas = Canvas::default();
        let mut put = |text: &str| room.put(&mut canvas, "small", text, beside(at(50, 50), 14));
        assert!((0..8).all(|_| put("lost")));
        assert!(!put("lost"));
        let texts: Vec<&str> = canvas.out.lines().filter(|line| line.contains("lost")).collect();
        assert_eq!(texts.len(), 8);
        assert!(texts[0].contains("text-anchor=\"start\"") && texts[1].contains("text-anchor=\"end\""), "{texts:?}");
    }

    #[test]
    fn words_stay_on_the_sheet() {
        let room = Room { taken: Vec::new(), left: 0, right: 100 };
        assert!(room.is_free(Area::of_text("", at(90, 10), Anchor::End, "words")));
        assert!(!room.is_free(Area::of_text("", at(90, 10), Anchor::Start, "words")));
    }
}
